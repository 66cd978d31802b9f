"""Words for states, roles and acts: Chinese text, tone and icon, translated where shown."""

from coordinator.web.appraisal_words import (
    APPRAISAL_ACTS,
    APPRAISAL_BY_ITSELF,
    APPRAISAL_STATES,
    REPORT_ACTS,
)
from coordinator.web.archive_words import ARCHIVE_ACTS, ARCHIVE_STATES, RESPONSIBILITIES
from coordinator.web.complaint_words import COMPLAINT_ACTS, COMPLAINT_STATES, UNLISTED_STATES
from coordinator.web.disclosure_words import (
    DISCLOSURE_ACTS,
    DISCLOSURE_BY_ITSELF,
    DISCLOSURE_STATES,
)
from coordinator.web.follow_up_words import FOLLOW_UP_ACTS, FOLLOW_UP_STATES
from coordinator.web.item_words import ITEM_ACTS, ITEM_STATES
from coordinator.web.language import _, later
from coordinator.web.lead_words import LEAD_ACTS, LEAD_STATES
from coordinator.web.message_words import (
    AGENT_STATES,
    FLOW_STATES,
    LETTER_ACTS,
    LETTER_STATES,
)
from coordinator.web.participant_words import PARTICIPANT_ACTS, PARTICIPANT_STATES
from coordinator.web.plan_words import PLAN_ACTS, PLAN_STATES
from coordinator.web.register_words import REGISTER_ACTS, REGISTER_STATES
from coordinator.web.review_words import REVIEW_ACTS, REVIEW_STATES
from coordinator.web.sanction_words import SANCTION_ACTS, SANCTION_STATES
from coordinator.web.schedule_words import SCHEDULE_ACTS, SCHEDULE_STATES
from coordinator.web.wording import BAD as _BAD
from coordinator.web.wording import DONE as _DONE
from coordinator.web.wording import GOES as _GOES
from coordinator.web.wording import REST as _REST
from coordinator.web.wording import WAITS as _WAITS
from coordinator.web.wording import State

_STATES: dict[tuple[str, str], State] = (
    REGISTER_STATES
    | APPRAISAL_STATES
    | ARCHIVE_STATES
    | RESPONSIBILITIES
    | REVIEW_STATES
    | COMPLAINT_STATES
    | UNLISTED_STATES
    | DISCLOSURE_STATES
    | FOLLOW_UP_STATES
    | LEAD_STATES
    | LETTER_STATES
    | AGENT_STATES
    | FLOW_STATES
    | PARTICIPANT_STATES
    | SANCTION_STATES
    | SCHEDULE_STATES
    | ITEM_STATES
    | PLAN_STATES
    | {
        ("plan", "draft"): State(later("起草中"), "", _WAITS),
        ("plan", "submitted"): State(later("待发布"), "warn", _WAITS),
        ("plan", "adopted"): State(later("已发布"), "good", _DONE),
        ("round", "open"): State(later("等待承诺"), "info", _WAITS),
        ("round", "frozen"): State(later("已冻结，等待回执"), "info", _WAITS),
        ("round", "revealing"): State(later("正在揭示"), "info", _GOES),
        ("round", "ready"): State(later("揭示齐全，可抽取"), "warn", _WAITS),
        ("round", "drawn"): State(later("已抽取，待下达"), "warn", _WAITS),
        ("round", "infeasible"): State(later("无法组成检查组"), "bad", _BAD),
        ("round", "dispatched"): State(later("检查进行中"), "info", _GOES),
        ("round", "disclosed"): State(later("已公开"), "good", _DONE),
        ("round", "cancelled"): State(later("已撤销"), "bad", _BAD),
        ("visit", "drawn"): State(later("待下达"), "warn", _WAITS),
        ("visit", "published"): State(later("待执行"), "info", _WAITS),
        ("visit", "running"): State(later("执行中"), "info", _GOES),
        ("visit", "finished"): State(later("已完成"), "good", _DONE),
        ("visit", "withdrawn"): State(later("已撤回"), "bad", _REST),
        ("task", "drawn"): State(later("待下达"), "", _WAITS),
        ("task", "published"): State(later("待接收"), "info", _WAITS),
        ("task", "accepted"): State(later("未录入"), "info", _GOES),
        ("task", "awaiting-test"): State(later("待检验"), "info", _WAITS),
        ("task", "pending-review"): State(later("待审核"), "warn", _WAITS),
        ("task", "returned"): State(later("审核退回"), "bad", _BAD),
        ("task", "rejected"): State(later("不通过"), "bad", _BAD),
        ("task", "pending-disclosure"): State(later("待公示"), "warn", _WAITS),
        ("task", "disclosed"): State(later("已公示"), "good", _DONE),
        ("task", "not-disclosed"): State(later("不予公示"), "", _REST),
        ("task", "withdrawn"): State(later("已撤回"), "bad", _REST),
        ("attempt", "done"): State(later("完成"), "good", _DONE),
        ("attempt", "void"): State(later("作废"), "bad", _BAD),
        ("attempt", "infeasible"): State(later("对象抽定，检查组不齐"), "warn", _WAITS),
        ("left-out", "item-lapsed"): State(later("事项已失效，不再检查"), "warn", _REST),
        ("left-out", "item-not-published"): State(later("事项未公布，不再检查"), "warn", _REST),
        ("mode", "announced"): State(later("事先告知")),
        ("mode", "covert"): State(later("暗查"), "covert", "◆"),
        ("kind", "internal"): State(later("本部门")),
        ("kind", "joint"): State(later("跨部门联合"), "info"),
        ("item-class", "general"): State(later("一般")),
        ("item-class", "key"): State(later("重点"), "warn"),
        ("problem", "True"): State(later("发现问题"), "warn", _BAD),
        ("problem", "False"): State(later("未发现问题"), "good", _DONE),
        ("approved", "True"): State(later("已审核"), "good", _DONE),
        ("approved", "False"): State(later("待审核"), "warn", _WAITS),
        ("disclosed", "True"): State(later("已公示"), "good", _DONE),
        ("disclosed", "False"): State(later("未公示"), "", _WAITS),
        ("linked", "True"): State(later("已关联"), "good", _DONE),
        ("linked", "False"): State(later("未关联，不可列入计划"), "warn", _BAD),
        ("day", "working"): State(later("上班"), "info"),
        ("day", "resting"): State(later("休息"), "good"),
        ("level", "province"): State(later("省级")),
        ("level", "city"): State(later("市级")),
        ("level", "county"): State(later("县级")),
        ("draw_level", "province-province"): State(later("省抽省查")),
        ("draw_level", "province-city"): State(later("省抽市查")),
        ("draw_level", "province-county"): State(later("省抽县查")),
        ("draw_level", "city-city"): State(later("市抽市查")),
        ("draw_level", "city-county"): State(later("市抽县查")),
        ("draw_level", "county-county"): State(later("县抽县查")),
        ("capacity", "own"): State(later("行政机关")),
        ("capacity", "authorised"): State(later("法律法规授权的组织")),
        ("capacity", "delegated"): State(later("受委托的组织"), "info"),
    }
)

ROLES = {
    "office": later("联席会议办公室"),
    "department": later("部门"),
    "auditor": later("审计监督"),
    "discipline": later("纪检"),
}

ACTS = (
    ITEM_ACTS
    | FOLLOW_UP_ACTS
    | APPRAISAL_ACTS
    | REPORT_ACTS
    | ARCHIVE_ACTS
    | REVIEW_ACTS
    | COMPLAINT_ACTS
    | DISCLOSURE_ACTS
    | LEAD_ACTS
    | LETTER_ACTS
    | PARTICIPANT_ACTS
    | SANCTION_ACTS
    | SCHEDULE_ACTS
    | REGISTER_ACTS
    | PLAN_ACTS
    | {
        "policies:version:stored": later("规则定稿"),
        "annual-plan:plan:drafted": later("起草年度计划"),
        "annual-plan:plan:submitted": later("提交年度计划"),
        "annual-plan:plan:adopted": later("发布年度计划"),
        "lottery:round:opened": later("开启批次，请各方承诺"),
        "lottery:commitment:received": later("收到一方的承诺"),
        "lottery:freeze:requested": later("第一人提出冻结"),
        "lottery:round:frozen": later("第二人冻结名录，公布指纹"),
        "lottery:receipt:received": later("收到一方的签名回执"),
        "lottery:reveals:requested": later("回执齐全，请各方揭示"),
        "lottery:reveal:accepted": later("一方揭示"),
        "lottery:round:ready": later("全部揭示，可以抽取"),
        "lottery:draw:requested": later("第一人提出抽取"),
        "lottery:attempt:voided": later("作废本次抽签"),
        "lottery:contributor:reminded": later("提醒一方"),
        "lottery:silence:noted": later("记下沉默，另定期限"),
        "lottery:cancellation:requested": later("第一人提出撤销批次"),
        "lottery:round:cancelled": later("第二人确认，批次撤销"),
        "lottery:contributor:left-out": later("不再等一方的随机数"),
        "lottery:silence:explained": later("收到一方对沉默的说明"),
        "lottery:reveals:held": later("名录有变动，暂不请各方揭示"),
        "lottery:refreeze:requested": later("第一人提出重新冻结"),
        "lottery:sources:named": later("指定外部随机源"),
        "lottery:source:entered": later("录入外部随机源的值"),
        "lottery:record:published": later("抽签记录定稿"),
        "lottery:record:disclosed": later("抽签记录公开"),
        "lottery:record:examined": later("核验公开的记录"),
        "lottery:record:verified": later("审计人员签署核验结果"),
        "object-draw:objects:drawn": later("抽取检查对象"),
        "object-draw:replacement:requested": later("申请更换对象"),
        "object-draw:replacement:rejected": later("驳回更换申请"),
        "object-draw:object:replaced": later("更换对象"),
        "checklist-merge:checks:merged": later("合并检查清单"),
        "checklist-merge:visit:added": later("更换对象后新增任务"),
        "checklist-merge:exemption:requested": later("申请频次豁免"),
        "checklist-merge:exemption:granted": later("批准频次豁免"),
        "checklist-merge:contact:logged": later("登记批次以外的入企"),
        "team-draw:teams:drawn": later("抽取检查组"),
        "team-draw:team:refused": later("无法组成检查组"),
        "dispatch:round:published": later("下达批次任务"),
        "dispatch:visit:published": later("下达检查任务"),
        "dispatch:visit:opened": later("当日开启暗查任务"),
        "dispatch:precheck:refreshed": later("重新预查比对并发给检查组"),
        "dispatch:visit:withdrawn": later("撤回检查任务"),
        "dispatch:check:left-out": later("失效事项不再检查"),
        "dispatch:task:left-out": later("部门无事项可查，不再参加"),
        "dispatch:task:accepted": later("部门接收任务"),
        "dispatch:person:declined": later("部门申请更换人员"),
        "dispatch:team:amended": later("通知各部门任务变动"),
        "team-draw:member:replaced": later("抽取替补人员"),
        "team-draw:experts:short": later("专家未能派足"),
        "team-draw:leaders:missing": later("有任务无人按职责带队"),
        "team-draw:leader:named": later("重新确定带队人"),
        "team-draw:liaisons:missing": later("有任务没有联络员随行"),
        "lottery:supplement:opened": later("开启补抽"),
        "lottery:round:completed": later("补抽完成，批次继续"),
        "team-draw:member:not-replaced": later("无人可替补"),
        "result-intake:report:received": later("收到检查结果"),
        "result-intake:visit:finished": later("检查完成"),
        "disclosure:result:disclosed": later("公示结果"),
        "disclosure:objection:received": later("收到异议"),
        "disclosure:objection:answered": later("答复异议"),
        "registers:departments:saved": later("登记部门"),
        "registers:joint-list:linked": later("关联联合清单的一行"),
        "identity:session:opened": later("登录"),
        "identity:session:closed": later("退出"),
        "archive:task:archived": later("归档"),
        "organisation:credit-system:registered": later("登记信用平台"),
        "organisation:department:key-registered": later("登记部门签名公钥"),
        "organisation:people:added": later("登记人员"),
        "organisation:department:saved": later("登记机关或更改机关资料"),
        "organisation:section:saved": later("登记科室或更改职责"),
        "organisation:section:removed": later("撤销科室"),
        "organisation:designation:registered": later("登记指定管辖文书"),
        "organisation:designation:ended": later("指定管辖终止"),
        "registers:directory:stale": later("登记库久未更新"),
        "registers:calendar:imported": later("导入放假安排"),
        "registers:regions:imported": later("导入区划表"),
        "registers:calendar:seeded": later("带入随系统提供的放假安排"),
        "registers:deadline:recomputed": later("按新放假安排重算期限"),
    }
)

# What follows by itself when the last message or act that it waited for has come: nobody's own act.
SYSTEM_ACTS = (
    DISCLOSURE_BY_ITSELF
    | APPRAISAL_BY_ITSELF
    | frozenset(
        {
            "lottery:reveals:requested",
            "lottery:reveals:held",
            "lottery:round:ready",
            "lottery:record:disclosed",
            "result-intake:visit:finished",
            "leads:lead:handled",
            "leads:re-inspection:due",
            "checklist-merge:due-check:joined",
            "checklist-merge:due-check:waiting",
            "checklist-merge:due-check:ended",
            "archive:task:archived",
            "registers:directory:stale",
            "registers:calendar:seeded",
            "registers:deadline:recomputed",
        }
    )
)

MESSAGES = {
    "EntropyRequested": later("请求承诺随机数"),
    "EntropyCommitted": later("提交承诺"),
    "EntropyReminded": later("提醒完成抽签步骤"),
    "SilenceExplained": later("说明未按时完成的原因"),
    "RoundCancelled": later("批次撤销"),
    "RoundFrozen": later("名录冻结"),
    "CommitReceived": later("签名回执"),
    "RevealRequested": later("请求揭示"),
    "EntropyRevealed": later("揭示随机数"),
    "RevealAccepted": later("揭示已接受"),
    "DrawRecordPublished": later("抽签记录定稿"),
    "SeedRevealed": later("种子公开"),
    "TaskPublished": later("检查任务"),
    "TaskOpened": later("开启暗查任务"),
    "TaskAmended": later("检查组人员变动"),
    "PrecheckRefreshed": later("重新预查比对"),
    "TaskWithdrawn": later("撤回任务"),
    "TaskAccepted": later("任务已接收"),
    "TaskDeclined": later("申请更换人员"),
    "FindingsSubmitted": later("报送检查结果"),
    "ResultReturned": later("结果退回"),
    "ResultShared": later("结果分送"),
    "ResultAcknowledged": later("确认收到分送结果"),
    "ResultDisclosed": later("结果公示"),
    "DisclosureWithdrawn": later("撤销公示"),
    "RectificationOrdered": later("责令限期改正"),
    "PenaltyDecided": later("处罚决定"),
    "PenaltyRevoked": later("处罚决定撤销"),
    "RectificationReminded": later("整改提醒"),
    "CopyNoticeSent": later("抄告"),
    "CopyNoticeReminded": later("抄告提醒"),
    "CopyNoticeWithdrawn": later("抄告撤回"),
    "CopyNoticeAnswered": later("抄告反馈"),
    "CaseTransferred": later("移送"),
    "TransferAnswered": later("移送回执"),
    "AbnormalListEntered": later("列入经营异常名录"),
    "AbnormalListRemoved": later("移出经营异常名录"),
    "EntityListed": later("列入名单"),
    "EntityCorrected": later("更正名单"),
    "EntityDelisted": later("移出名单"),
    "MeasureOrdered": later("联合惩戒措施"),
    "MeasureAmended": later("变更惩戒措施"),
    "MeasureReminded": later("催办惩戒反馈"),
    "MeasureLifted": later("解除惩戒措施"),
    "MeasureFeedback": later("惩戒反馈"),
    "CreditEventAcknowledged": later("确认信用事件"),
    "HeartbeatSent": later("代理心跳"),
    "ResendRequested": later("请求补发缺号消息"),
    "SequencesVoided": later("缺号说明"),
    "RegisterChunkSubmitted": later("上报名录"),
    "RegisterImported": later("名录上报回执"),
}

DRAWN_HOW = {
    "pick": later("随机抽取"),
    "path": later("为补齐缺位调整"),
    "level": later("为均衡工作量调整"),
    "witness": later("按可行方案补齐"),
    "replaced": later("抽取后替补"),
    "duty": later("按职责带队"),
    "liaison": later("专职联络员，轮流随行"),
    "empty": later("未补齐"),
}


def state(kind: str, value: object) -> State:
    """Give word, tone and icon of a state; an unknown one shows as its code."""
    found = _STATES.get((kind, str(value)))
    if found is None:
        return State(str(value))
    return State(_(found.word), found.tone, found.icon)


def period(first: object, last: object) -> str:
    """Word a period of days, both included."""
    return _("%(first)s 至 %(last)s") % {"first": first, "last": last}


def states_of(kind: str) -> list[tuple[str, str]]:
    """Give (code, word) of every state of a kind, for filters."""
    return [(code, _(entry.word)) for (of, code), entry in _STATES.items() if of == kind]


def role_word(role: str) -> str:
    """Give the name of a role."""
    return _(ROLES[role]) if role in ROLES else role


def act_word(tag: str) -> str:
    """Give the words for an audit tag; an unknown one shows as it is stored."""
    if tag in ACTS:
        return _(ACTS[tag])
    imported = tag.startswith("registers:") and tag.endswith(":imported")
    return _("导入登记库") if imported else tag


def message_word(type_name: str) -> str:
    """Give the words for a message by its type, e.g. `TaskPublished.v1`; others show it."""
    name = type_name.rpartition(".v")[0]
    return _(MESSAGES[name]) if name in MESSAGES else type_name


def how_word(how: str) -> str:
    """Say how somebody came into a team."""
    return _(DRAWN_HOW[how]) if how in DRAWN_HOW else how
