"""Breaches of a line's items: published, valid, of its organs, bounded in their ratio."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from coordinator.domain.annual_plan.breaches.values import (
    Breach,
    PlanFacts,
    general_items,
    percent,
)
from coordinator.domain.annual_plan.item_draws import item_draw_of
from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.errors import Rule
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import why_not_valid

# Official lists write 生态环境部门 for any organ of that department, beside organs by their names.
_ANY_ORGAN_OF = "部门"


def items(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield items that are not published, not valid, or of others; departments without any."""
    for code in line.items:
        item = facts.items.get(code)
        if item is None:
            remedy = {"action": "drop-item", "item": code}
            yield Breach(Rule.ITEM_NOT_PUBLISHED, line.code, {"item": code}, remedy)
        else:
            yield from _item(line, item, facts)
    for code, number in Counter(line.items).items():
        if number > 1:
            remedy = {"action": "drop-item", "item": code}
            yield Breach(Rule.ITEM_REPEATED, line.code, {"item": code, "found": number}, remedy)
    yield from _silent_departments(line, facts)
    yield from _drawn(line)


def _drawn(line: PlanLine) -> Iterable[Breach]:
    """Yield what keeps the items of an object from being drawn (随机抽取检查事项)."""
    stray = [code for code in line.items_always if code not in line.items]
    if stray:
        yield Breach(
            Rule.ITEMS_ALWAYS_OF_OTHER_LINE,
            line.code,
            {"items": stray},
            {"action": "set-items-always"},
        )
    elif line.items_drawn is None and line.items_always:
        yield Breach(
            Rule.ITEMS_ALWAYS_WITHOUT_DRAW,
            line.code,
            {"items": list(line.items_always)},
            {"action": "set-items-drawn"},
        )
    elif line.items_drawn is not None:
        most = len(item_draw_of(line).candidates) - 1
        if not 1 <= line.items_drawn <= most:
            yield Breach(
                Rule.ITEMS_DRAWN_OUT_OF_RANGE,
                line.code,
                {"found": line.items_drawn, "maximum": most},
                {"action": "set-items-drawn", "maximum": most},
            )


def _item(line: PlanLine, item: CheckItem, facts: PlanFacts) -> Iterable[Breach]:
    if item.department not in _departments(line, facts):
        yield Breach(
            Rule.ITEM_OF_OTHER_DEPARTMENT,
            line.code,
            {"item": item.code, "department": item.department},
            {"action": "add-participant", "department": item.department},
        )
    for window in line.windows:
        why = why_not_valid(item, window.from_date, window.to_date)
        if why is not None and window.from_date <= window.to_date:
            yield Breach(
                Rule.ITEM_NOT_VALID,
                line.code,
                {"item": item.code, **why},
                {"action": "drop-item", "item": item.code},
            )
    yield from _level(line, item, facts)


def _level(line: PlanLine, item: CheckItem, facts: PlanFacts) -> Iterable[Breach]:
    """Yield items that the list reserves for other levels or for organs named there."""
    for code in line.departments:
        organ = facts.departments.get(code)
        if organ is None or item.department not in (code, organ.family):
            continue
        if item.levels and organ.level not in item.levels:
            levels = [level.value for level in item.levels]
            yield Breach(
                Rule.ITEM_OF_OTHER_LEVEL,
                line.code,
                {
                    "item": item.code,
                    "department": code,
                    "level": organ.level.value,
                    "known": levels,
                },
                {"action": "choose-organ", "levels": levels},
            )
        named = [name for name in item.named_organs if not name.endswith(_ANY_ORGAN_OF)]
        if named and not {code, organ.name, organ.short_name} & {*named}:
            yield Breach(
                Rule.ITEM_OF_NAMED_ORGANS,
                line.code,
                {"item": item.code, "department": code, "known": named},
                {"action": "choose-organ", "organs": named},
            )


def _departments(line: PlanLine, facts: PlanFacts) -> set[str]:
    """Give the codes whose items a line may carry: its organs and the departments they are of."""
    organs = [facts.departments[code] for code in line.departments if code in facts.departments]
    return {*line.departments, *(organ.family for organ in organs)}


def _silent_departments(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield departments of a line without item: they would come along with nothing to check."""
    busy = {facts.items[code].department for code in line.items if code in facts.items}
    for code in line.departments:
        organ = facts.departments.get(code)
        if not busy & {code, organ.family if organ else code}:
            yield Breach(
                Rule.DEPARTMENT_WITHOUT_ITEM,
                line.code,
                {"department": code},
                {"action": "add-item", "department": code},
            )


def shares(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield strata with a share above the bound of general items; key items alone bound nothing.

    At full coverage of key items nothing is refused: the draw then decides the order of the
    batches (国市监信〔2019〕38号).
    """
    general = general_items(line, facts)
    bound = facts.policy.plan.general_ratio_max
    for stratum, share in _shares(line, facts) if general else ():
        if share > bound:
            yield _too_high(line, general, (stratum, share), bound)


def _shares(line: PlanLine, facts: PlanFacts) -> Iterable[tuple[str, Fraction]]:
    """Give the share of each stratum; of a fixed number, what it is of its frame."""
    number, eligible = line.share.number_drawn, facts.count(line).eligible
    if number is None:
        yield from ((name, rule.ratio) for name, rule in line.share.rules.items())
    elif number > -(-eligible * facts.policy.plan.general_ratio_max // 1) and eligible:
        yield "*", Fraction(min(number, eligible), eligible)


def _too_high(
    line: PlanLine, items: list[str], found: tuple[str, Fraction], bound: Fraction
) -> Breach:
    stratum, share = found
    return Breach(
        Rule.RATIO_TOO_HIGH,
        line.code,
        {"items": items, "stratum": stratum, "ratio": percent(share), "maximum": percent(bound)},
        {"action": "lower-ratio", "stratum": stratum, "to": str(bound)},
    )
