"""Breaches as pages show them: by line, with figures, remedy, and the field to mend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coordinator.domain.annual_plan import CREDIT, Breach, PlanLine, Weighting
from coordinator.domain.annual_plan.breaches import WHOLE_PLAN
from coordinator.domain.annual_plan.weighting import EVENT, TAG
from coordinator.domain.policy import Policy
from coordinator.web.errors import sentence
from coordinator.web.language import _, choose, later
from coordinator.web.names import Names
from coordinator.web.words import state

# What a remedy asks for, and the field of the line in which it is done; none: not in this form.
_REMEDIES: Mapping[str, tuple[str, str]] = {
    "add-directed-line": (later("增加一条定向任务"), ""),
    "add-full-line": (later("增加一条全部检查的任务"), ""),
    "add-item": (later("选一个该部门的事项"), "items"),
    "add-joint-line": (later("增加联合任务"), ""),
    "add-objects": (later("多抽一些对象"), ""),
    "add-participant": (later("加上配合部门"), "participants"),
    "add-random-visits": (later("增加随机抽取"), ""),
    "add-ratio": (later("填写比例或数量"), "strata"),
    "add-windows": (later("填写各次的时间"), "later_windows"),
    "change-code": (later("改任务编号"), "code"),
    "choose-exemption": (later("选规则列明的豁免"), "exemption"),
    "choose-leader-rule": (later("选组长产生方式"), "leader_rule"),
    "choose-method": (later("选允许的方式"), "method"),
    "choose-organ": (later("换一个机关"), "lead"),
    "designate": (later("登记指定管辖文书，或换一个机关"), "lead"),
    "draw-at-random": (later("改为随机抽取"), "selection"),
    "drop-item": (later("去掉这个事项"), "items"),
    "join-windows": (later("合并各任务的时间"), "window_from"),
    "look-back-further": (later("延长任务的回看期"), ""),
    "lower-ratio": (later("降低比例"), "strata"),
    "make-directed": (later("改为定向，或去掉条件"), "directed"),
    "make-joint": (later("改为联合任务"), ""),
    "move-window": (later("改检查时间"), "window_from"),
    "name-line": (later("填写任务名称"), "name"),
    "name-objects": (later("指定对象或填写数量"), "objects"),
    "name-section": (later("填写科室"), "section"),
    "publish-list": (later("改名单公示时间"), "list_publicity"),
    "raise-quota": (later("增加人数"), "quotas"),
    "raise-ratio": (later("提高比例"), "strata"),
    "register-delegation": (later("登记委托文书"), "lead"),
    "register-organ": (later("登记该机关，或换一个"), "lead"),
    "drop-weight": (later("去掉多余的权数"), "weights"),
    "lower-weight": (later("降低权数"), "weights"),
    "set-items-always": (later("改每户必查的事项"), "items_always"),
    "set-weights": (later("改权数"), "weights"),
    "weigh-alike": (later("改为机会均等"), "weighting"),
    "set-items-drawn": (later("改抽取的事项数"), "items_drawn"),
    "shorten-name": (later("缩短名称"), "name"),
    "state-reason": (later("填写理由"), "reason"),
    "swap-dates": (later("改检查时间"), "window_from"),
}
_WANTED = ("wanted", "maximum", "minimum", "cap", "known")
_FOUND = ("found", "ratio", "number")


@dataclass(frozen=True, kw_only=True)
class BreachView:
    """One breach in words; `field` is where it is mended, `remedy` how."""

    line: str
    sentence: str
    found: str
    wanted: str
    remedy: str
    field: str


@dataclass(frozen=True, kw_only=True)
class LineBreaches:
    """The breaches of one line, or of the whole plan where `line` is None."""

    line: PlanLine | None
    code: str
    breaches: tuple[BreachView, ...]


def breach_view(breach: Breach, names: Names, policy: Policy) -> BreachView:
    """Word one breach of a plan under a profile."""
    word, field = _REMEDIES.get(str(breach.remedy.get("action", "")), ("", ""))
    said = {"line": breach.line, **breach.facts, **breach.remedy}
    codes = _codes(names, policy)
    return BreachView(
        line=breach.line,
        sentence=sentence(
            breach.rule, {name: _named(name, value, codes) for name, value in said.items()}
        ),
        found=_first(breach.facts, _FOUND),
        wanted=_first(breach.facts, _WANTED),
        remedy=_(word) if word else "",
        field=field,
    )


def grouped(
    found: Iterable[Breach], lines: Iterable[PlanLine], names: Names, policy: Policy
) -> list[LineBreaches]:
    """Group breaches by line, those of the whole plan first."""
    known = {line.code: line for line in lines}
    by_line: dict[str, list[BreachView]] = {}
    for breach in found:
        by_line.setdefault(breach.line, []).append(breach_view(breach, names, policy))
    ordered = sorted(by_line, key=lambda code: (code != WHOLE_PLAN, code))
    return [
        LineBreaches(line=known.get(code), code=code, breaches=tuple(by_line[code]))
        for code in ordered
    ]


def _codes(names: Names, policy: Policy) -> dict[str, dict[str, str]]:
    """Give the names behind the codes of a fact, by the name of the fact."""
    departments = dict(names.department_options())
    events = {each.code: choose(each.name, each.name_en) for each in policy.event_kinds}
    periods = {each.code: choose(each.name, each.name_en) for each in policy.plan.key_periods}
    strata = {"*": _("其余全部"), "-": _("未分类")}
    weighed = {TAG: _("监管标签"), EVENT: _("事件"), CREDIT: _("信用风险分类")}
    weightings = {each.value: state("weighting", each).word for each in Weighting}
    return {
        **dict.fromkeys(("department", "lead", "organ"), departments),
        **dict.fromkeys(("event", "group"), events),
        "period": periods,
        "stratum": strata,
        "by": weighed,
        "found": weightings,
    }


def _named(name: str, value: object, codes: Mapping[str, Mapping[str, str]]) -> object:
    """Give the name behind a code; whatever else stands stays."""
    return codes.get(name, {}).get(str(value), value)


def _first(facts: Mapping[str, object], names: Iterable[str]) -> str:
    for name in names:
        value = facts.get(name)
        if isinstance(value, list | tuple):
            return _("、").join(str(each) for each in value)
        if value is not None:
            return str(value)
    return ""
