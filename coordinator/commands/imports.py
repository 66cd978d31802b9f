"""`onevisit import …`: official lists and registers from files, with a report of every problem.

Exit status: 0 all rows in, 1 some rows refused, 2 nothing read.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.adapters.documents.workbooks import workbook
from coordinator.adapters.imports.experts import read_experts
from coordinator.adapters.imports.inspectors import read_inspectors
from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.joint_list import (
    JointListReport,
    match_joint_list,
    read_joint_list,
)
from coordinator.adapters.imports.objects import read_objects
from coordinator.adapters.imports.reading import Reading
from coordinator.adapters.imports.recusals import read_recusals
from coordinator.adapters.imports.tables import (
    AliasTable,
    ImportTables,
    load_aliases,
    load_import_tables,
    load_methods,
)
from coordinator.bootstrap import Coordinator
from coordinator.commands.import_reports import joint_summary, problem, suggestions, summary
from coordinator.commands.running import in_both_languages, run, show
from coordinator.domain.errors import RuleBrokenError
from coordinator.services import registers
from coordinator.services.ports import ImportReport, Work

app = typer.Typer(help="Take in lists and registers from files.", no_args_is_help=True)
_SOME_REFUSED = 1
_HEADINGS = ("行 row", "列 column", "值 value", "规则 rule", "说明", "explanation")

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="xlsx, xls, csv.")]
Aliases = Annotated[
    Path | None, typer.Option(help="Own alias table (TOML) beside the shipped one.")
]
Columns = Annotated[
    Path | None, typer.Option(help="Own headers and words (TOML) beside the shipped ones.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and report, keep nothing.")]
Report = Annotated[Path | None, typer.Option(help="Write the row-level report as xlsx.")]

Keep = Callable[[Work, Sequence[Any], ImportReport], Awaitable[None]]


@dataclass(frozen=True)
class _Options:
    """How one import is asked for, with the tables it reads by."""

    kind: str
    aliases: AliasTable
    tables: ImportTables
    dry_run: bool
    report: Path | None
    extra: dict[str, Any] = field(default_factory=dict)


@app.command("item-list")
def item_list(
    files: Files,
    aliases: Aliases = None,
    columns: Columns = None,
    valid_from: Annotated[
        str | None, typer.Option(help="First day in force, ISO date; default 1 January.")
    ] = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Publish item lists 抽查事项清单 as they are: merged cells, continuation rows, two headers."""
    options = _options("item-list", aliases, columns, dry_run=dry_run, report=report)

    def read(parts: Coordinator, path: Path) -> Reading[Any]:
        first_day = valid_from or f"{parts.clock.today().year}-01-01"
        context = ItemListContext(
            options.tables, options.aliases, load_methods(), date.fromisoformat(first_day)
        )
        return read_item_list(path, context)

    _import(files, options, read, registers.publish_items)


@app.command("objects")
def objects(
    files: Files, columns: Columns = None, dry_run: DryRun = False, report: Report = None
) -> None:
    """Take in the directory of inspected objects 检查对象名录库."""
    options = _options("objects", None, columns, dry_run=dry_run, report=report)
    _import(
        files,
        options,
        lambda _, path: read_objects(path, options.tables),
        registers.import_objects,
    )


@app.command("inspectors")
def inspectors(
    files: Files,
    aliases: Aliases = None,
    columns: Columns = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Take in the directory of inspectors 执法检查人员名录库."""
    options = _options("inspectors", aliases, columns, dry_run=dry_run, report=report)
    _import(
        files,
        options,
        lambda _, path: read_inspectors(path, options.tables, options.aliases),
        registers.import_inspectors,
    )


@app.command("experts")
def experts(
    files: Files, columns: Columns = None, dry_run: DryRun = False, report: Report = None
) -> None:
    """Take in the experts 专家库."""
    options = _options("experts", None, columns, dry_run=dry_run, report=report)
    _import(
        files,
        options,
        lambda _, path: read_experts(path, options.tables),
        registers.import_experts,
    )


@app.command("recusals")
def recusals(
    files: Files, columns: Columns = None, dry_run: DryRun = False, report: Report = None
) -> None:
    """Take in declared conflicts of interest 回避."""
    options = _options("recusals", None, columns, dry_run=dry_run, report=report)
    _import(
        files,
        options,
        lambda _, path: read_recusals(path, options.tables),
        registers.import_recusals,
    )


@app.command("joint-list")
def joint_list(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    aliases: Aliases = None,
    columns: Columns = None,
    dry_run: DryRun = False,
    report: Report = None,
) -> None:
    """Take in the joint list 部门联合抽查事项清单 and link its rows to published items."""
    options = _options("joint-list", aliases, columns, dry_run=dry_run, report=report)

    async def act(parts: Coordinator) -> JointListReport:
        reading = read_joint_list(file, options.tables, options.aliases)
        async with parts.work() as work:
            items = await work.items.where()
            matched = match_joint_list(reading, items, options.tables, options.aliases)
            if not dry_run:
                await registers.import_joint_list(
                    work,
                    [linked.row for linked in matched.rows],
                    _report(work, options, file, reading, suggestions(matched)),
                )
        return matched

    matched = run(act)
    _write_report(options, [matched.reading], suggestions(matched))
    show(joint_summary(matched))
    _exit([matched.reading])


def _options(
    kind: str, aliases: Path | None, columns: Path | None, *, dry_run: bool, report: Path | None
) -> _Options:
    return _Options(kind, load_aliases(aliases), load_import_tables(columns), dry_run, report)


def _import(
    files: Sequence[Path],
    options: _Options,
    read: Callable[[Coordinator, Path], Reading[Any]],
    keep: Keep,
) -> None:
    async def act(parts: Coordinator) -> list[Reading[Any]]:
        readings = [read(parts, path) for path in files]
        if not options.dry_run:
            async with parts.work() as work:
                for path, reading in zip(files, readings, strict=True):
                    await keep(work, reading.values, _report(work, options, path, reading))
        return readings

    readings = run(act)
    _write_report(options, readings)
    show([summary(path, reading) for path, reading in zip(files, readings, strict=True)])
    _exit(readings)


def _report(
    work: Work,
    options: _Options,
    path: Path,
    reading: Reading[Any],
    more: Sequence[dict[str, Any]] = (),
) -> ImportReport:
    found = (*reading.problems, *reading.warnings)
    return ImportReport(
        import_id=work.new_id(),
        kind=options.kind,
        source=path.name,
        imported_at=work.now(),
        imported_by=work.actor.name,
        number_of_rows=reading.number_of_rows,
        number_accepted=len(reading.rows_accepted),
        problems=(*(problem(each) for each in found), *more),
    )


def _write_report(
    options: _Options, readings: Sequence[Reading[Any]], more: Sequence[dict[str, Any]] = ()
) -> None:
    if options.report is None:
        return
    found = [each for reading in readings for each in (*reading.problems, *reading.warnings)]
    rows = [
        (
            each.row,
            each.column,
            each.value,
            each.rule.value,
            *in_both_languages(RuleBrokenError(each.rule, **each.facts())),
        )
        for each in found
    ]
    rows += [
        (
            each["row"],
            each["column"],
            each["value"],
            each["rule"],
            "; ".join(f"{hint['item_code']} {hint['item_name']}" for hint in each["suggestions"]),
            "",
        )
        for each in more
    ]
    options.report.write_bytes(workbook(options.kind, _HEADINGS, rows))


def _exit(readings: Sequence[Reading[Any]]) -> None:
    if not any(reading.rows_accepted for reading in readings):
        raise typer.Exit(2)
    if any(reading.rows_refused for reading in readings):
        raise typer.Exit(_SOME_REFUSED)
