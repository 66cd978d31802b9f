"""A plan's lines in words: how many, whom, when and how, for pages, lists and annexes."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan import (
    CREDIT,
    Conditions,
    Execution,
    LineSource,
    PlanLine,
    Selection,
    Weighting,
    item_draw_of,
)
from coordinator.domain.annual_plan.weighting import EVENT, TAG
from coordinator.domain.policy import DrawWeight
from coordinator.web.language import _, choose, later
from coordinator.web.names import Names
from coordinator.web.words import period, state

_EVERY = "*"
_NONE = "-"
_PERCENT = 100

# Conditions that are lists of words, with what each says.
_LISTED = (
    ("tags", later("监管标签")),
    ("kinds", later("对象类型")),
    ("regions", later("区域")),
    ("industries", later("行业")),
    ("affiliations", later("隶属关系")),
    ("scales", later("规模")),
    ("risk_classes", later("信用风险分类")),
    ("events", later("事件")),
    ("lists", later("名单")),
    ("objects", later("指定对象")),
)
CONDITIONS = tuple(field for field, _said in _LISTED)
_OBJECTS_SHOWN = 5


def percent(share: Fraction) -> str:
    """Write a share as percent, exact where two decimals hold it, else as the fraction."""
    value = share * _PERCENT
    if value.denominator == 1:
        return f"{value.numerator}\u00a0%"
    shown = f"{float(value):.2f}".rstrip("0")
    return f"{shown}\u00a0%" if Fraction(shown) == value else str(share)


def about(part: int, whole: int) -> str:
    """Write a share of counts as percent with at most one decimal, `—` of nothing."""
    if not whole:
        return "—"
    return f"{part * _PERCENT / whole:.1f}".removesuffix(".0") + "\u00a0%"


def share_words(line: PlanLine) -> str:
    """Say how many objects a line draws."""
    if line.selection is Selection.ALL:
        return _("全部")
    if line.selection is Selection.FIXED and line.conditions.objects:
        return _("指定的 %s 个对象") % len(line.conditions.objects)
    if line.number is not None:
        return _("%s 户") % line.number
    parts = [
        stratum_words(line.strata_by, stratum)
        + percent(rule.ratio)
        + (_("，至少 %s") % rule.minimum if rule.minimum else "")
        for stratum, rule in sorted(line.strata.items(), key=lambda each: _last(each[0]))
    ]
    return _("；").join(parts) or _("未定")


def weights_words(weights: Iterable[DrawWeight], names: Names) -> str:
    """Say what weighs how much, in the language of the request."""
    return _("、").join(
        _("%(what)s 权数 %(n)s") % {"what": _weighed(each, names), "n": each.weight}
        for each in weights
    )


def _weighed(weight: DrawWeight, names: Names) -> str:
    if weight.by == EVENT:
        return _event(weight.value, names)
    if weight.by == TAG:
        return weight.value
    if weight.by == CREDIT:
        return _("信用风险分类 %s") % _class(weight.value)
    return f"{weight.by} {_class(weight.value)}"


def chance_words(line: PlanLine, names: Names, profile: Sequence[DrawWeight] = ()) -> str:
    """Say whether all objects have equal chances, or what weighs how much; empty without a lot.

    `profile` are the weights of the plan's rules, where the page knows them.
    """
    if not line.share.is_by_lot:
        return ""
    if line.weighting is Weighting.EQUAL:
        return _("机会均等")
    own = line.weighting is Weighting.OWN
    if not own and not profile:
        return _("按规则的权数加权抽取")
    words = {"weights": weights_words(line.weights if own else profile, names)}
    return _("加权抽取（%(weights)s，其余权数 1）") % words


def _last(stratum: str) -> tuple[bool, str]:
    return stratum in (_EVERY, _NONE), stratum


def stratum_words(strata_by: str, stratum: str) -> str:
    """Name a stratum before its ratio; the only one needs no name."""
    if stratum == _EVERY:
        return ""
    if stratum == _NONE:
        return _("未分类") + " "
    return (stratum if strata_by == CREDIT else f"{strata_by} {stratum}") + " "


def windows_words(line: PlanLine) -> str:
    """Say when its visits take place: every window of the year."""
    return _("；").join(period(each.from_date, each.to_date) for each in line.windows)


def whom_words(conditions: Conditions, names: Names) -> list[tuple[str, str]]:
    """Give (what, which) of every condition that is set, in the language of the request."""
    found = []
    for field, label in _LISTED:
        values = getattr(conditions, field)
        if values:
            found.append((_label(field, label, conditions), joined(field, values, names)))
    for scheme, values in sorted(conditions.gradings.items()):
        found.append((_("%s 分级") % scheme, _("、").join(_class(each) for each in values)))
    if conditions.key_unit is not None:
        found.append((_("重点单位"), _("是") if conditions.key_unit else _("否")))
    return found


def whom_sentence(conditions: Conditions, names: Names) -> str:
    """Say in one sentence whom a line draws from; without a condition, everybody."""
    parts = [_("：").join(pair) for pair in whom_words(conditions, names)]
    return _("；").join(parts) or _("名录库中的全部对象")


def items_words(line: PlanLine) -> str:
    """Say how many items are checked, or how many of them are drawn."""
    draw = item_draw_of(line)
    if not draw.candidates:
        return _("%s 个事项") % len(line.items)
    drawn = _("从 %(n)s 个事项中随机抽取 %(k)s 个") % {"n": len(draw.candidates), "k": draw.choose}
    if not draw.always:
        return drawn
    return _("%(n)s 个必查事项，另%(drawn)s") % {"n": len(draw.always), "drawn": drawn}


def plain_sentence(line: PlanLine, names: Names, profile: Sequence[DrawWeight] = ()) -> str:
    """Say in one sentence who checks what at whom, when and how many: for everybody.

    `profile` are the weights of the plan's rules.
    """
    others = [names.department(code) for code in line.departments if code != line.lead]
    words = {
        "when": windows_words(line),
        "lead": names.department(line.lead),
        "others": _("、").join(others),
        "whom": whom_sentence(line.conditions, names),
        "items": items_words(line),
        "share": _("，").join(
            filter(None, (share_words(line), uneven_words(line, names, profile)))
        ),
    }
    if others:
        return (
            _("%(when)s，%(lead)s牵头，会同%(others)s，检查 %(items)s。") % words
            + _("对象：%(whom)s。数量：%(share)s。") % words
        )
    return (
        _("%(when)s，%(lead)s检查 %(items)s。") % words
        + _("对象：%(whom)s。数量：%(share)s。") % words
    )


def drawing_words(line: PlanLine, names: Names, profile: Sequence[DrawWeight] = ()) -> list[str]:
    """Say how a line is drawn: how many, with what chances, which items."""
    said = (share_words(line), chance_words(line, names, profile), items_words(line))
    return [words for words in said if words]


def uneven_words(line: PlanLine, names: Names, profile: Sequence[DrawWeight] = ()) -> str:
    """Say how chances differ; that they are equal goes without saying."""
    return "" if line.weighting is Weighting.EQUAL else chance_words(line, names, profile)


def remarks(line: PlanLine) -> list[str]:
    """Give what else is to be known of a line: level, leader, publicity, source, execution."""
    found = [state("directed", line.directed).word, state("publicity", line.publicity).word]
    if line.draw_level:
        found.insert(0, state("draw-level", line.draw_level).word)
    found.append(state("leader-rule", line.leader_rule).word)
    if line.fresh_months:
        found.append(_("本部门 %s 个月内查过且没有问题的不抽") % line.fresh_months)
    if not line.recognises:
        found.append(state("recognises", line.recognises).word)
    elif line.checked_afresh:
        found.append(_("%s 个事项不互认") % len(line.checked_afresh))
    if line.execution is Execution.ELSEWHERE:
        found.append(state("execution", line.execution).word)
    if line.source is LineSource.TEMPORARY:
        found.append(_("临时任务：%s") % line.reason)
    return found


def _label(field: str, label: str, conditions: Conditions) -> str:
    if field == "events":
        return _("近 %s 个月内有") % conditions.event_months
    return _(label)


def joined(field: str, values: Iterable[str], names: Names) -> str:
    """Name the values of a condition, a long list by its first ones."""
    word = _WORDS.get(field)
    shown = [word(value, names) if word else value for value in values]
    if field == "objects" and len(shown) > _OBJECTS_SHOWN:
        first = _("、").join(shown[:_OBJECTS_SHOWN])
        return _("%(some)s 等 %(n)s 个") % {"some": first, "n": len(shown)}
    return _("、").join(shown)


def _class(value: str) -> str:
    return _("未分类") if value == _NONE else value


def _event(code: str, names: Names) -> str:
    found = next((each for each in names.policy.event_kinds if each.code == code), None)
    return choose(found.name, found.name_en) if found else code


_WORDS: dict[str, Callable[[str, Names], str]] = {
    "risk_classes": lambda value, _names: _class(value),
    "events": _event,
    "lists": lambda value, _names: state("object-list", value).word,
    "objects": lambda value, _names: value.removeprefix("uscc:"),
    "kinds": lambda value, _names: state("object-kind", value).word,
}
