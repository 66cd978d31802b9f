"""The facts of the appraisal counted plainly, value by value: what the database must agree with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coordinator.domain.appraisal import WHOLE, Fact, FactRow, Scope, Tallies
from coordinator.domain.lifecycle import TASK_REPORTED, CaseState, RectificationState
from coordinator.domain.registers.acts import DIRECTORIES, RegisterKind
from coordinator.domain.registers.completeness import MANDATORY
from coordinator.services.ports import Page, Query, Work

_ENDED = (CaseState.CLOSED, CaseState.NOT_FILED)
_KEYS = {
    RegisterKind.OBJECTS: "object_id",
    RegisterKind.INSPECTORS: "inspector_id",
    RegisterKind.EXPERTS: "expert_id",
}
_TOGETHER_ONCE = (Fact.CHECKS_DEFERRED, Fact.CHECKS_RECOGNISED)


class PlainAppraisals:
    """Loads everything and counts it in Python."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def tallies(self, scope: Scope) -> Tallies:
        counts: dict[str, dict[Fact, int]] = defaultdict(lambda: defaultdict(int))
        for fact, rows in (await self._facts(scope)).items():
            counts[WHOLE][fact] += len({_once(fact, row) for row in rows})
            for row in rows:
                if row.department:
                    counts[row.department][fact] += 1
        whole = counts.pop(WHOLE, {})
        return Tallies(whole=whole, organs=counts)

    async def rows(self, fact: Fact, scope: Scope, query: Query) -> Page[FactRow]:
        rows = [
            row
            for row in (await self._facts(scope))[fact]
            if all(getattr(row, name) == value for name, value in query.equals.items())
        ]
        return Page(tuple(rows[query.offset : query.offset + query.limit]), len(rows))

    async def entries(self) -> Mapping[RegisterKind, int]:
        return {kind: len(await getattr(self._work, kind).where()) for kind in DIRECTORIES}

    async def count_again(self) -> int:
        return 0

    async def _facts(self, scope: Scope) -> dict[Fact, list[FactRow]]:
        work = self._work
        visits = [v for v in await work.visits.where() if _counts(v, scope)]
        ids = {v.visit_id for v in visits}
        checks = [c for c in await work.checks.where() if c.visit_id in ids]
        random = {c.visit_id for c in checks if c.line not in scope.not_random}
        tasks = [t for t in await work.tasks.where() if t.visit_id in ids]
        results = [r for r in await work.results.where() if r.visit_id in ids]
        finished = [v for v in visits if v.finished_at is not None]
        done = [r for r in results if r.checked]
        shown = [r for r in results if r.exempt_reason is None]
        orders = [r for r in await work.rectifications.where() if r.visit_id in ids]
        cases = [c for c in await work.cases.where() if c.visit_id in ids]
        reds = [
            r
            for r in await work.red_clocks.where()
            if r.round_id in (*scope.whole, *scope.partly)
            or (not r.round_id and _beside(scope, r.red_date))
        ]
        own = [
            o
            for o in await work.own_visits.where()
            if o.called_off_at is None and _beside(scope, o.day)
        ]
        open_tasks = {t.task_id for t in tasks if t.state not in TASK_REPORTED}
        waiting = {
            (c.visit_id, c.object_id, c.item, c.department)
            for c in checks
            if not c.left_out and f"{c.visit_id}.{c.department}" in open_tasks
        }
        items = [
            i
            for i in await work.items.where()
            if i.valid_from <= scope.last and (i.valid_to is None or i.valid_to >= scope.first)
        ]
        family = {d.code: d.family for d in await work.departments.where()}
        answered = {(code, r.item) for r in done for code in (r.department, family[r.department])}
        keys = [o for o in await work.objects.where(key_unit=True) if o.status == "active"]
        seen = {r.object_id for r in done}
        listed = [
            (kind, each)
            for kind in (RegisterKind.OBJECTS, RegisterKind.INSPECTORS, RegisterKind.EXPERTS)
            for each in await getattr(work, kind).where()
        ]
        pairs = await self._pairs(scope, drawn_pairs=checks)
        return {
            Fact.VISITS_PLANNED: _rows("visit", visits, "visit_id", by=""),
            Fact.VISITS_FINISHED: _rows("visit", finished, "visit_id", by=""),
            Fact.VISITS_JOINT: _rows(
                "visit", [v for v in finished if len(v.departments) > 1], "visit_id", by=""
            ),
            Fact.VISITS_RANDOM: _rows(
                "visit", [v for v in finished if v.visit_id in random], "visit_id", by=""
            ),
            Fact.TASKS_PLANNED: _rows("visit", tasks, "visit_id"),
            Fact.TASKS_SENT: _rows(
                "visit", [t for t in tasks if t.published_at is not None], "visit_id"
            ),
            Fact.TASKS_REPORTED: _rows(
                "visit", [t for t in tasks if t.state in TASK_REPORTED], "visit_id"
            ),
            Fact.RESULTS_ENTERED: _rows("result", results, "result_id"),
            Fact.RESULTS_CHECKED: _rows("result", done, "result_id"),
            Fact.RESULTS_SETTLED: _rows(
                "result", [r for r in done if r.settled_at is not None], "result_id"
            ),
            Fact.RESULTS_PROBLEM: _rows("result", [r for r in done if r.has_problem], "result_id"),
            Fact.RESULTS_DISCLOSED: _rows("result", [r for r in shown if r.disclosed], "result_id"),
            Fact.RESULTS_TO_DISCLOSE: _rows("result", shown, "result_id"),
            Fact.RESULTS_EXEMPT: _rows(
                "result", [r for r in results if r.exempt_reason is not None], "result_id"
            ),
            Fact.CHECKS_WAITING: _plain(("", v, d, i) for v, _, i, d in waiting),
            Fact.ORDERS_MADE: _rows(
                "rectification",
                [o for o in orders if o.state is not RectificationState.REVOKED],
                "rectification_id",
            ),
            Fact.ORDERS_CLOSED: _rows(
                "rectification",
                [o for o in orders if o.state is RectificationState.CLOSED],
                "rectification_id",
            ),
            Fact.CASES_OPENED: _rows("case", cases, "case_id"),
            Fact.CASES_ENDED: _rows("case", [c for c in cases if c.state in _ENDED], "case_id"),
            Fact.RED_CLOCKS: _rows("clock", reds, "subject"),
            Fact.RED_BURNING: _rows(
                "clock", [r for r in reds if r.cleared_date is None], "subject"
            ),
            Fact.VISITS_OWN: _rows("own-visit", own, "entry_id"),
            Fact.ITEMS_LISTED: _rows("item", items, "code"),
            Fact.ITEMS_CHECKED: _rows(
                "item", [i for i in items if (i.department, i.code) in answered], "code"
            ),
            Fact.KEY_UNITS: _rows("object", keys, "object_id", by=""),
            Fact.KEY_UNITS_CHECKED: _rows(
                "object", [k for k in keys if k.object_id in seen], "object_id", by=""
            ),
            Fact.ENTRIES_LISTED: _entries(listed),
            Fact.ENTRIES_COMPLETE: _entries([each for each in listed if _is_complete(*each)]),
            **pairs,
        }

    async def _pairs(self, scope: Scope, drawn_pairs: Iterable[Any]) -> dict[Fact, list[FactRow]]:
        work = self._work
        visits = {v.visit_id: v for v in await work.visits.where()}
        checks = await work.checks.where()
        dropped = [d for d in await work.dropped_checks.where() if _of_line(d, scope)]
        replaced = await work.object_replacements.where()
        gone = {(r.round_id, r.line, r.object_id) for r in replaced}
        left = [
            c
            for c in checks
            if c.left_out and _of_line(c, scope) and visits[c.visit_id].state != "withdrawn"
        ]
        off = [d for d in dropped if d.outcome == "deferred"]
        unmade: list[Any] = [*off, *left]
        deferred = {(d.round_id, d.object_id, d.department, d.line) for d in unmade}
        put_off = {(r, line, thing) for r, thing, _, line in deferred}
        visited = {(c.round_id, c.line, c.object_id) for c in checks}
        recognised = {
            (d.round_id, d.object_id, d.department, d.line)
            for d in dropped
            if d.outcome == "recognised"
            and (d.round_id, d.line, d.object_id) not in put_off | visited | gone
        }
        capped = [r for r in replaced if r.reason == "cap" and _of_line(r, scope)]
        return {
            Fact.CHECKS_DEFERRED: _plain(deferred),
            Fact.CHECKS_RECOGNISED: _plain(recognised),
            Fact.CAP_DEFERRED: _rows(
                "object", [d for d in off if d.reference == "cap"], "object_id"
            ),
            Fact.CAP_REPLACED: _rows("object", capped, "object_id", by=""),
        }


def _once(fact: Fact, row: FactRow) -> object:
    """Name what counts once for all organs; anything else counts as often as it is there."""
    if fact in _TOGETHER_ONCE:
        return row.round_id, row.note, row.key
    return id(row)


def _counts(visit: Any, scope: Scope) -> bool:
    inside = visit.round_id in scope.whole or (
        visit.round_id in scope.partly and scope.first <= visit.date_to <= scope.last
    )
    return inside and visit.visit_id not in scope.replaced


def _of_line(value: Any, scope: Scope) -> bool:
    partly = value.round_id in scope.partly and value.line in scope.lines
    return value.round_id in scope.whole or partly


def _beside(scope: Scope, day: date) -> bool:
    return scope.beside and scope.first <= day <= scope.last


def _rows(kind: str, values: Iterable[Any], key: str, by: str = "department") -> list[FactRow]:
    return [
        FactRow(
            kind=kind,
            key=getattr(each, key),
            title="",
            note="",
            department=getattr(each, by) if by else "",
            round_id=getattr(each, "round_id", ""),
            day=None,
        )
        for each in values
    ]


def _is_complete(kind: RegisterKind, entry: Any) -> bool:
    return all(getattr(entry, name) not in (None, "", ()) for name in MANDATORY[kind])


def _entries(listed: Iterable[tuple[RegisterKind, Any]]) -> list[FactRow]:
    """Name the entries of directories; organs have no figure of their own for them."""
    return [
        row
        for kind, entry in listed
        for row in _rows(kind.value.removesuffix("s"), [entry], _KEYS[kind], by="")
    ]


def _plain(values: Iterable[tuple[str, str, str, str]]) -> list[FactRow]:
    return [
        FactRow(
            kind="object", key=thing, title="", note=note, department=organ, round_id=of, day=None
        )
        for of, thing, organ, note in values
    ]
