"""The conditions of an appraisal's scope, worded for one database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.tables_draw import VisitCheckRow, VisitRow
from coordinator.domain.appraisal import Scope

Flag = ColumnElement[bool]
VISIT: Any = VisitRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
CHECK: Any = VisitCheckRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


@dataclass(frozen=True)
class Within:
    """The conditions of a scope, worded for one database."""

    connection: AsyncConnection
    scope: Scope

    def visits(self) -> Flag:
        """Say that a visit counts: of a round that counts, and not one whose object gave way."""
        days = VISIT.c.date_to.between(self.scope.first, self.scope.last)
        return and_(
            or_(
                self._any(VISIT.c.round_id, self.scope.whole),
                and_(self._any(VISIT.c.round_id, self.scope.partly), days),
            ),
            ~self._any(VISIT.c.visit_id, self.scope.replaced),
        )

    def of_visits(self, table: Any) -> Flag:
        """Say that what belongs to a visit counts; of rounds that count whole no visit is read."""
        whole = self._any(table.c.round_id, self.scope.whole)
        if not self.scope.partly:
            return whole
        some = self._any(table.c.round_id, self.scope.partly)
        inside = table.c.visit_id.in_(select(VISIT.c.visit_id).where(self.visits()))
        return or_(whole, and_(some, inside))

    def standing(self, table: Any) -> Flag:
        """Say that what belongs to a visit counts, and that its object did not give way."""
        if not self.scope.replaced:
            return self.of_visits(table)
        return and_(self.of_visits(table), ~self._any(table.c.visit_id, self.scope.replaced))

    def of_rounds(self, table: Any) -> Flag:
        """Say that what belongs to a round counts, in whole or in part."""
        return self._any(table.c.round_id, (*self.scope.whole, *self.scope.partly))

    def of_lines(self, table: Any) -> Flag:
        """Say that what belongs to a drawn line counts."""
        lines = self._any(table.c.line, self.scope.lines)
        return or_(
            self._any(table.c.round_id, self.scope.whole),
            and_(self._any(table.c.round_id, self.scope.partly), lines),
        )

    def beside(self, day: Any) -> Flag:
        """Say that what belongs to no round counts by its own day."""
        return and_(literal(self.scope.beside), day.between(self.scope.first, self.scope.last))

    def drawn_by_lot(self) -> Flag:
        """Say that a visit holds a check whose object a lot chose."""
        if not self.scope.not_random:
            return true()
        held = CHECK.c.visit_id == VISIT.c.visit_id
        return exists(select(1).where(held, ~self._any(CHECK.c.line, self.scope.not_random)))

    def number_of(self, column: Any) -> ColumnElement[int]:
        """Count the entries of a list."""
        if self.connection.dialect.name == "postgresql":
            return func.jsonb_array_length(column)
        return func.json_array_length(column)

    def _any(self, column: Any, values: tuple[str, ...]) -> Flag:
        return any_of(self.connection, column, values)
