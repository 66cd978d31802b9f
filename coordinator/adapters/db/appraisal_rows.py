"""Selections of the appraisal: visits, tasks, results and checks, with a flag for each fact."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    null,
    select,
    true,
    union,
)

from coordinator.adapters.db.appraisal_scope import CHECK, VISIT, Within
from coordinator.adapters.db.tables_burden import DroppedCheckRow, ObjectReplacementRow
from coordinator.adapters.db.tables_draw import DepartmentTaskRow
from coordinator.adapters.db.tables_results import ResultRow
from coordinator.domain.appraisal import Fact
from coordinator.domain.lifecycle import (
    TASK_REPORTED,
    TaskState,
    VisitState,
)
from coordinator.domain.object_replacing import DEFERRED, RECOGNISED


def table_of(row: type[Any]) -> Any:
    """Give the table of a row's class, which SQLModel hides."""
    return row.__table__


_WAITING = sorted(set(TaskState) - TASK_REPORTED)  # "not in" would find no index
TASK, RESULT = table_of(DepartmentTaskRow), table_of(ResultRow)
DROPPED, REPLACED = table_of(DroppedCheckRow), table_of(ObjectReplacementRow)


def row_of(kind: str, columns: Mapping[str, Any], flags: Mapping[Fact, Any]) -> list[Any]:
    """Name the columns of a row and its flags; every source has the same ones."""
    given: dict[str, Any] = {"title": literal(""), "note": literal(""), "department": literal("")}
    given |= {"round_id": literal(""), "day": null()}
    named = [value.label(name) for name, value in {**given, **columns}.items()]
    marked = [_flag(value).label(fact.value) for fact, value in flags.items()]
    return [literal(kind).label("kind"), *named, *marked]


def _flag(value: Any) -> Any:
    return value if isinstance(value.type, Boolean) else value.cast(Boolean)


def visits(within: Within) -> Select[Any]:
    """Select the visits that are owed: withdrawn ones too, but for those whose object gave way."""
    finished = VISIT.c.finished_at.is_not(None)
    columns = {
        "key": VISIT.c.visit_id,
        "title": VISIT.c.place_name,
        "note": func.coalesce(VISIT.c.task_number, ""),
        "department": VISIT.c.lead_department,
        "round_id": VISIT.c.round_id,
        "day": VISIT.c.date_to,
    }
    flags = {
        Fact.VISITS_PLANNED: true(),
        Fact.VISITS_FINISHED: finished,
        Fact.VISITS_JOINT: and_(finished, within.number_of(VISIT.c.departments) > 1),
        Fact.VISITS_RANDOM: and_(finished, within.drawn_by_lot()),
    }
    return select(*row_of("visit", columns, flags)).where(within.visits())


def tasks(within: Within) -> Select[Any]:
    """Select the departments' parts of those visits."""
    columns = {
        "key": TASK.c.visit_id,
        "title": TASK.c.visit_id,
        "note": TASK.c.state,
        "department": TASK.c.department,
        "round_id": TASK.c.round_id,
        "day": TASK.c.disclosure_due,
    }
    flags = {
        Fact.TASKS_PLANNED: true(),
        Fact.TASKS_SENT: TASK.c.published_at.is_not(None),
        Fact.TASKS_REPORTED: TASK.c.state.in_(sorted(TASK_REPORTED)),
    }
    return select(*row_of("visit", columns, flags)).where(within.standing(TASK))


def result_flags() -> dict[Fact, Any]:
    """Word the facts of a result: what is listed, counted and kept as a tally alike."""
    checked, exempt = RESULT.c.checked, RESULT.c.exempt_reason.is_not(None)
    return {
        Fact.RESULTS_ENTERED: true(),
        Fact.RESULTS_CHECKED: checked,
        Fact.RESULTS_SETTLED: and_(checked, RESULT.c.settled_at.is_not(None)),
        Fact.RESULTS_PROBLEM: and_(checked, RESULT.c.has_problem),
        Fact.RESULTS_DISCLOSED: and_(RESULT.c.disclosed, ~exempt),
        Fact.RESULTS_TO_DISCLOSE: ~exempt,
        Fact.RESULTS_EXEMPT: exempt,
    }


def results(within: Within) -> Select[Any]:
    """Select the standing results."""
    columns = {
        "key": RESULT.c.result_id,
        "title": RESULT.c.object_name,
        "note": RESULT.c.item_name,
        "department": RESULT.c.department,
        "round_id": RESULT.c.round_id,
        "day": RESULT.c.visited_date,
    }
    return select(*row_of("result", columns, result_flags())).where(within.of_visits(RESULT))


def waiting(within: Within) -> Select[Any]:
    """Give the questions nobody has reported on: equal items of several lines are one finding."""
    open_task = and_(
        TASK.c.visit_id == CHECK.c.visit_id,
        TASK.c.department == CHECK.c.department,
        TASK.c.state.in_(_WAITING),
    )
    asked = (
        select(
            (CHECK.c.visit_id + "|" + CHECK.c.object_id + "|" + CHECK.c.item).label("question"),
            func.min(CHECK.c.visit_id).label("visit_id"),
            func.min(CHECK.c.object_name).label("object_name"),
            func.min(CHECK.c.item_name).label("item_name"),
            CHECK.c.department,
            func.min(CHECK.c.round_id).label("round_id"),
        )
        .join(TASK, open_task)
        .where(within.standing(TASK), CHECK.c.left_out.is_(None))
        .group_by("question", CHECK.c.department)
        .subquery()
    )
    columns = {
        "key": asked.c.visit_id,
        "title": asked.c.object_name,
        "note": asked.c.item_name,
        "department": asked.c.department,
        "round_id": asked.c.round_id,
    }
    return select(*row_of("visit", columns, {Fact.CHECKS_WAITING: true()}))


def _deferred(within: Within) -> Subquery:
    """Give (round, line, object, organ) that were put off: at the draw, or by a lapsed item."""
    dropped = select(*_pair(DROPPED)).where(DROPPED.c.outcome == DEFERRED, within.of_lines(DROPPED))
    left_out = (
        select(*_pair(CHECK))
        .join(VISIT, VISIT.c.visit_id == CHECK.c.visit_id)
        .where(
            CHECK.c.left_out.is_not(None),
            VISIT.c.state != VisitState.WITHDRAWN,
            within.of_lines(CHECK),
        )
    )
    return union(dropped, left_out).subquery()


def _pair(table: Any) -> list[Any]:
    return [table.c.round_id, table.c.line, table.c.object_id, table.c.department]


def _same(one: Any, other: Any) -> Any:
    return and_(
        one.c.round_id == other.c.round_id,
        one.c.line == other.c.line,
        one.c.object_id == other.c.object_id,
    )


def deferred_pairs(within: Within) -> Select[Any]:
    """Select what was put off, as (line, object) of each organ."""
    found = _deferred(within)
    columns = {
        "key": found.c.object_id,
        "title": found.c.object_id,
        "note": found.c.line,
        "department": found.c.department,
        "round_id": found.c.round_id,
    }
    return select(*row_of("object", columns, {Fact.CHECKS_DEFERRED: true()}))


def recognised_pairs(within: Within) -> Select[Any]:
    """Give what other organs' results stand for as a whole: nothing of it is visited or put off."""
    deferred = _deferred(within)
    found = (
        select(*_pair(DROPPED))
        .where(
            DROPPED.c.outcome == RECOGNISED,
            within.of_lines(DROPPED),
            ~exists(select(1).where(_same(CHECK, DROPPED))),
            ~exists(select(1).where(_same(REPLACED, DROPPED))),
            ~exists(select(1).select_from(deferred).where(_same(deferred, DROPPED))),
        )
        .distinct()
        .subquery()
    )
    columns = {
        "key": found.c.object_id,
        "title": found.c.object_id,
        "note": found.c.line,
        "department": found.c.department,
        "round_id": found.c.round_id,
    }
    return select(*row_of("object", columns, {Fact.CHECKS_RECOGNISED: true()}))
