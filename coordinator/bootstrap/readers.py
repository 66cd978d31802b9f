"""Which reader reads which kind of file, with the tables of this office."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from coordinator.adapters.db.staged_tables import record_writer
from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.joint_list import (
    JointListReport,
    match_joint_list,
    read_joint_list,
)
from coordinator.adapters.imports.reading import CellProblem
from coordinator.adapters.imports.registers import Sources, load_sources, stream_written
from coordinator.bootstrap.chunks import Gathering, number_of_lines
from coordinator.domain.errors import Rule
from coordinator.domain.registers.acts import DIRECTORIES, RegisterAct, RegisterKind
from coordinator.domain.registers.joint_list import LinkedRow
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.services.ports import Work
from coordinator.services.registers import Chunk


@dataclass(frozen=True)
class OwnTables:
    """An office's own tables beside the shipped ones; `valid_from` is for lists without a day."""

    columns: Path | None = None
    aliases: Path | None = None
    valid_from: date | None = None


@dataclass(frozen=True)
class Opened:
    """A file whose rows can be asked for; `figures` are what its kind tells beside the counts.

    `fields` are those of a directory for which the file has a column.
    """

    chunks: Iterator[Chunk]
    figures: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


async def sources_of(work: Work, own: OwnTables) -> Sources:
    """Load the tables by which this office's files are read."""
    return load_sources(
        own.columns,
        own.aliases,
        regions=await work.regions.where(),
        industries=await work.industries.where(),
        departments=await work.departments.where(),
        day=work.today(),
    )


async def open_file(
    work: Work, act: RegisterAct, path: Path, own: OwnTables, dialect: str
) -> Opened:
    """Open a file of the act's kind; RuleBrokenError for a file that is no such table."""
    sources = await sources_of(work, own)
    if act.kind is RegisterKind.ITEM_LIST:
        day = own.valid_from or date(work.today().year, 1, 1)
        context = ItemListContext(sources.tables, sources.aliases, sources.methods, day)
        reading = read_item_list(path, context, column_mapping(act))
        chunk = Gathering(act).whole(reading, reading.values, reading.warnings)
        return Opened(iter([chunk]))
    if act.kind is RegisterKind.JOINT_LIST:
        items = await work.items.where()
        rows = read_joint_list(path, sources.tables, sources.aliases, column_mapping(act))
        matched = match_joint_list(rows, items, sources.tables, sources.aliases)
        linked = [each.row for each in matched.rows]
        doubts = [*rows.warnings, *(_unlinked(row) for row in matched.rows if not _is_linked(row))]
        return Opened(iter([Gathering(act).whole(rows, linked, doubts)]), joint_figures(matched))
    # A department's own rows are looked at one by one, so they come as values.
    are_records = act.kind in DIRECTORIES and act.department is None
    writer = partial(record_writer, act.kind, dialect) if are_records else None
    fields: list[str] = []
    outcomes = stream_written(
        act.kind.value, path, sources, column_mapping(act), writer, fields.extend
    )
    gathering = Gathering(act, number_of_lines(path), are_records=are_records)
    return Opened(gathering.chunks(outcomes), fields=tuple(sorted(fields)))


def column_mapping(act: RegisterAct) -> ColumnMapping | None:
    """Give the mapping of columns that an act was opened with, None to go by the headers."""
    table = {name: value for name, value in (act.mapping or {}).items() if name != "list"}
    return ColumnMapping.model_validate(table) if table else None


def joint_figures(matched: JointListReport) -> dict[str, Any]:
    """Give the figures of a joint list, and what a person still has to place."""
    counts = {state.value: number for state, number in matched.counts().items()}
    linked = sum(bool(row.row.linked_items) for row in matched.rows)
    return {
        "domains_imported": matched.number_of_domains,
        "states": counts,
        "linked": linked,
        "unlinked": len(matched.rows) - linked,
        "unplaced": len(matched.reading.rows_refused) + len(matched.unplaced_departments),
        "unplaced_departments": list(matched.unplaced_departments),
    }


def _is_linked(row: LinkedRow) -> bool:
    return bool(row.row.linked_items)


def _unlinked(linked: LinkedRow) -> CellProblem:
    """Name the published items that a person may link the row to."""
    named = "; ".join(f"{hint.item_code} {hint.item_name}" for hint in linked.suggestions)
    return CellProblem(
        linked.row.source_row,
        "抽查事项",
        linked.row.item_text,
        Rule.JOINT_ROW_UNLINKED,
        named,
        (("suggestions", named or "—"),),
    )
