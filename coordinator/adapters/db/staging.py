"""The stage on both databases: rows wait in a table of their own, the register changes at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Insert,
    Table,
    Update,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.bulk import is_bulk, without_indexes
from coordinator.adapters.db.directory_tallies import counting, is_complete, shift
from coordinator.adapters.db.history import entry_key, keep_former
from coordinator.adapters.db.narrowing import is_blank
from coordinator.adapters.db.staged_tables import (
    ACT,
    SOURCE_ROW,
    acts_with_places,
    directory_table,
    drop_place,
    make_place,
    put_records,
    record_writer,
    staged_table,
)
from coordinator.adapters.db.tables_imports import (
    ImportProblemRow,
    RegisterActRow,
    RegisterVersionRow,
)
from coordinator.domain.registers.acts import (
    Comparison,
    Difference,
    ImportProblem,
    RegisterAct,
    RegisterKind,
)

_ACTS: Table = RegisterActRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_PROBLEMS: Table = ImportProblemRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_VERSIONS: Table = RegisterVersionRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_AT_ONCE = 1_000  # problems per statement


class DatabaseStage:
    """Rows of acts on their way into the registers; see services.staging.Stage for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def put(self, act: RegisterAct, rows: Sequence[tuple[int, Any]]) -> None:
        """Add values with their source rows; the first rows of an act make its place."""
        write = record_writer(act.kind, self._dialect)
        await self.put_records(act, [write(row, value) for row, value in rows])

    async def put_records(self, act: RegisterAct, records: Sequence[Any]) -> None:
        """Add rows that are already written as the database takes them (large files)."""
        table = self._table(act)
        await make_place(self._connection, table)
        if records:
            await put_records(self._connection, table, records)

    async def note(self, problems: Sequence[ImportProblem]) -> None:
        """Keep problems of an act; many thousands at a time."""
        for start in range(0, len(problems), _AT_ONCE):
            rows = [vars(problem) for problem in problems[start : start + _AT_ONCE]]
            await self._connection.execute(_PROBLEMS.insert(), rows)

    async def compare(self, act: RegisterAct) -> Comparison:
        """Count what the act would add, change and leave as it is, now."""
        comparison, _ = await self._measure(_Match(act, self._table(act)))
        return comparison

    async def sample(self, act: RegisterAct, limit: int) -> Sequence[Difference]:
        """Give the first differences in the order of the source."""
        match = _Match(act, self._table(act))
        found = await self._connection.execute(match.differences(limit))
        return [match.difference(row) for row in found.mappings()]

    async def apply(self, act: RegisterAct) -> Comparison:
        """Bring a directory to what is staged, keeping former versions; drops the place."""
        match = _Match(act, self._table(act))
        comparison, more_complete = await self._measure(match)
        if comparison.changed:
            await self._connection.execute(match.former_versions(self._dialect))
            await self._connection.execute(match.changes())
        if comparison.added:
            await self._add(match, comparison)
        await shift(self._connection, act.kind, (comparison.added, more_complete))
        await self.drop(act.import_id)
        return comparison

    async def _measure(self, match: "_Match") -> tuple[Comparison, int]:
        """Count what an act would change, and how many more entries it would leave complete."""
        found = await self._connection.execute(match.counts())
        total, known, changed, more_complete = found.one()
        return Comparison(total - known, changed, known - changed), more_complete

    async def _add(self, match: "_Match", comparison: Comparison) -> None:
        present = select(func.count()).select_from(match.table)
        if is_bulk(comparison.added, await self._connection.scalar(present) or 0):
            async with without_indexes(self._connection, match.table):
                await self._connection.execute(match.additions())
        else:
            await self._connection.execute(match.additions())

    async def values(self, act: RegisterAct) -> Sequence[Mapping[str, Any]]:
        """Give the staged values of a list that is no directory, in the order of the source."""
        table = self._table(act)
        found = await self._connection.execute(select(table.c.value).order_by(table.c[SOURCE_ROW]))
        return list(found.scalars())

    async def drop(self, import_id: str) -> None:
        """Forget the staged rows of an act, if there are any."""
        await drop_place(self._connection, import_id)

    async def forget(self, import_id: str) -> None:
        """Forget the staged rows of an act and its problems."""
        await self.drop(import_id)
        await self._connection.execute(_PROBLEMS.delete().where(_PROBLEMS.c.import_id == import_id))

    async def left_over(self) -> Sequence[str]:
        """Give the ids of all acts that have staged rows."""
        return await acts_with_places(self._connection)

    async def remove(self, act: RegisterAct, key: object) -> None:
        """Take an entry out of a directory; its last version stays in the history."""
        table, condition = _entry(act.kind, key)
        former = keep_former(table, table, condition, act, self._dialect)
        await self._connection.execute(former)
        async with counting(self._connection, act.kind, condition):
            await self._connection.execute(table.delete().where(condition))

    async def present_act(self, kind: RegisterKind, key: object) -> str | None:
        """Give the id of the act that wrote the present version of an entry."""
        table, condition = _entry(kind, key)
        found: str | None = await self._connection.scalar(select(table.c[ACT]).where(condition))
        return found

    async def touched_since(self, kind: RegisterKind, since: datetime, field: str) -> set[str]:
        """Give the values of a field in the entries that changed, came or went after that moment;
        of an entry that was changed those before and after.
        """
        table = directory_table(kind)
        acts = select(_ACTS.c.import_id).where(_ACTS.c.applied_at > since)
        present = await self._connection.scalars(
            select(table.c[field]).where(table.c[ACT].in_(acts))
        )
        former = await self._connection.scalars(
            select(_VERSIONS.c.value).where(
                _VERSIONS.c.kind == kind.value, _VERSIONS.c.replaced_at > since
            )
        )
        return {str(each) for each in present} | {str(each[field]) for each in former}

    async def number_older(self, kind: RegisterKind, since: datetime) -> int:
        """Count the entries of a directory that no act after that moment has written."""
        table = directory_table(kind)
        recent = select(_ACTS.c.import_id).where(_ACTS.c.applied_at > since)
        older = or_(table.c[ACT].is_(None), table.c[ACT].not_in(recent))
        found = await self._connection.scalar(select(func.count()).select_from(table).where(older))
        return int(found or 0)

    async def number_blank(self, kind: RegisterKind) -> Mapping[str, int]:
        """Count, for every field, the entries of a directory in which it is blank."""
        table = directory_table(kind)
        counts = [
            func.count(case((is_blank(column), 1))).label(column.name)
            for column in table.columns
            if column.name != ACT and not isinstance(column.type, Boolean)  # yes or no is never
        ]
        found = await self._connection.execute(select(*counts))
        return dict(found.mappings().one())

    def _table(self, act: RegisterAct) -> Table:
        return staged_table(act.kind, act.import_id, self._dialect)


class _Match:
    """The staged rows of an act beside the directory's: which are new, which differ."""

    def __init__(self, act: RegisterAct, staged: Table) -> None:
        self.act = act
        self.staged = staged
        self.table = directory_table(act.kind)
        keys = [column.name for column in self.table.primary_key.columns]
        fields = [c.name for c in self.table.columns if c.name not in (*keys, ACT)]
        self._fields = [name for name in fields if not act.fields or name in act.fields]
        self._same = and_(*(self.table.c[name] == staged.c[name] for name in keys))
        self._is_new = self.table.c[keys[0]].is_(None)
        self._differs: ColumnElement[bool] = or_(
            *(self.table.c[f].is_distinct_from(staged.c[f]) for f in self._fields)
        )

    @property
    def _beside(self) -> FromClause:
        return self.staged.outerjoin(self.table, self._same)

    def counts(self) -> Any:
        """Count staged rows, those with an entry, those that differ, and entries to be complete."""
        known = case((self._is_new, None), else_=1)
        changed = case((self._is_new, None), (self._differs, 1))
        return select(
            func.count(), func.count(known), func.count(changed), self._more_complete()
        ).select_from(self._beside)

    def _more_complete(self) -> ColumnElement[int]:
        """Count complete entries after the act less those before it; fields not brought stay."""
        kind, known = self.act.kind, ~self._is_new
        brought = {**self.table.c, **{name: self.staged.c[name] for name in self._fields}}
        complete_after = or_(
            and_(self._is_new, is_complete(kind, self.staged.c)),
            and_(known, is_complete(kind, brought)),
        )
        complete_before = and_(known, is_complete(kind, self.table.c))
        return func.count().filter(complete_after) - func.count().filter(complete_before)

    def differences(self, limit: int) -> Any:
        """Select both sides of the first rows that are new or differ."""
        present = [column.label(f"present_{column.name}") for column in self.table.columns]
        key = entry_key(self.staged, self.table).label("entry")
        return (
            select(key, *self.staged.columns, *present)
            .select_from(self._beside)
            .where(or_(self._is_new, self._differs))
            .order_by(self.staged.c[SOURCE_ROW])
            .limit(limit)
        )

    def difference(self, row: Mapping[Any, Any]) -> Difference:
        """Tell one difference from both sides of a row."""
        staged = {name: row[name] for name in self._fields}
        former = {name: row[f"present_{name}"] for name in self._fields}
        keys = [column.name for column in self.table.primary_key.columns]
        if row[f"present_{keys[0]}"] is None:
            return Difference(row["entry"], row[SOURCE_ROW], {}, staged)
        changed = [name for name in self._fields if staged[name] != former[name]]
        return Difference(
            row["entry"],
            row[SOURCE_ROW],
            {name: former[name] for name in changed},
            {name: staged[name] for name in changed},
        )

    def former_versions(self, dialect: str) -> Insert:
        """Keep what the changes will overwrite."""
        source = self.table.join(self.staged, self._same)
        return keep_former(self.table, source, self._differs, self.act, dialect)

    def changes(self) -> Update:
        """Overwrite the fields that the source brings, where one differs."""
        values = {name: self.staged.c[name] for name in self._fields}
        return (
            update(self.table)
            .values({**values, ACT: self.act.import_id})
            .where(self._same, self._differs)
        )

    def additions(self) -> Insert:
        """Add the staged rows that have no entry."""
        names = [column.name for column in self.table.columns if column.name != ACT]
        new = select(*(self.staged.c[name] for name in names), literal(self.act.import_id))
        return insert(self.table).from_select(
            [*names, ACT], new.select_from(self._beside).where(self._is_new)
        )


def _entry(kind: RegisterKind, key: object) -> tuple[Table, ColumnElement[bool]]:
    table = directory_table(kind)
    parts = key if isinstance(key, tuple) else (key,)
    columns = table.primary_key.columns
    return table, and_(*(c == part for c, part in zip(columns, parts, strict=True)))
