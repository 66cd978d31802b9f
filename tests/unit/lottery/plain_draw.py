"""The object draw as 3-draw.md 3.2.5 words it, sentence by sentence, over rows in memory.

It shares nothing with the sampler but the stage keys, and takes no care of time or space.
"""

from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256

from contracts.draw_record import DrawRule
from contracts.draw_tables import DrawnRow, FrameRow
from coordinator.domain.lottery.keys import StageKeys


def plain_order(
    keys: StageKeys, rule: DrawRule, frame: Sequence[FrameRow]
) -> dict[str, tuple[int, list[DrawnRow]]]:
    """Return for each stratum how many are drawn, and all its objects in their whole order."""
    tickets = _tickets(keys, [row for row in frame if row.status == "-"])
    orders = {}
    for name in sorted({_stratum(rule, row) for row in frame}):
        inside = [row for row in frame if row.status == "-" and _stratum(rule, row) == name]
        number = _number(rule, name, len(inside))
        certain, order = _in_order(rule, inside, tickets, number)
        orders[name] = (
            number,
            [
                DrawnRow(row.object, rank, tickets[row.object].hex(), row.object in certain, name)
                for rank, row in enumerate(order, 1)
            ],
        )
    return orders


def plain_drawn(keys: StageKeys, rule: DrawRule, frame: Sequence[FrameRow]) -> list[DrawnRow]:
    """Return the drawn list of a line."""
    orders = plain_order(keys, rule, frame)
    return [row for number, order in orders.values() for row in order[:number]]


def _hash(key: str, text: str) -> bytes:
    return sha256((key + text).encode()).digest()


def _tickets(keys: StageKeys, rows: Sequence[FrameRow]) -> dict[str, bytes]:
    of_object, of_place = keys.key("object"), keys.key("place")
    at_place: dict[str, list[str]] = {}
    for row in rows:
        at_place.setdefault(row.place, []).append(row.object)
    tickets = {}
    for row in rows:
        holder = min((_hash(of_place, thing), thing) for thing in at_place[row.place])[1]
        tickets[row.object] = _hash(of_object, row.place if holder == row.object else row.object)
    return tickets


def _stratum(rule: DrawRule, row: FrameRow) -> str:
    return row.stratum if rule.number is None else "*"


def _number(rule: DrawRule, name: str, eligible: int) -> int:
    if rule.number is not None:
        return min(eligible, rule.number)
    of_stratum = rule.strata[name] if name in rule.strata else rule.strata["*"]
    quota = Fraction(eligible * of_stratum.ratio[0], of_stratum.ratio[1])
    whole = quota.numerator // quota.denominator + (quota.denominator != 1)
    return min(eligible, max(of_stratum.minimum, whole))


def _in_order(
    rule: DrawRule, rows: Sequence[FrameRow], tickets: dict[str, bytes], number: int
) -> tuple[set[str], list[FrameRow]]:
    by_ticket = sorted(rows, key=lambda row: (tickets[row.object], row.object))
    if not rule.weighted:
        return set(), by_ticket
    certain: set[str] = set()
    n, total = number, sum(row.weight for row in rows)
    for row in sorted(by_ticket, key=lambda row: -row.weight):
        if not (n > 0 and n * row.weight >= total):
            break
        certain.add(row.object)
        n, total = n - 1, total - row.weight
    first = [row for row in by_ticket if row.object in certain]
    others = [row for row in by_ticket if row.object not in certain]
    if n == 0:
        return certain, first + others

    def key(row: FrameRow) -> Fraction:
        odd = 2 * int.from_bytes(tickets[row.object][:8], "big") + 1
        return Fraction(odd * (total - n * row.weight), (2**65 - odd) * n * row.weight)

    return certain, first + sorted(others, key=key)  # sorted() keeps equal keys in ticket order
