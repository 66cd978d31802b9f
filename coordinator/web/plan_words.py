"""Words for the lines of a plan, its amendments, and what was done to it."""

from coordinator.web.language import later
from coordinator.web.wording import DONE, REST, WAITS, State

PLAN_STATES: dict[tuple[str, str], State] = {
    ("selection", "random"): State(later("随机抽取"), "info"),
    ("selection", "all"): State(later("全部检查，抽签定次序")),
    ("selection", "fixed"): State(later("指定对象")),
    ("directed", "True"): State(later("定向")),
    ("directed", "False"): State(later("不定向")),
    ("draw-level", "province-province"): State(later("省抽省查")),
    ("draw-level", "province-city"): State(later("省抽市查")),
    ("draw-level", "province-county"): State(later("省抽县查")),
    ("draw-level", "city-city"): State(later("市抽市查")),
    ("draw-level", "city-county"): State(later("市抽县查")),
    ("draw-level", "county-county"): State(later("县抽县查")),
    ("leader-rule", "drawn"): State(later("组长随机抽取")),
    ("leader-rule", "by-duty"): State(later("分管领导带队")),
    ("publicity", "on-draw"): State(later("抽取后公开名单")),
    ("publicity", "after-visit"): State(later("检查后公开名单")),
    ("publicity", "after-round"): State(later("批次结束后公开名单")),
    ("line-source", "annual"): State(later("年度计划")),
    ("line-source", "temporary"): State(later("临时任务"), "warn"),
    ("basis", "declared"): State(later("科室申报的监管对象")),
    ("basis", "lines"): State(later("科室未申报监管对象，按其任务推算")),
    ("execution", "here"): State(later("在本平台执行")),
    ("execution", "elsewhere"): State(later("在其他平台执行，结果导入")),
    ("object-list", "abnormal"): State(later("经营异常名录")),
    ("object-list", "serious"): State(later("严重违法失信名单")),
    ("object-list", "undisturbed"): State(later("无事不扰")),
    ("object-list", "random"): State(later("随机抽查")),
    ("object-list", "focus"): State(later("重点监管")),
    ("amendment", "proposed"): State(later("待第二人通过"), "warn", WAITS),
    ("amendment", "adopted"): State(later("已通过"), "good", DONE),
    ("amendment", "rejected"): State(later("未通过"), "", REST),
    ("change", "add"): State(later("增加"), "info"),
    ("change", "change"): State(later("改动")),
    ("change", "cancel"): State(later("取消任务"), "bad"),
}

PLAN_ACTS = {
    "annual-plan:plan:returned": later("退回年度计划"),
    "annual-plan:rules:chosen": later("选定计划的规则"),
    "annual-plan:line:saved": later("保存任务"),
    "annual-plan:line:removed": later("删除任务"),
    "annual-plan:amendment:proposed": later("提出调整"),
    "annual-plan:amendment:adopted": later("通过调整"),
    "annual-plan:amendment:rejected": later("不通过调整"),
}
