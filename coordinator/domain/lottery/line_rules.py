"""The rule of a plan line as rules.json says it (3-draw.md 3.7)."""

from contracts.draw_record import ItemRule, LineRule, StratumRule
from coordinator.domain.annual_plan import PlanLine, Weighting, item_draw_of
from coordinator.domain.lottery.strata import stratum_code


def line_rule(line: PlanLine, key: bytes) -> LineRule:
    """Give the rule of a line; its strata by the codes that its frame (of key S) has for them."""
    return LineRule(
        departments=line.departments,
        weighted=0 if line.weighting is Weighting.EQUAL else 1,
        number=line.share.number_drawn,
        strata={
            stratum_code(key, name): StratumRule(
                ratio=(rule.numerator, rule.denominator), minimum=rule.minimum
            )
            for name, rule in line.share.rules.items()
        },
        items=_item_rule(line),
        window=(line.window_from.isoformat(), line.window_to.isoformat()),
        mode=line.mode,
    )


def _item_rule(line: PlanLine) -> ItemRule | None:
    """Give which items are checked at every object and which are drawn; None: all are checked."""
    if line.items_drawn is None:
        return None
    draw = item_draw_of(line)
    return ItemRule.model_validate(
        {"always": draw.always, "from": draw.candidates, "choose": draw.choose}
    )
