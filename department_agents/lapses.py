"""Items that lapse after a task went out: neither asked nor recorded outside their days (2.0)."""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import FindingsSubmitted
from contracts.tasks import ItemsLapsed, LapsedItemCard, TaskPublished
from department_agents.post import Letter
from department_agents.refusals import Flaw, Refusal
from department_agents.store.lapse_rows import LapseRow

Lapsed = Mapping[str, LapsedItemCard]


async def keep_lapses(session: AsyncSession, letter: Letter[ItemsLapsed]) -> None:
    """Keep what the office told last of a visit's items."""
    told = letter.message
    row = await session.get(LapseRow, told.visit_id)
    if row is not None and ItemsLapsed.model_validate_json(row.body).told_at > told.told_at:
        return
    row = row or LapseRow(visit_id=told.visit_id, body="")
    row.body = told.model_dump_json()
    session.add(row)


async def lapses_of(
    session: AsyncSession, visit_id: str | None = None
) -> dict[str, tuple[LapsedItemCard, ...]]:
    """Give by visit the items that are not valid throughout it; of one visit or of all."""
    query = select(LapseRow)
    if visit_id is not None:
        query = query.where(col(LapseRow.visit_id) == visit_id)
    rows = await session.exec(query)
    return {each.visit_id: ItemsLapsed.model_validate_json(each.body).items for each in rows}


def lapsed_on(cards: tuple[LapsedItemCard, ...], day: date) -> Lapsed:
    """Give the items that may not be checked on a day, by code."""
    return {
        each.item: each
        for each in cards
        if day < each.valid_from or (each.valid_to is not None and each.valid_to < day)
    }


def in_force(task: TaskPublished, lapsed: Lapsed) -> TaskPublished:
    """Give a task without the checks that may not be made."""
    kept = tuple(each for each in task.checks if each.item not in lapsed)
    return task.model_copy(update={"checks": kept})


def flaws_of_lapsed(report: FindingsSubmitted, lapsed: Lapsed) -> Iterator[Refusal]:
    """Name the findings on items that were not valid on the day of the visit."""
    for index, finding in enumerate(report.findings):
        if finding.item in lapsed:
            card = lapsed[finding.item]
            field, found = f"findings.{index}.item", f"{card.item} {card.item_name}"
            yield Refusal(field, Flaw.ITEM_LAPSED, days(card), found)


def days(card: LapsedItemCard) -> str:
    """Give the days between which an item may be checked: `from/to`, open where nothing ends it."""
    return f"{card.valid_from.isoformat()}/{card.valid_to.isoformat() if card.valid_to else ''}"
