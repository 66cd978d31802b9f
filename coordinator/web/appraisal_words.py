"""Words for overdue lights: what runs out, how it stands, and acts of the audit trail."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, WAITS, State

APPRAISAL_STATES: dict[tuple[str, str], State] = {
    ("light", "running"): State(later("未到期"), "", GOES),
    ("light", "yellow"): State(later("黄灯"), "warn", WAITS),
    ("light", "red"): State(later("红灯"), "bad", BAD),
    ("light", "out"): State(later("已办"), "good", DONE),
    ("clock", "visit"): State(later("上门检查")),
    ("clock", "findings"): State(later("出具检查报告")),
    ("clock", "feedback"): State(later("反馈检查情况")),
    ("clock", "disclosure"): State(later("结果公示")),
    ("clock", "objection"): State(later("答复异议")),
    ("clock", "rectification"): State(later("整改")),
    ("clock", "hazard"): State(later("消除重大隐患")),
    ("clock", "case-filing"): State(later("决定是否立案")),
    ("clock", "case-decision"): State(later("作出处罚决定")),
    ("clock", "case-execution"): State(later("执行处罚决定")),
    ("clock", "transfer"): State(later("移送的答复")),
    ("clock", "copy-notice"): State(later("抄告的反馈")),
    ("clock", "repair"): State(later("信用修复决定")),
    ("clock", "delisting"): State(later("确认或者退回移出")),
    ("clock", "lifting"): State(later("解除惩戒的反馈")),
    ("clock", "measure"): State(later("惩戒反馈")),
    ("clock", "report"): State(later("半年和全年总结")),
    ("clock", "lead"): State(later("查清线索")),
    ("clock", "due-check"): State(later("待查事项")),
    ("report", "awaited"): State(later("待起草"), "warn", WAITS),
    ("report", "drafted"): State(later("起草中"), "info", GOES),
    ("report", "issued"): State(later("已通报"), "good", DONE),
    ("report-kind", "half-year"): State(later("半年总结")),
    ("report-kind", "year"): State(later("全年总结")),
}

APPRAISAL_ACTS = {
    "overdue:clock:reminded": later("到期催办"),
    "overdue:clock:red": later("逾期，亮红灯"),
    "overdue:clock:cleared": later("逾期事项已办，红灯熄灭"),
}
APPRAISAL_BY_ITSELF = frozenset(APPRAISAL_ACTS)
REPORT_ACTS = {
    "appraisal:report:drafted": later("起草总结，统计数字"),
    "appraisal:report:edited": later("修改总结"),
    "appraisal:text:entered": later("部门报送问题和做法"),
    "appraisal:report:issued": later("通报总结"),
    "appraisal:report:reopened": later("重新打开总结"),
    "appraisal:tallies:counted": later("重新清点考核数字"),
}
