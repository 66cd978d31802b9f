"""Breaches of a line's weights: none there, unknown ones, those that leave nothing to chance."""

from collections import Counter
from collections.abc import Iterable

from coordinator.domain.annual_plan.breaches.values import Breach, PlanFacts, general_items
from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.annual_plan.weighting import EVENT, WeightRules, weight_rules_of
from coordinator.domain.errors import Rule
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import RiskClass
from coordinator.domain.registers.conditions import CREDIT, UNGRADED

_CLASSES = (*(each.value for each in RiskClass), UNGRADED)


def weights(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield what is wrong with the weights that a line draws by."""
    rules = weight_rules_of(line, facts.policy.plan)
    if rules is None:
        return
    if not rules.weights:
        found = {"found": line.weighting.value}
        yield Breach(Rule.WEIGHTS_MISSING, line.code, found, {"action": "set-weights"})
    elif _takes_everybody(line, facts):
        yield Breach(Rule.WEIGHTS_AT_FULL_COVERAGE, line.code, {}, {"action": "weigh-alike"})
    else:
        yield from _each(line, rules, facts)
        yield from _idle(line, rules)
        yield from _certain(line, facts)


def _takes_everybody(line: PlanLine, facts: PlanFacts) -> bool:
    share, count = line.share, facts.count(line)
    if not share.is_by_lot:
        return True
    if share.number_drawn is not None:
        return 0 < count.eligible <= share.number_drawn
    return bool(share.rules) and all(rule.ratio >= 1 for rule in share.rules.values())


def _each(line: PlanLine, rules: WeightRules, facts: PlanFacts) -> Iterable[Breach]:
    repeated = Counter((each.by, each.value) for each in rules.weights)
    for (by, value), number in repeated.items():
        if number > 1:
            yield Breach(
                Rule.WEIGHT_REPEATED,
                line.code,
                {"by": by, "value": value, "found": number},
                {"action": "drop-weight", "by": by, "value": value},
            )
    for each in rules.weights:
        known = _known(each, facts)
        if known is not None and each.value not in known:
            yield Breach(
                Rule.WEIGHT_CODE_UNKNOWN,
                line.code,
                {"by": each.by, "value": each.value, "known": list(known)},
                {"action": "set-weights"},
            )


def _known(weight: DrawWeight, facts: PlanFacts) -> tuple[str, ...] | None:
    """Give the codes that may be weighed; tags and gradings are the registers' own."""
    if weight.by == EVENT:
        return tuple(entry.code for entry in facts.policy.event_kinds)
    return _CLASSES if weight.by == CREDIT else None


def _idle(line: PlanLine, rules: WeightRules) -> Iterable[Breach]:
    """Yield weights by what the strata are made of: inside a stratum all weigh the same."""
    if line.share.by is not None and {each.by for each in rules.weights} == {line.share.by}:
        yield Breach(
            Rule.WEIGHTS_WITHOUT_EFFECT,
            line.code,
            {"by": line.share.by},
            {"action": "weigh-alike"},
        )


def _certain(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield weights that make objects certain where a general item bounds the chance (2.1)."""
    general = general_items(line, facts)
    count = facts.count(line)
    for group in count.weights if general else ():
        full = count.ratio_of(group.stratum) >= 1
        if group.chance >= 1 and group.weight > 1 and not full:
            yield Breach(
                Rule.WEIGHTS_MAKE_CERTAIN,
                line.code,
                {
                    "stratum": group.stratum,
                    "weight": group.weight,
                    "objects": group.eligible,
                    "items": general,
                },
                {"action": "lower-weight", "weight": group.weight},
            )
