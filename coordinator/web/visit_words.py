"""Words for visits, the departments' tasks and their results: states and acts."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, WAITS, State

VISIT_STATES: dict[tuple[str, str], State] = {
    ("visit", "drawn"): State(later("待下达"), "warn", WAITS),
    ("visit", "published"): State(later("待执行"), "info", WAITS),
    ("visit", "running"): State(later("执行中"), "info", GOES),
    ("visit", "finished"): State(later("已完成"), "good", DONE),
    ("visit", "withdrawn"): State(later("已撤回"), "bad", REST),
    ("task", "drawn"): State(later("待下达"), "", WAITS),
    ("task", "published"): State(later("待接收"), "info", WAITS),
    ("task", "accepted"): State(later("未录入"), "info", GOES),
    ("task", "awaiting-test"): State(later("待检验"), "info", WAITS),
    ("task", "pending-review"): State(later("待审核"), "warn", WAITS),
    ("task", "returned"): State(later("审核退回"), "bad", BAD),
    ("task", "rejected"): State(later("不通过"), "bad", BAD),
    ("task", "pending-disclosure"): State(later("待公示"), "warn", WAITS),
    ("task", "disclosed"): State(later("已公示"), "good", DONE),
    ("task", "not-disclosed"): State(later("不予公示"), "", REST),
    ("task", "withdrawn"): State(later("已撤回"), "bad", REST),
    ("left-out", "item-lapsed"): State(later("事项已失效，不再检查"), "warn", REST),
    ("left-out", "item-not-published"): State(later("事项未公布，不再检查"), "warn", REST),
    ("mode", "announced"): State(later("事先告知")),
    ("mode", "covert"): State(later("暗查"), "covert", "◆"),
    ("problem", "True"): State(later("发现问题"), "warn", BAD),
    ("problem", "False"): State(later("未发现问题"), "good", DONE),
    ("approved", "True"): State(later("已审核"), "good", DONE),
    ("approved", "False"): State(later("待审核"), "warn", WAITS),
    ("disclosed", "True"): State(later("已公示"), "good", DONE),
    ("disclosed", "False"): State(later("未公示"), "", WAITS),
}

VISIT_ACTS = {
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
    "result-intake:report:received": later("收到检查结果"),
    "result-intake:visit:finished": later("检查完成"),
    "disclosure:result:disclosed": later("公示结果"),
    "disclosure:objection:received": later("收到异议"),
    "disclosure:objection:answered": later("答复异议"),
}
