"""Savings of the merge (减少入企户次) as pages and API tell them, with names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from coordinator.domain.checklist_merge import (
    HeldCheck,
    Savings,
    SavingsOf,
    savings_in_all,
    savings_of,
)
from coordinator.services.checklist_merge import RoundMerge, merge_of
from coordinator.services.ports import Work
from coordinator.web.names import load_names


class By(StrEnum):
    """What savings are shown by."""

    ROUND = "round"
    DEPARTMENT = "department"
    LINE = "line"
    PLACE = "place"
    OBJECT = "object"


@dataclass(frozen=True)
class SavingsRow:
    """The savings of one round, department, line, place or object; whole numbers where they are."""

    code: str
    name: str
    checks: int
    separate_visits: int
    visits: int
    joint_visits: int
    desk_tasks: int
    share: float
    saved: float

    @classmethod
    def of(cls, code: str, name: str, savings: Savings) -> "SavingsRow":
        """Give a row; shares are rounded to hundredths."""
        return cls(
            code=code,
            name=name,
            checks=savings.checks,
            separate_visits=savings.separate_visits,
            visits=savings.visits,
            joint_visits=savings.joint_visits,
            desk_tasks=savings.desk_tasks,
            share=_number(savings.share),
            saved=_number(savings.saved),
        )


async def savings_rows(work: Work, rounds: Sequence[str], by: By) -> list[SavingsRow]:
    """Give the rows of some rounds together, by code; only rounds whose targets may be shown."""
    merges = {code: await merge_of(work, code) for code in rounds}
    if by is By.ROUND:
        titles = {each.round_id: each.title for each in await work.rounds.where(round_id=rounds)}
        return [
            SavingsRow.of(code, titles[code], savings_in_all(merge.held()))
            for code, merge in merges.items()
            if merge.drawn
        ]
    held = [check for merge in merges.values() for check in merge.held()]
    names = await _names(work, merges, by)
    found = savings_of(held, SavingsOf(by.value))
    return [SavingsRow.of(code, names.get(code, code), each) for code, each in found.items()]


def in_all(held: Sequence[HeldCheck]) -> SavingsRow:
    """Give the row of everything together."""
    return SavingsRow.of("", "", savings_in_all(held))


async def _names(work: Work, merges: Mapping[str, RoundMerge], by: By) -> dict[str, str]:
    if by is By.DEPARTMENT:
        names = await load_names(work)
        return {code: names.department(code) for code in names.departments}
    if by is By.LINE:
        lines = {check.line for merge in merges.values() for check in merge.drawn}
        return {line.code: line.name for line in await work.plan_lines.where(code=lines)}
    if by is By.PLACE:
        return {
            code: name for merge in merges.values() for code, name in merge.place_names().items()
        }
    return {c.object_id: c.object_name for merge in merges.values() for c in merge.drawn}


def _number(exact: Fraction) -> float:
    return exact.numerator if exact.denominator == 1 else round(float(exact), 2)
