"""Words of the indicators: name, formula under the figure, and what each counted set of rows is."""

from collections.abc import Mapping
from dataclasses import dataclass

from coordinator.domain.appraisal import Fact, Reading
from coordinator.web.language import _, later


@dataclass(frozen=True)
class IndicatorWords:
    """The name of an indicator, what it is made of, and the target in words, where one is known."""

    name: str
    formula: str


INDICATORS: Mapping[str, IndicatorWords] = {
    "plan-completion": IndicatorWords(
        later("计划完成率"),
        later(
            "（已完成的任务 + 互认的户）÷（应完成的任务 + 互认的户 + 暂缓的户）；撤回的算未完成。"
        ),
    ),
    "disclosure": IndicatorWords(
        later("公示率"), later("已公示的结果 ÷ 应公示的结果；依法不予公示的另计。")
    ),
    "tasks": IndicatorWords(later("任务完成率"), later("已提交结果的部门任务 ÷ 下达的部门任务。")),
    "checks": IndicatorWords(
        later("检查完成率"), later("实际检查的户·事项 ÷（已录入的 + 还没有录入的）。")
    ),
    "closure": IndicatorWords(later("办结率"), later("已完结的结果 ÷ 实际检查的户·事项。")),
    "orders": IndicatorWords(later("整改完成率"), later("复查通过的责令改正 ÷ 发出的责令改正。")),
    "cases": IndicatorWords(later("案件办结率"), later("结案和不予立案的 ÷ 登记的案件线索。")),
    "overdue": IndicatorWords(later("正亮红灯"), later("超过规定天数还没有办的事项。")),
    "red": IndicatorWords(later("亮过红灯"), later("本期亮过红灯的事项，已办的也算。")),
    "problems": IndicatorWords(
        later("问题发现率"),
        later("发现问题的 ÷ 实际检查的户·事项；只作情况反映，不设目标，不作排名。"),
    ),
    "exempt": IndicatorWords(
        later("依法不予公示"), later("有理由并经批准不公示的结果，不计入公示率。")
    ),
    "items": IndicatorWords(
        later("事项覆盖率"),
        later("本期检查过的事项 ÷ 本期有效的抽查事项；只看查没查过，不看查了几次。"),
    ),
    "joint": IndicatorWords(
        later("联合检查率"), later("两个以上部门一同完成的上门 ÷ 已完成的上门。")
    ),
    "saved": IndicatorWords(
        later("减少入企"),
        later("分头检查要上门的次数（户·部门·任务）减去合并后的上门次数，按各批次合并时的数相加。"),
    ),
    "random": IndicatorWords(
        later("随机抽查占比"), later("抽签产生的已完成上门 ÷（已完成的上门 + 单独上门）。")
    ),
    "key-units": IndicatorWords(
        later("重点单位覆盖率"), later("本期检查过的重点单位 ÷ 名录中在营的重点单位。")
    ),
    "key-periods": IndicatorWords(
        later("重点时段覆盖率"), later("组织过定向抽查的重点时段 ÷ 本期的重点时段。")
    ),
    "cap": IndicatorWords(
        later("拦下的超频次检查"), later("因场所上限暂缓的户·事项 + 抽取时因上限换下的对象。")
    ),
    "draws": IndicatorWords(
        later("抽签自查"), later("各层抽中数与应抽数全部相符的批次 ÷ 已自查的批次。")
    ),
    "register-completeness": IndicatorWords(
        later("名录完整率"),
        later("必填资料齐全的对象、人员和专家 ÷ 名录中的对象、人员和专家；按今天的名录。"),
    ),
    "register-age": IndicatorWords(
        later("名录更新率"),
        later("规定月数内更新过的名录 ÷ 有内容的名录；截至今天，明细写明距上次更新的天数。"),
    ),
}

FACTS: Mapping[Fact, str] = {
    Fact.VISITS_PLANNED: later("应完成的任务"),
    Fact.VISITS_FINISHED: later("已完成的上门任务"),
    Fact.VISITS_JOINT: later("联合完成的上门"),
    Fact.VISITS_RANDOM: later("抽签产生的已完成上门"),
    Fact.VISITS_OWN: later("单独上门"),
    Fact.TRIPS_SEPARATE: later("分头检查要上门的次数"),
    Fact.TRIPS_MADE: later("合并后的上门"),
    Fact.TASKS_PLANNED: later("应完成的部门任务"),
    Fact.TASKS_SENT: later("下达的部门任务"),
    Fact.TASKS_REPORTED: later("已提交结果的部门任务"),
    Fact.CHECKS_DEFERRED: later("暂缓的户"),
    Fact.CHECKS_RECOGNISED: later("结果互认的户"),
    Fact.CHECKS_WAITING: later("还没有录入的户·事项"),
    Fact.CAP_DEFERRED: later("因场所上限暂缓的户·事项"),
    Fact.CAP_REPLACED: later("因上限换下的对象"),
    Fact.RESULTS_ENTERED: later("已录入的户·事项"),
    Fact.RESULTS_CHECKED: later("实际检查的户·事项"),
    Fact.RESULTS_SETTLED: later("已完结的结果"),
    Fact.RESULTS_PROBLEM: later("发现问题的户·事项"),
    Fact.RESULTS_DISCLOSED: later("已公示的结果"),
    Fact.RESULTS_TO_DISCLOSE: later("应公示的结果"),
    Fact.RESULTS_EXEMPT: later("依法不予公示的结果"),
    Fact.ORDERS_MADE: later("发出的责令改正"),
    Fact.ORDERS_CLOSED: later("复查通过的责令改正"),
    Fact.CASES_OPENED: later("登记的案件线索"),
    Fact.CASES_ENDED: later("结案和不予立案的案件"),
    Fact.RED_CLOCKS: later("亮过红灯的事项"),
    Fact.RED_BURNING: later("正亮红灯的事项"),
    Fact.ITEMS_LISTED: later("本期有效的抽查事项"),
    Fact.ITEMS_CHECKED: later("检查过的抽查事项"),
    Fact.KEY_UNITS: later("在营的重点单位"),
    Fact.KEY_UNITS_CHECKED: later("检查过的重点单位"),
    Fact.ENTRIES_LISTED: later("名录中的对象、人员和专家"),
    Fact.ENTRIES_COMPLETE: later("必填资料齐全的"),
    Fact.REGISTERS_HELD: later("有内容的名录"),
    Fact.REGISTERS_RENEWED: later("规定月数内更新过的名录"),
    Fact.DRAWS_AUDITED: later("已自查的批次"),
    Fact.DRAWS_KEPT: later("与应抽数全部相符的批次"),
    Fact.KEY_PERIODS: later("本期的重点时段"),
    Fact.KEY_PERIODS_COVERED: later("组织过定向抽查的重点时段"),
}


def target_words(reading: Reading) -> str:
    """Say whether the target is met, and what is missing; nothing where there is none."""
    if reading.target is None:
        return ""
    wanted = {"wanted": f"{float(reading.target) * 100:g} %", "n": reading.missing}
    if reading.is_met is None:
        return _("目标 %(wanted)s，本期还没有应办的。") % wanted
    if reading.is_met:
        return _("目标 %(wanted)s，已达到。") % wanted
    return _("目标 %(wanted)s，还差 %(n)s 件。") % wanted
