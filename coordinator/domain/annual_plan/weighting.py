"""Weights in the draw: what an object of a line weighs, by the profile or by the line itself.

An object weighs what the heaviest rule that it meets says, 1 where it meets none.
"""

from dataclasses import dataclass

from coordinator.domain.annual_plan.lines import PlanLine, Weighting
from coordinator.domain.policy import DrawWeight, PlanPolicy
from coordinator.domain.registers.conditions import CREDIT, SERIOUS, Conditions

TAG, EVENT = "tag", "event"
BLACKLIST = "blacklist"  # the event kind that is no event but a mark: the serious-violation list


@dataclass(frozen=True)
class WeightRules:
    """The weights of a line; their events count for `months` before the day of the freeze."""

    weights: tuple[DrawWeight, ...]
    months: int

    @property
    def by_conditions(self) -> tuple[tuple[Conditions, int], ...]:
        """Give whom each rule means and what they weigh, the heaviest first."""
        ordered = sorted(self.weights, key=lambda each: -each.weight)
        return tuple((_meant(each, self.months), each.weight) for each in ordered)


def weight_rules_of(line: PlanLine, policy: PlanPolicy) -> WeightRules | None:
    """Give the weights that a line draws by; None where all chances are equal."""
    if line.weighting is Weighting.EQUAL:
        return None
    own = line.weighting is Weighting.OWN
    return WeightRules(
        weights=line.weights if own else policy.weights,
        months=line.weight_months or policy.weight_months,
    )


def _meant(rule: DrawWeight, months: int) -> Conditions:
    if rule.by == TAG:
        return Conditions(tags=(rule.value,))
    if rule.by == EVENT and rule.value == BLACKLIST:
        return Conditions(lists=(SERIOUS,))
    if rule.by == EVENT:
        return Conditions(events=(rule.value,), event_months=months)
    if rule.by == CREDIT:
        return Conditions(risk_classes=(rule.value,))
    return Conditions(gradings={rule.by: (rule.value,)})
