"""Where the facts of the appraisal stand: one selection for the count and for its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
)

from coordinator.adapters.db.appraisal_registers import entries
from coordinator.adapters.db.appraisal_registers import tallied as tallied_entries
from coordinator.adapters.db.appraisal_rows import (
    DROPPED,
    REPLACED,
    RESULT,
    deferred_pairs,
    recognised_pairs,
    results,
    row_of,
    table_of,
    tasks,
    visits,
    waiting,
)
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.adapters.db.result_tallies import tallied as tallied_results
from coordinator.adapters.db.tables_due import OwnVisitRow
from coordinator.adapters.db.tables_follow_up import CaseRow, RectificationRow
from coordinator.adapters.db.tables_overdue import RedClockRow
from coordinator.adapters.db.tables_registers import (
    CheckItemRow,
    DepartmentRow,
    InspectionObjectRow,
)
from coordinator.domain.appraisal import Fact
from coordinator.domain.burden_ledger import BY_CAP
from coordinator.domain.lifecycle import (
    CaseState,
    RectificationState,
)
from coordinator.domain.object_replacing import DEFERRED

_ENDED_CASES = (CaseState.CLOSED, CaseState.NOT_FILED)


ORDER, CASE = table_of(RectificationRow), table_of(CaseRow)
RED, OWN = table_of(RedClockRow), table_of(OwnVisitRow)
ITEM, OBJECT = table_of(CheckItemRow), table_of(InspectionObjectRow)
ORGAN = table_of(DepartmentRow)


_ONE_PAIR = ("round_id", "note", "key")


class By(StrEnum):
    """Whether a fact is counted organ by organ, or for all together only."""

    ORGAN = "organ"
    WHOLE = "whole"


@dataclass(frozen=True)
class Source:
    """One selection and the facts in it: each fact is a flag of its rows.

    Rows of organs add up to the whole, unless `by` says that organs have none, or `once` names what
    counts once for all of them. `tallied` selects tallies of the same rows, to be added up where
    the rows are too many to be counted at each look.
    """

    select: Callable[[Within], Select[Any]]
    facts: tuple[Fact, ...]
    by: By = By.ORGAN
    once: tuple[str, ...] = ()
    tallied: Callable[[Within], Select[Any]] | None = None


def _cap_deferred(within: Within) -> Select[Any]:
    columns = {
        "key": DROPPED.c.object_id,
        "title": DROPPED.c.object_name,
        "note": DROPPED.c.item_name,
        "department": DROPPED.c.department,
        "round_id": DROPPED.c.round_id,
    }
    return select(*row_of("object", columns, {Fact.CAP_DEFERRED: true()})).where(
        DROPPED.c.outcome == DEFERRED, DROPPED.c.reference == BY_CAP, within.of_lines(DROPPED)
    )


def _cap_replaced(within: Within) -> Select[Any]:
    columns = {
        "key": REPLACED.c.object_id,
        "title": REPLACED.c.object_id,
        "note": REPLACED.c.line,
        "round_id": REPLACED.c.round_id,
    }
    return select(*row_of("object", columns, {Fact.CAP_REPLACED: true()})).where(
        REPLACED.c.reason == BY_CAP, within.of_lines(REPLACED)
    )


def _orders(within: Within) -> Select[Any]:
    columns = {
        "key": ORDER.c.rectification_id,
        "title": ORDER.c.object_name,
        "note": ORDER.c.item,
        "department": ORDER.c.department,
        "round_id": ORDER.c.round_id,
        "day": ORDER.c.due_date,
    }
    standing = ORDER.c.state != RectificationState.REVOKED
    flags = {
        Fact.ORDERS_MADE: standing,
        Fact.ORDERS_CLOSED: ORDER.c.state == RectificationState.CLOSED,
    }
    return select(*row_of("rectification", columns, flags)).where(within.of_visits(ORDER))


def _cases(within: Within) -> Select[Any]:
    columns = {
        "key": CASE.c.case_id,
        "title": CASE.c.object_name,
        "note": func.coalesce(CASE.c.decision_number, ""),
        "department": CASE.c.department,
        "round_id": CASE.c.round_id,
        "day": CASE.c.decided_date,
    }
    flags = {
        Fact.CASES_OPENED: true(),
        Fact.CASES_ENDED: CASE.c.state.in_(_ENDED_CASES),
    }
    return select(*row_of("case", columns, flags)).where(within.of_visits(CASE))


def _red_clocks(within: Within) -> Select[Any]:
    columns = {
        "key": RED.c.subject,
        "title": RED.c.name,
        "note": RED.c.kind,
        "department": RED.c.department,
        "round_id": RED.c.round_id,
        "day": RED.c.red_date,
    }
    flags = {Fact.RED_CLOCKS: true(), Fact.RED_BURNING: RED.c.cleared_date.is_(None)}
    return select(*row_of("clock", columns, flags)).where(
        or_(within.of_rounds(RED), and_(RED.c.round_id == "", within.beside(RED.c.red_date)))
    )


def _own_visits(within: Within) -> Select[Any]:
    columns = {
        "key": OWN.c.entry_id,
        "title": OWN.c.place_name,
        "note": OWN.c.task_number,
        "department": OWN.c.department,
        "day": OWN.c.day,
    }
    return select(*row_of("own-visit", columns, {Fact.VISITS_OWN: true()})).where(
        OWN.c.called_off_at.is_(None), within.beside(OWN.c.day)
    )


def _items(within: Within) -> Select[Any]:
    """Give the items in force in the period; checked: somebody found something about it, or not.

    Items are a department's; results are its organs', which it may have several of.
    """
    family = func.coalesce(func.nullif(ORGAN.c.of_department, ""), ORGAN.c.code)
    own = select(ORGAN.c.code).where(family == ITEM.c.department).correlate(ITEM)
    checked = exists(
        select(1).where(
            or_(RESULT.c.department == ITEM.c.department, RESULT.c.department.in_(own)),
            RESULT.c.item == ITEM.c.code,
            RESULT.c.checked,
            within.of_visits(RESULT),
        )
    )
    columns = {"key": ITEM.c.code, "title": ITEM.c.name, "department": ITEM.c.department}
    in_force = and_(
        ITEM.c.valid_from <= within.scope.last,
        or_(ITEM.c.valid_to.is_(None), ITEM.c.valid_to >= within.scope.first),
    )
    flags = {Fact.ITEMS_LISTED: true(), Fact.ITEMS_CHECKED: checked}
    return select(*row_of("item", columns, flags)).where(in_force)


def _key_units(within: Within) -> Select[Any]:
    checked = exists(
        select(1).where(
            RESULT.c.object_id == OBJECT.c.object_id, RESULT.c.checked, within.of_visits(RESULT)
        )
    )
    columns = {"key": OBJECT.c.object_id, "title": OBJECT.c.name}
    flags = {Fact.KEY_UNITS: true(), Fact.KEY_UNITS_CHECKED: checked}
    return select(*row_of("object", columns, flags)).where(
        OBJECT.c.key_unit, OBJECT.c.status == "active"
    )


SOURCES: tuple[Source, ...] = (
    Source(
        visits,
        (
            Fact.VISITS_PLANNED,
            Fact.VISITS_FINISHED,
            Fact.VISITS_JOINT,
            Fact.VISITS_RANDOM,
        ),
        by=By.WHOLE,
    ),
    Source(tasks, (Fact.TASKS_PLANNED, Fact.TASKS_SENT, Fact.TASKS_REPORTED)),
    Source(
        results,
        (
            Fact.RESULTS_ENTERED,
            Fact.RESULTS_CHECKED,
            Fact.RESULTS_SETTLED,
            Fact.RESULTS_PROBLEM,
            Fact.RESULTS_DISCLOSED,
            Fact.RESULTS_TO_DISCLOSE,
            Fact.RESULTS_EXEMPT,
        ),
        tallied=tallied_results,
    ),
    Source(waiting, (Fact.CHECKS_WAITING,)),
    Source(deferred_pairs, (Fact.CHECKS_DEFERRED,), once=_ONE_PAIR),
    Source(recognised_pairs, (Fact.CHECKS_RECOGNISED,), once=_ONE_PAIR),
    Source(_cap_deferred, (Fact.CAP_DEFERRED,)),
    Source(_cap_replaced, (Fact.CAP_REPLACED,), by=By.WHOLE),
    Source(_orders, (Fact.ORDERS_MADE, Fact.ORDERS_CLOSED)),
    Source(_cases, (Fact.CASES_OPENED, Fact.CASES_ENDED)),
    Source(_red_clocks, (Fact.RED_CLOCKS, Fact.RED_BURNING)),
    Source(_own_visits, (Fact.VISITS_OWN,)),
    Source(_items, (Fact.ITEMS_LISTED, Fact.ITEMS_CHECKED)),
    Source(_key_units, (Fact.KEY_UNITS, Fact.KEY_UNITS_CHECKED), by=By.WHOLE),
    Source(
        entries,
        (Fact.ENTRIES_LISTED, Fact.ENTRIES_COMPLETE),
        by=By.WHOLE,
        tallied=tallied_entries,
    ),
)
