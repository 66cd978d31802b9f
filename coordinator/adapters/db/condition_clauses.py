"""Conditions on objects as SQL, in the words of either database.

Every clause says what Conditions.accept says (tests/integration/sqlite/test_frames.py compares
them on random objects). JSON lists are searched inside the database, so that no object is loaded.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    String,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.tables_registers import InspectionObjectRow
from coordinator.domain.registers.conditions import (
    ABNORMAL,
    CREDIT,
    SERIOUS,
    UNGRADED,
    Conditions,
    months_before,
)

Clause = Any  # SQLAlchemy's ColumnElement[bool]; its operators are typed as Any
OBJECTS = InspectionObjectRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_HAS_EVENTS = text("inspection_object.events <> '[]'")  # as the partial index says it
_MARKS = {ABNORMAL: OBJECTS.c.abnormal_list, SERIOUS: OBJECTS.c.serious_list}


class Clauses:
    """Writes the clauses of conditions for one database; `day` ends the months of events."""

    def __init__(self, connection: AsyncConnection, day: date) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"
        self._day = day

    def on(self, day: date | None) -> "Clauses":
        """Give the writer whose months of events end on another day; None: on the same."""
        return Clauses(self._connection, day or self._day)

    def accept(self, conditions: Conditions) -> Clause:
        """Say what Conditions.accept says."""
        c = OBJECTS.c
        clauses = [
            self._holds_any(c.tags, conditions.tags),
            self._is_in(c.kind, conditions.kinds),
            self._begins_with(c.industry, conditions.industries),
            self._begins_with(c.region, conditions.regions),
            self._is_in(c.object_id, conditions.objects),
            self._is_in(c.affiliation, conditions.affiliations),
            self._is_in(c.scale, conditions.scales),
            self._is_in(func.coalesce(c.risk_class, UNGRADED), conditions.risk_classes),
            _is_so(c.key_unit, wanted=conditions.key_unit),
            self._is_on(conditions.lists),
            *self._graded(conditions.gradings),
            self._happened(conditions.events, conditions.event_months),
        ]
        return and_(*clauses)

    def stratum(self, by: str | None) -> Any:
        """Give the stratum of an object: credit class, latest grading of a scheme, or `-`."""
        if by is None:
            return literal(UNGRADED)
        if by == CREDIT:
            return func.coalesce(OBJECTS.c.risk_class, UNGRADED)
        return func.coalesce(self._grading(by), UNGRADED)

    def weight(self, weights: Sequence[tuple[Conditions, int]]) -> Any:
        """Give what an object weighs: the first of the conditions that it meets says, else 1."""
        heavy = [(self.accept(meant), literal(weight)) for meant, weight in weights]
        return case(*heavy, else_=literal(1)) if heavy else literal(1)

    def _is_in(self, chosen: Any, values: Sequence[str]) -> Clause:
        return any_of(self._connection, chosen, list(values)) if values else true()

    def _begins_with(self, chosen: Any, prefixes: Sequence[str]) -> Clause:
        if not prefixes:
            return true()
        if self._postgres:  # LIKE is exact there, and finds its way in a text_pattern_ops index
            return or_(*(chosen.startswith(prefix, autoescape=True) for prefix in prefixes))
        return or_(*(func.substr(chosen, 1, len(prefix)) == prefix for prefix in prefixes))

    def _holds_any(self, chosen: Any, values: Sequence[str]) -> Clause:
        if not values:
            return true()
        if self._postgres:
            return or_(*(self._contains(chosen, [value]) for value in values))
        each = func.json_each(chosen).table_valued(column("value", String))
        return exists(select(1).select_from(each).where(each.c.value.in_(values)))

    def _contains(self, chosen: Any, part: list[Any]) -> Clause:
        """Say `@>`, which a GIN index answers."""
        return cast(chosen, JSONB).contains(cast(literal(part, JSONB), JSONB))

    def _is_on(self, lists: Sequence[str]) -> Clause:
        if not lists:
            return true()
        others = [name for name in lists if name not in _MARKS]
        marked = [_is_so(_MARKS[name], wanted=True) for name in lists if name in _MARKS]
        return or_(*marked, OBJECTS.c.supervision_list.in_(others) if others else false())

    def _happened(self, kinds: Sequence[str], months: int) -> Clause:
        if not kinds:
            return true()
        each, kind, day = self._parts(OBJECTS.c.events, "kind", "date")
        first_day = months_before(self._day, months).isoformat()
        found = (
            select(1)
            .select_from(each)
            .where(kind.in_(kinds), day >= first_day, day <= self._day.isoformat())
        )
        inside = exists(found)
        if not self._postgres:
            return inside
        of_kind = (self._contains(OBJECTS.c.events, [{"kind": kind}]) for kind in kinds)
        return and_(_HAS_EVENTS, or_(*of_kind), inside)

    def _graded(self, gradings: Mapping[str, Sequence[str]]) -> list[Clause]:
        return [self._graded_by(scheme, values) for scheme, values in gradings.items() if values]

    def _graded_by(self, scheme: str, values: Sequence[str]) -> Clause:
        latest = func.coalesce(self._grading(scheme), UNGRADED).in_(values)
        if not self._postgres or UNGRADED in values:
            return latest
        parts = ([{"scheme": scheme, "value": value}] for value in values)
        return and_(or_(*(self._contains(OBJECTS.c.gradings, part) for part in parts)), latest)

    def _grading(self, scheme: str) -> Any:
        """Give the value of a scheme's latest grading, by date and then by value, or null."""
        each, of, value, day = self._parts(OBJECTS.c.gradings, "scheme", "value", "date")
        latest = select(value).select_from(each).where(of == scheme)
        return latest.order_by(day.desc(), value.desc()).limit(1).scalar_subquery()

    def _parts(self, chosen: Any, *names: str) -> tuple[Any, ...]:
        """Give a JSON list as a table, and some entries of each of its objects as texts.

        Texts compare by code point, as Python does; SQLite does so anyway.
        """
        if self._postgres:
            part = func.jsonb_array_elements(cast(chosen, JSONB))
            each = part.table_valued(column("value", JSONB)).render_derived()
            texts = (
                func.jsonb_extract_path_text(each.c.value, name, type_=String) for name in names
            )
            return (each, *(text.collate("C") for text in texts))
        each = func.json_each(chosen).table_valued(column("value", String))
        return (each, *(func.json_extract(each.c.value, f"$.{name}") for name in names))


def _is_so(mark: Any, *, wanted: bool | None) -> Clause:
    """Name the column alone, as partial indexes do; `IS true` would not find them."""
    if wanted is None:
        return true()
    return and_(mark) if wanted else not_(mark)
