"""`onevisit import …`: official lists and registers from files, with a report of every problem.

Exit status: 0 all rows in, 1 some rows refused, 2 nothing read. A file with refused rows changes
nothing unless `--accept-valid` takes its valid rows. Several files are several imports; the exit
status is that of the worst.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.readers import OwnTables
from coordinator.bootstrap.reading import ReadFile, upload_file
from coordinator.commands.import_reports import FileOutcome, act_figures, tell
from coordinator.commands.import_runs import Wish, import_files, interruptible, read_uploaded
from coordinator.commands.running import run, show
from coordinator.domain.registers.acts import RegisterAct, RegisterKind
from coordinator.services import registers
from coordinator.services.ports import Query

app = typer.Typer(help="Take in lists and registers from files.", no_args_is_help=True)
_LATEST = 20
_DAY = ["%Y-%m-%d"]

Files = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="xlsx, xls, ods, csv. Each file is an import of its own, in or out by itself.",
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Which column holds which field (JSON)."),
]
Aliases = Annotated[
    Path | None, typer.Option(help="Own alias table (TOML) beside the shipped one.")
]
Columns = Annotated[
    Path | None, typer.Option(help="Own headers and words (TOML) beside the shipped ones.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")]
AcceptValid = Annotated[
    bool, typer.Option("--accept-valid", help="Take the valid rows of a file with refused ones.")
]
Report = Annotated[
    Path | None,
    typer.Option(help="Write the row-level report as xlsx; of a second file to NAME-2.xlsx …"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures and first problems as JSON.")]


def _directory(kind: RegisterKind, help_text: str) -> None:
    """Register the command of a kind of file that is read row by row."""

    @app.command(kind.value, help=help_text)
    def import_kind(  # noqa: PLR0913 - options of a command
        files: Files,
        *,
        mapping: Mapping = None,
        columns: Columns = None,
        aliases: Aliases = None,
        dry_run: DryRun = False,
        accept_valid: AcceptValid = False,
        report: Report = None,
        as_json: AsJson = False,
    ) -> None:
        wish = Wish(
            kind,
            own=OwnTables(columns, aliases),
            mapping=mapping,
            dry_run=dry_run,
            accept_valid=accept_valid,
            report=report,
            as_json=as_json,
        )
        import_files(files, wish)


for _kind, _help in (
    (RegisterKind.OBJECTS, "Take in the directory of inspected objects 检查对象名录库."),
    (RegisterKind.INSPECTORS, "Take in the directory of inspectors 执法检查人员名录库."),
    (RegisterKind.EXPERTS, "Take in the experts 专家库."),
    (RegisterKind.RECUSALS, "Take in declared conflicts of interest 回避."),
    (RegisterKind.JOINT_LIST, "Take in the joint list 部门联合抽查事项清单, linked to items."),
    (RegisterKind.CALENDAR, "Take in the working days of whole years 工作日历."),
    (RegisterKind.REGIONS, "Take in region codes 行政区划代码."),
    (RegisterKind.INDUSTRIES, "Take in industry codes 国民经济行业分类."),
):
    _directory(_kind, _help)


@app.command("item-list")
def item_list(  # noqa: PLR0913 - options of a command
    files: Files,
    *,
    number: Annotated[str | None, typer.Option(help="File number of the version.")] = None,
    effective: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="Day from which the version is in force."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Items of these departments not in it end.")
    ] = False,
    valid_from: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="First day of items without one; default 1 January."),
    ] = None,
    mapping: Mapping = None,
    columns: Columns = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    accept_valid: AcceptValid = False,
    report: Report = None,
    as_json: AsJson = False,
) -> None:
    """Publish item lists 抽查事项清单 as they are: merged cells, continuation rows, two headers."""
    order = {"file_number": number, "effective_date": _day(effective), "replace": replace or None}
    wish = Wish(
        RegisterKind.ITEM_LIST,
        own=OwnTables(columns, aliases, valid_from and valid_from.date()),
        mapping=mapping,
        order={name: value for name, value in order.items() if value is not None},
        dry_run=dry_run,
        accept_valid=accept_valid,
        report=report,
        as_json=as_json,
    )
    import_files(files, wish)


@app.command("read", hidden=True)
def read(import_id: str) -> None:
    """Read an uploaded file into the stage; the console starts this."""

    async def act(parts: Coordinator) -> RegisterAct:
        async with parts.work(writes=False) as work:
            opened = await work.imports.get(import_id)
        return await read_uploaded(parts, opened, upload_file(parts, opened))

    show(act_figures(interruptible(act)))


@app.command("status")
def status(import_id: Annotated[str | None, typer.Argument()] = None) -> None:
    """Show how far imports are: one of them, or the latest."""

    async def act(parts: Coordinator) -> list[dict[str, Any]]:
        async with parts.work(writes=False) as work:
            if import_id is not None:
                return [_status(await work.imports.get(import_id))]
            query = Query(order="imported_at", descending=True, limit=_LATEST)
            return [_status(each) for each in (await work.imports.page(query)).values]

    show(run(act))


@app.command("cancel")
def cancel(import_id: str) -> None:
    """Cancel an import that is being read or waits; the register stays as it is."""

    async def act(parts: Coordinator) -> RegisterAct:
        async with parts.work() as work:
            return await registers.cancel_import(work, import_id)

    show(_status(run(act)))


@app.command("apply")
def apply(import_id: str, accept_valid: AcceptValid = False) -> None:
    """Apply an import that was read and waits."""

    async def act(parts: Coordinator) -> RegisterAct:
        async with parts.work() as work:
            return await registers.apply_import(work, import_id, accepted_only=accept_valid)

    outcome = FileOutcome(read=ReadFile(run(act)))
    tell(outcome)
    if outcome.status:
        raise typer.Exit(outcome.status)


def _day(given: datetime | None) -> str | None:
    return given.date().isoformat() if given else None


def _status(act: RegisterAct) -> dict[str, Any]:
    return {
        "import_id": act.import_id,
        "source": act.source,
        "imported_at": act.imported_at.isoformat(),
        "imported_by": act.imported_by,
        "bytes_read": act.bytes_read,
        "bytes_total": act.bytes_total,
        **act_figures(act),
    }
