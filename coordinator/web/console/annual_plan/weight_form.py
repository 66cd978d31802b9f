"""The weights of a line in its form: a few rows of what weighs how much."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from coordinator.domain.annual_plan import CREDIT, Weighting, WeightRules
from coordinator.domain.annual_plan.weighting import EVENT, TAG
from coordinator.domain.policy import DrawWeight, PlanPolicy
from coordinator.web.api.annual_plan.weights import rules_of
from coordinator.web.language import _

_ROWS = 4
_WEIGHTS = TypeAdapter(tuple[DrawWeight, ...])
_HEAVIEST_DIGITS = 6

Row = tuple[str, str, str]
Fill = dict[str, list[str]]


def weight_rows(fill: Fill) -> list[Row]:
    """Give the rows of the table of weights, a few blank ones at the end."""
    kept = _entered_rows(fill)
    blank = [("", "", "")] * max(1, _ROWS - len(kept))
    return [*kept, *blank]


def weight_fill(weights: Sequence[DrawWeight]) -> Fill:
    """Give the form of stored weights."""
    return {
        "weight_by": [each.by for each in weights],
        "weight_value": [each.value for each in weights],
        "weight": [str(each.weight) for each in weights],
    }


def entered_weights(fill: Fill, problems: list[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """Read the rows that were filled in; those of a line that takes none are left out."""
    if next(iter(fill.get("weighting", [])), "") != Weighting.OWN:
        return ()
    found = []
    for by, value, weight in _entered_rows(fill):
        if not (by and value) or not re.fullmatch(rf"[1-9]\d{{0,{_HEAVIEST_DIGITS - 1}}}", weight):
            said = " ".join(filter(None, (by, value, weight)))
            problems.append(
                ("weights", _("权数一行应写明按什么、取值和不小于 1 的整数，实为“%s”。") % said)
            )
        else:
            found.append({"by": by, "value": value, "weight": int(weight)})
    return tuple(found)


def rules_entered(values: dict[str, Any], policy: PlanPolicy) -> WeightRules | None:
    """Give the weights that a form asks for, to count with."""
    weighting = Weighting(values.get("weighting", Weighting.EQUAL))
    own = _WEIGHTS.validate_python(values["weights"])
    return rules_of(weighting, own, values.get("weight_months"), policy)


def kinds_of_weights(schemes: Sequence[str]) -> list[tuple[str, str]]:
    """Give what may be weighed: tags, events, the credit class, and the grading schemes in use."""
    own = [(TAG, _("监管标签")), (EVENT, _("事件")), (CREDIT, _("信用风险分类"))]
    return [*own, *((scheme, _("%s 分级") % scheme) for scheme in schemes)]


def _entered_rows(fill: Fill) -> list[Row]:
    columns = (fill.get(name, []) for name in ("weight_by", "weight_value", "weight"))
    rows = [(a.strip(), b.strip(), c.strip()) for a, b, c in zip(*columns, strict=False)]
    return [row for row in rows if row[1] or row[2]]
