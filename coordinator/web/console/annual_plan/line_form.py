"""The form of one line: what is stored as what is shown, and what was entered as an entry.

A form is a mapping of names to lists of texts, whether it comes from a stored line or from the
browser; so a page after an error shows exactly what was entered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from starlette.datastructures import FormData

from coordinator.domain.annual_plan import PlanLine, StratumRule
from coordinator.web.console.annual_plan.weight_form import entered_weights, weight_fill
from coordinator.web.language import _
from coordinator.web.plan_wording import percent

Fill = dict[str, list[str]]
Problems = list[tuple[str, str]]

_SEPARATORS = re.compile(r"[\s,，、;；]+")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%\uff05]")  # half or full width
_FRACTION = re.compile(r"(\d{1,6})\s*/\s*([1-9]\d{0,5})")
_HUNDRED = 100

# Conditions that are typed as words, and those that are ticked.
TYPED = ("tags", "regions", "industries", "affiliations", "scales", "objects")
TICKED = ("kinds", "risk_classes", "events", "lists")
_NUMBERS = (
    "number",
    "items_drawn",
    "times_a_year",
    "report_days",
    "feedback_days",
    "weight_months",
)
_TEXTS = (
    "code",
    "name",
    "kind",
    "domain",
    "lead",
    "section",
    "selection",
    "strata_by",
    "weighting",
    "mode",
    "method",
    "draw_level",
    "leader_rule",
    "channel",
    "list_publicity",
    "execution",
    "exemption",
    "reason",
    "window_from",
    "window_to",
)
_EMPTY_IS_DEFAULT = (
    "draw_level",
    "list_publicity",
    "strata_by",
    "weighting",
    "selection",
    "leader_rule",
    "execution",
    "mode",
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STRATA_ROWS = 6


@dataclass(frozen=True)
class Entered:
    """What a form says: the fields of an entry, and what could not be read, by field."""

    values: Mapping[str, Any]
    problems: Problems = field(default_factory=list)


def fill_of(line: PlanLine) -> Fill:
    """Give the form of a stored line."""
    fill: Fill = {name: [_text(getattr(line, name))] for name in (*_TEXTS, *_NUMBERS)}
    fill |= {name: [_SPACE.join(getattr(line.conditions, name))] for name in TYPED}
    fill |= {name: list(getattr(line.conditions, name)) for name in TICKED}
    fill["participants"] = list(line.participants)
    fill["items"] = list(line.items)
    fill["items_always"] = list(line.items_always)
    fill["checked_afresh"] = list(line.checked_afresh)
    fill["recognises"] = ["true" if line.recognises else "false"]
    fill["fresh_months"] = [_text(line.fresh_months)]
    fill["directed"] = ["true" if line.directed else "false"]
    fill["expert_fields"] = [_SPACE.join(line.expert_fields)]
    fill["event_months"] = [str(line.conditions.event_months)]
    fill["key_unit"] = [{None: "", True: "true", False: "false"}[line.conditions.key_unit]]
    fill["gradings"] = [_grading_lines(line.conditions.gradings)]
    fill |= _strata_fill(line.strata) | weight_fill(line.weights)
    fill["later_from"] = [each.from_date.isoformat() for each in line.later_windows]
    fill["later_to"] = [each.to_date.isoformat() for each in line.later_windows]
    fill |= {f"quota-{code}": [str(number)] for code, number in line.quotas.items()}
    return fill


def fill_from(form: FormData) -> Fill:
    """Give the form as the browser sent it."""
    return {name: [str(value) for value in form.getlist(name)] for name in form}


def strata_rows(fill: Fill) -> list[tuple[str, str, str]]:
    """Give the rows of the ratio table, a few blank ones at the end."""
    rows = list(
        zip(fill.get("stratum", []), fill.get("ratio", []), fill.get("minimum", []), strict=False)
    )
    kept = [row for row in rows if any(row)]
    blank = [("", "", "")] * max(1, _STRATA_ROWS - len(kept))
    return [*kept, *blank]


def later_rows(fill: Fill) -> list[tuple[str, str]]:
    """Give the further windows of the year, one per time after the first."""
    times = _whole(_first(fill, "times_a_year")) or 1
    rows = list(zip(fill.get("later_from", []), fill.get("later_to", []), strict=False))
    wanted = min(max(times - 1, 0), _MOST_TIMES)
    return [*rows, *[("", "")] * (wanted - len(rows))]


def entered(fill: Fill) -> Entered:
    """Read a form as the fields of a line's entry; what can't be read is named by its field."""
    problems: Problems = []
    values: dict[str, Any] = {
        name: _first(fill, name)
        for name in _TEXTS
        if _first(fill, name) or name not in _EMPTY_IS_DEFAULT
    }
    values |= {"number": None, **_numbers(fill, problems)}
    problems += _required(fill)
    values["participants"] = tuple(fill.get("participants", []))
    values["items"] = tuple(fill.get("items", []))
    values["items_always"] = tuple(fill.get("items_always", []))
    values["recognises"] = _first(fill, "recognises") != "false"
    values["checked_afresh"] = tuple(
        code for code in fill.get("checked_afresh", []) if code in values["items"]
    )
    values["fresh_months"] = _months(fill, problems)
    values["directed"] = _first(fill, "directed") != "false"
    values["expert_fields"] = _words(_first(fill, "expert_fields"))
    values["conditions"] = _conditions(fill, problems)
    values["strata"] = _strata(fill, problems)
    values["weights"] = entered_weights(fill, problems)
    values["later_windows"] = _later(fill)
    values["quotas"] = _quotas(fill, problems)
    return Entered(values, problems)


def _required(fill: Fill) -> Problems:
    """Name what a line can't be stored without; all else may follow in a later step."""
    problems: Problems = []
    if not _first(fill, "name"):
        problems.append(("name", _("任务名称：没有填写")))
    if not _CODE.fullmatch(_first(fill, "code")):
        problems.append(("code", _("任务编号：应为字母、数字、点和连字符，最多 64 个字符")))
    if not _first(fill, "lead"):
        problems.append(("lead", _("发起部门：没有选择")))
    return problems


def _numbers(fill: Fill, problems: Problems) -> dict[str, int]:
    found = {name: _number(fill, (name, name), problems) for name in _NUMBERS}
    _number(fill, ("event_months", "event_months"), problems)  # belongs to the conditions
    return {name: number for name, number in found.items() if number is not None}


def _quotas(fill: Fill, problems: Problems) -> dict[str, int]:
    names = [name for name in fill if name.startswith("quota-")]
    found = {name: _number(fill, (name, "quotas"), problems) for name in names}
    return {name.removeprefix("quota-"): each for name, each in found.items() if each is not None}


def _number(fill: Fill, name: tuple[str, str], problems: Problems) -> int | None:
    """Read a whole number from 1; (field, where a problem is shown)."""
    text = _first(fill, name[0])
    number = _whole(text)
    if text and not number:
        problems.append((name[1], _("应为不小于 1 的整数，实为“%s”。") % text))
    return number or None


def _months(fill: Fill, problems: Problems) -> int | None:
    """Read the months of own recent checks: 0 says that none keeps an object out."""
    text = _first(fill, "fresh_months")
    if text and _whole(text) is None:
        problems.append(("fresh_months", _("应为整数，实为“%s”。") % text))
    return _whole(text) if text else None


def _conditions(fill: Fill, problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {name: _words(_first(fill, name)) for name in TYPED}
    found |= {name: tuple(fill.get(name, [])) for name in TICKED}
    found["gradings"] = _gradings(_first(fill, "gradings"), problems)
    if months := _whole(_first(fill, "event_months")):
        found["event_months"] = months
    if choice := _first(fill, "key_unit"):
        found["key_unit"] = choice
    return found


def _gradings(text: str, problems: Problems) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, (each.strip() for each in text.splitlines())):
        scheme, colon, values = line.replace("：", ":").partition(":")
        if not (colon and _words(values)):
            problems.append(("gradings", _("分级应写作“评级方案: 取值”，实为“%s”。") % line))
            continue
        found[scheme.strip()] = _words(values)
    return found


def _strata(fill: Fill, problems: Problems) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for stratum, ratio, minimum in strata_rows(fill):
        if not any((stratum.strip(), ratio.strip(), minimum.strip())):
            continue
        share = read_ratio(ratio)
        if share is None:
            problems.append(("strata", _("抽取比例应写作 5% 或 1/20，实为“{0}”。").format(ratio)))
            continue
        least = _whole(minimum) if minimum.strip() else 0
        if least is None:
            problems.append(("strata", _("最少户数应为整数，实为“%s”。") % minimum))
            continue
        found[stratum.strip() or "*"] = {
            "numerator": share.numerator,
            "denominator": share.denominator,
            "minimum": least,
        }
    return found


def _later(fill: Fill) -> tuple[dict[str, str], ...]:
    return tuple(
        {"from_date": first, "to_date": last}
        for first, last in zip(fill.get("later_from", []), fill.get("later_to", []), strict=False)
        if first or last
    )


def read_ratio(text: str) -> Fraction | None:
    """Read a ratio as people write it, `5%` or `1/20`; None where it is neither."""
    text = text.strip()
    if found := _PERCENT.fullmatch(text):
        return Fraction(found[1]) / _HUNDRED
    if found := _FRACTION.fullmatch(text):
        return Fraction(int(found[1]), int(found[2]))
    return None


def _strata_fill(strata: Mapping[str, StratumRule]) -> Fill:
    return {
        "stratum": list(strata),
        "ratio": [percent(rule.ratio) for rule in strata.values()],
        "minimum": [str(rule.minimum) if rule.minimum else "" for rule in strata.values()],
    }


def _grading_lines(gradings: Mapping[str, Iterable[str]]) -> str:
    return "\n".join(f"{scheme}: {_SPACE.join(values)}" for scheme, values in gradings.items())


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text.strip()))))


def _first(fill: Fill, name: str) -> str:
    return next(iter(fill.get(name, [])), "").strip()


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,6}", text.strip()) else None


def _text(value: object) -> str:
    return "" if value is None else str(value)


_SPACE = " "
_MOST_TIMES = 12
