"""Words for what is published, shared and exchanged: states and acts."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, WAITS, State

DISCLOSURE_STATES: dict[tuple[str, str], State] = {
    ("disclosure", "standing"): State(later("公示中"), "good", DONE),
    ("disclosure", "correcting"): State(later("正在更正"), "warn", GOES),
    ("disclosure", "superseded"): State(later("已被更正"), "", REST),
    ("disclosure", "withdrawn"): State(later("已撤销公示"), "bad", BAD),
    ("disclosure", "retired"): State(later("到期撤下"), "", REST),
    ("objection", "open"): State(later("有异议，待答复"), "warn", WAITS),
    ("objection", "upheld"): State(later("异议成立"), "warn", DONE),
    ("objection", "rejected"): State(later("异议不成立"), "", DONE),
    ("exemption", "requested"): State(later("待审批"), "warn", WAITS),
    ("exemption", "approved"): State(later("不予公示"), "", DONE),
    ("exemption", "refused"): State(later("不同意，应予公示"), "info", REST),
    ("share", "waiting"): State(later("待签收"), "info", WAITS),
    ("share", "silent"): State(later("逾时未签收"), "bad", BAD),
    ("share", "acknowledged"): State(later("已签收"), "good", DONE),
    ("subscription", "True"): State(later("订阅中"), "good", DONE),
    ("subscription", "False"): State(later("已停止"), "", REST),
    ("exchange", "pending"): State(later("待发送"), "info", WAITS),
    ("exchange", "sent"): State(later("已发送，待回执"), "info", GOES),
    ("exchange", "accepted"): State(later("平台已接收"), "good", DONE),
    ("exchange", "refused"): State(later("平台退回"), "bad", BAD),
    ("exchange", "cancelled"): State(later("已撤销，未报送"), "", REST),
    ("reconciled", "True"): State(later("两边一致"), "good", DONE),
    ("reconciled", "False"): State(later("有差异"), "bad", BAD),
    ("exchange-kind", "item-list"): State(later("事项清单")),
    ("exchange-kind", "plan"): State(later("年度计划")),
    ("exchange-kind", "draw"): State(later("抽取记录")),
    ("exchange-kind", "result"): State(later("抽查结果")),
    ("exchange-kind", "withdrawal"): State(later("撤销公示")),
}

DISCLOSURE_ACTS = {
    "disclosure:result:correcting": later("结果转入更正"),
    "disclosure:result:corrected": later("更正公示"),
    "disclosure:result:withdrawn": later("撤销公示"),
    "disclosure:result:retired": later("公示期满，撤下公示页"),
    "disclosure:withdrawal:requested": later("申请撤销公示"),
    "disclosure:withdrawal:refused": later("不同意撤销公示"),
    "disclosure:exemption:requested": later("申请不予公示"),
    "disclosure:exemption:asked-anew": later("结果有新版本，不予公示须重新决定"),
    "disclosure:exemption:approved": later("同意不予公示"),
    "disclosure:exemption:refused": later("不同意不予公示"),
    "disclosure:task:not-disclosed": later("全部结果不予公示"),
    "distribution:result:shared": later("分送检查结果"),
    "distribution:share:acknowledged": later("签收检查结果"),
    "distribution:share:sent-again": later("重新分送结果"),
    "distribution:share:silent": later("接收部门逾时未签收"),
    "distribution:subscription:made": later("订阅检查结果"),
    "distribution:subscription:ended": later("停止订阅检查结果"),
    "exchange:batch:sent": later("向平台发送一批数据"),
    "exchange:reply:received": later("收到平台回执"),
    "exchange:record:again": later("改正后重新发送"),
    "exchange:day:reconciled": later("与平台对账"),
    "exchange:platform:silent": later("平台逾时没有回执"),
}

DISCLOSURE_BY_ITSELF = frozenset(
    {
        "disclosure:result:retired",
        "disclosure:exemption:asked-anew",
        "disclosure:task:not-disclosed",
        "distribution:result:shared",
        "distribution:share:silent",
        "exchange:batch:sent",
        "exchange:reply:received",
        "exchange:platform:silent",
    }
)
