"""What an amendment changes, in words: per line each field before and after."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any

from coordinator.domain.annual_plan import (
    CREDIT,
    Amendment,
    ChangeKind,
    FieldDifference,
)
from coordinator.domain.policy import DrawWeight
from coordinator.web.language import _, later
from coordinator.web.names import Names
from coordinator.web.plan_wording import (
    CONDITIONS,
    joined,
    percent,
    stratum_words,
    weights_words,
)
from coordinator.web.words import period, state

# A field of a line as people call it; conditions stand beside the other fields.
FIELD_WORDS = {
    "code": later("任务编号"),
    "name": later("任务名称"),
    "kind": later("任务类型"),
    "domain": later("抽查领域"),
    "lead": later("发起部门"),
    "participants": later("配合部门"),
    "section": later("科室"),
    "items": later("抽查事项"),
    "items_drawn": later("随机抽取的事项数"),
    "items_always": later("每户必查的事项"),
    "directed": later("定向或不定向"),
    "selection": later("对象怎样产生"),
    "conditions": later("抽查对象"),
    "tags": later("监管标签"),
    "kinds": later("对象类型"),
    "regions": later("区域"),
    "industries": later("行业"),
    "affiliations": later("隶属关系"),
    "scales": later("规模"),
    "risk_classes": later("信用风险分类"),
    "gradings": later("分级"),
    "events": later("事件"),
    "event_months": later("事件的月数"),
    "key_unit": later("重点单位"),
    "lists": later("名单"),
    "objects": later("指定对象"),
    "strata_by": later("按什么分层"),
    "strata": later("抽取比例"),
    "weighting": later("抽中的机会"),
    "weights": later("权数"),
    "weight_months": later("权数所看事件的月数"),
    "fresh_months": later("近期查过不抽的月数"),
    "number": later("抽取数量"),
    "times_a_year": later("每年次数"),
    "window_from": later("检查开始日期"),
    "window_to": later("检查结束日期"),
    "later_windows": later("其余各次的时间"),
    "mode": later("告知方式"),
    "method": later("检查方式"),
    "draw_level": later("抽查层级"),
    "leader_rule": later("组长"),
    "expert_fields": later("专家领域"),
    "quotas": later("每组人数"),
    "list_publicity": later("名单公示"),
    "report_days": later("报告期限（工作日）"),
    "feedback_days": later("反馈期限（工作日）"),
    "channel": later("公示渠道"),
    "execution": later("在哪里执行"),
    "exemption": later("入企频次豁免"),
    "recognises": later("结果互认"),
    "checked_afresh": later("不互认的事项"),
    "source": later("来源"),
    "reason": later("理由"),
    "cancel_reason": later("取消理由"),
}

_STATES = {
    "kind": "kind",
    "mode": "mode",
    "selection": "selection",
    "weighting": "weighting",
    "draw_level": "draw-level",
    "leader_rule": "leader-rule",
    "list_publicity": "publicity",
    "execution": "execution",
    "source": "line-source",
    "directed": "directed",
    "recognises": "recognises",
}


@dataclass(frozen=True)
class Changed:
    """One field before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class LineChanges:
    """What happens to one line: added, changed or cancelled, and its fields."""

    code: str
    name: str
    kind: ChangeKind
    fields: tuple[Changed, ...]


@dataclass(frozen=True)
class Compared:
    """The lines in which two plans differ."""

    lines: tuple[LineChanges, ...]


@dataclass(frozen=True, kw_only=True)
class AmendmentView:
    """An amendment as pages show it."""

    amendment: Amendment
    at: datetime
    lines: tuple[LineChanges, ...]


def amendment_view(
    amendment: Amendment, names: Names, titles: Mapping[str, str], *, whole: bool = True
) -> AmendmentView:
    """Word an amendment; `titles` names lines by code, and only those unless it is `whole`."""
    added = {each.code: each.line.name for each in amendment.changes if each.line}
    kinds = {change.code: change.kind for change in amendment.changes}
    ordered = sorted(amendment.difference, key=lambda each: each.line)
    found = {
        code: tuple(_changed(each, names) for each in of_line)
        for code, of_line in groupby(ordered, key=lambda each: each.line)
    }
    return AmendmentView(
        amendment=amendment,
        at=amendment.decided_at or amendment.proposed_at,
        lines=tuple(
            LineChanges(code, titles.get(code) or added.get(code, ""), kind, found.get(code, ()))
            for code, kind in kinds.items()
            if whole or code in titles
        ),
    )


def field_word(field: str) -> str:
    """Name a field of a line, with or without the part of the line it stands in."""
    name = field.rpartition(".")[2]
    return _(FIELD_WORDS[name]) if name in FIELD_WORDS else name


def field_words() -> dict[str, str]:
    """Give the name of every field of a line."""
    return {name: _(word) for name, word in FIELD_WORDS.items()}


def compared(difference: Sequence[FieldDifference], names: Names) -> Compared:
    """Word the differences of two plans, line by line."""
    ordered = sorted(difference, key=lambda each: each.line)
    return Compared(
        tuple(
            _line_changes(code, tuple(of_line), names)
            for code, of_line in groupby(ordered, key=lambda each: each.line)
        )
    )


def _line_changes(code: str, difference: Sequence[FieldDifference], names: Names) -> LineChanges:
    kind = ChangeKind.CHANGE
    if all(each.before is None for each in difference):
        kind = ChangeKind.ADD
    elif all(each.after is None for each in difference):
        kind = ChangeKind.CANCEL
    name = next((each.after or each.before for each in difference if each.field == "name"), None)
    return LineChanges(code, name or "", kind, tuple(_changed(each, names) for each in difference))


def _changed(difference: FieldDifference, names: Names) -> Changed:
    return Changed(
        field_word(difference.field),
        value_words(difference.field, difference.before, names),
        value_words(difference.field, difference.after, names),
    )


def value_words(field: str, text: str | None, names: Names) -> str:
    """Word the value of a field as a difference writes it: text, or JSON of what is no text."""
    if field in _STATES:
        return state(_STATES[field], _read(text)).word if text else _NOTHING
    if field in _DEPARTMENTS:
        return _codes(_read(text), names) or _NOTHING
    word = _SHAPED.get(field)
    value = _read(text)
    if word is not None and value:
        return word(value, names) or _NOTHING
    return _plain(value) or _NOTHING


def _read(text: str | None) -> Any:
    """Read JSON where a text is some; a name that looks like a number stays a text."""
    if text is None or not text.startswith(_JSON):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _plain(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return _("、").join(str(each) for each in value)
    if isinstance(value, dict):
        return _("；").join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _codes(value: Any, names: Names) -> str:
    codes = value if isinstance(value, list) else [value]
    return _("、").join(names.department(str(code)) for code in codes if code)


def _strata(value: Any, _names: Names) -> str:
    return _("；").join(
        stratum_words(CREDIT, name)
        + percent(Fraction(rule["numerator"], rule["denominator"]))
        + (_("，至少 %s") % rule["minimum"] if rule["minimum"] else "")
        for name, rule in value.items()
    )


def _weights(value: Any, names: Names) -> str:
    return weights_words((DrawWeight.model_validate(each) for each in value), names)


def _windows(value: Any, _names: Names) -> str:
    return _("；").join(period(each["from_date"], each["to_date"]) for each in value)


def _condition(field: str) -> Callable[[Any, Names], str]:
    return lambda value, names: joined(field, value, names)


def _gradings(value: Any, _names: Names) -> str:
    return _("；").join(f"{scheme} {_('、').join(classes)}" for scheme, classes in value.items())


def _quotas(value: Any, names: Names) -> str:
    return _("；").join(f"{names.department(code)} {number}" for code, number in value.items())


_JSON = ("[", "{", '"', "null", "true", "false")
_NOTHING = "—"
_DEPARTMENTS = ("lead", "participants")
_SHAPED: Mapping[str, Callable[[Any, Names], str]] = {
    "gradings": _gradings,
    **{field: _condition(field) for field in CONDITIONS},
    "strata": _strata,
    "weights": _weights,
    "later_windows": _windows,
    "quotas": _quotas,
}
