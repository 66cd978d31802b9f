"""Visits of their own on the console: number, code, the questions of the form, and the notice."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.own_visits import OwnVisit, checks_of
from coordinator.domain.registers import CheckItem
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.web.console.burden_ledger import kind_words
from coordinator.web.console.frame import Console
from coordinator.web.console.notices import NoticeOf, notice_data


@dataclass(frozen=True)
class OwnVisitSeen:
    """Number and code of an own visit, and the items whose questions its form asks."""

    task_number: str
    visit_code: str
    items: Sequence[CheckItem]


async def own_visit_seen(work: Work, due: DueCheck) -> OwnVisitSeen | None:
    """Give the own visit of a due check as its page shows it; earlier ones had neither."""
    own = await _standing(work, due)
    if own is None:
        return None
    together = await work.due_checks.where(entry_id=due.entry_id)
    items = await items_by_code(work, {each.item for each in together})
    return OwnVisitSeen(own.task_number, own.visit_code, sorted(items.values(), key=_code))


async def own_notice_data(console: Console, work: Work, due: DueCheck) -> dict[str, object]:
    """Word the notice of a due check's own visit; NOT_FOUND where it has none."""
    own = await _standing(work, due)
    if own is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="notice", key=due.due_id)
    together = await work.due_checks.where(entry_id=due.entry_id)
    items = await items_by_code(work, {each.item for each in together})
    kinds = kind_words(work)
    of = NoticeOf(
        visit=own.as_visit(),
        checks=checks_of(together, items),
        team=own.as_team(),
        own_basis=kinds.get(due.kind, due.kind),
    )
    return await notice_data(console, work, of)


async def _standing(work: Work, due: DueCheck) -> OwnVisit | None:
    own = await work.own_visits.find(due.entry_id) if due.entry_id else None
    return own if own is not None and own.called_off_at is None else None


def _code(item: CheckItem) -> str:
    return item.code
