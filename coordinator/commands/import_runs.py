"""One import from the command line: open, read with progress, look or apply, report."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from coordinator.adapters.documents.workbooks import workbook
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.readers import OwnTables
from coordinator.bootstrap.reading import (
    ReadFile,
    cancel_if_open,
    marked_as_running,
    read_import,
    read_marked_import,
    sweep,
)
from coordinator.commands.import_reports import (
    NOTHING_READ,
    SHOWN,
    FileOutcome,
    summary,
    tell,
    tell_all,
)
from coordinator.commands.running import require_writable, run, show
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import ActState, Channel, RegisterAct, RegisterKind
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.services import registers
from coordinator.services.ports import Query
from coordinator.services.registers import Source
from coordinator.web.import_report import problem_report

_SHOWS_PROGRESS = 4_000_000  # bytes; smaller files are read at once
T = TypeVar("T")


@dataclass(frozen=True)
class Wish:
    """How files are to be imported; `order` says how a list is published."""

    kind: RegisterKind
    own: OwnTables = field(default_factory=OwnTables)
    mapping: Path | None = None
    order: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    accept_valid: bool = False
    report: Path | None = None
    as_json: bool = False


def import_files(files: Sequence[Path], wish: Wish) -> None:
    """Import files one after the other, each as an import of its own, and say what became of each.

    Exits with the worst status; a report that could not be written stops it before anything is
    read.
    """
    require_writable(_report_paths(wish, len(files)))
    outcomes = interruptible(lambda parts: _import_all(parts, files, wish))
    if wish.as_json:
        show([summary(outcome) for outcome in outcomes])
    for outcome in () if wish.as_json else outcomes:
        tell(outcome)
    if len(outcomes) > 1 and not wish.as_json:
        tell_all(outcomes)
    status = max(outcome.status for outcome in outcomes)
    if status:
        raise typer.Exit(status)


def interruptible(act: Callable[[Coordinator], Awaitable[T]]) -> T:
    """Run an act that Ctrl-C and SIGTERM cancel; then nothing was changed, and the exit says so."""

    async def guarded(parts: Coordinator) -> T:
        with _cancelled_by_signals():
            await sweep(parts)
            return await act(parts)

    try:
        return run(guarded)
    except asyncio.CancelledError:
        typer.echo("已取消，登记库没有改动。\nCancelled; the register was not changed.", err=True)
        raise typer.Exit(NOTHING_READ) from None


async def read_uploaded(parts: Coordinator, act: RegisterAct, path: Path) -> RegisterAct:
    """Read an uploaded file into the stage; the file goes when it is read."""
    try:
        return (await read_import(parts, act.import_id, path)).act
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def _import_all(parts: Coordinator, files: Sequence[Path], wish: Wish) -> list[FileOutcome]:
    outcomes = []
    for path in files:
        outcome = await _import(parts, path, wish)
        outcomes.append(outcome)
    await _write_reports(parts, outcomes, wish)
    for outcome in outcomes if wish.dry_run else ():
        await _forget(parts, outcome.act)
    return outcomes


async def _import(parts: Coordinator, path: Path, wish: Wish) -> FileOutcome:
    with contextlib.ExitStack() as until_the_end:
        async with parts.work() as work:
            act = await registers.open_import(work, wish.kind, _source(path, wish))
            # Marked before anybody can see it: no sweep takes it for an abandoned one.
            until_the_end.enter_context(marked_as_running(parts, act.import_id))
        try:
            return await _read_and_settle(parts, act, path, wish)
        except asyncio.CancelledError:
            await cancel_if_open(parts, act.import_id)
            raise


async def _read_and_settle(
    parts: Coordinator, act: RegisterAct, path: Path, wish: Wish
) -> FileOutcome:
    started = perf_counter()
    with _progress(act) as progress:
        read = await read_marked_import(parts, act.import_id, path, wish.own, progress)
    seconds = {"read": perf_counter() - started}
    read = await _settled(parts, read, wish)
    seconds["apply"] = perf_counter() - started - seconds["read"]
    return replace(await _outcome(parts, read, wish), seconds=seconds)


async def _settled(parts: Coordinator, read: ReadFile, wish: Wish) -> ReadFile:
    """Apply what was read, unless it is only looked at or has rows that stop it."""
    act = read.act
    if act.state is not ActState.READ:
        return read
    if not act.number_accepted:
        error = RuleBrokenError(Rule.IMPORT_NOTHING_READ, source=act.source)
        async with parts.work() as work:
            return replace(read, act=await registers.fail_import(work, act.import_id, error))
    if not wish.dry_run and (wish.accept_valid or not act.number_refused):
        return replace(read, act=await _applied(parts, act, wish))
    return read


async def _applied(parts: Coordinator, act: RegisterAct, wish: Wish) -> RegisterAct:
    """Apply an import; what the register refuses as a whole fails it, and is told with its rows."""
    try:
        async with parts.work() as work:
            return await registers.apply_import(
                work, act.import_id, accepted_only=wish.accept_valid
            )
    except RuleBrokenError as error:
        if error.is_out_of_service:
            raise
        async with parts.work() as work:
            return await registers.fail_import(work, act.import_id, error)


async def _outcome(parts: Coordinator, read: ReadFile, wish: Wish) -> FileOutcome:
    async with parts.work(writes=False) as work:
        waits = read.act.state is ActState.READ
        differences = await registers.preview_import(work, read.act, SHOWN) if waits else ()
        query = Query(equals={"import_id": read.act.import_id}, order="number", limit=SHOWN)
        problems = (await work.import_problems.page(query)).values
    return FileOutcome(read=read, dry_run=wish.dry_run, differences=differences, problems=problems)


def _source(path: Path, wish: Wish) -> Source:
    mapping: dict[str, Any] = {"list": wish.order} if wish.order else {}
    if wish.mapping is not None:
        table = ColumnMapping.from_json(wish.mapping.read_bytes())
        mapping |= table.model_dump(mode="json")
    return Source(
        name=path.name,
        channel=Channel.COMMAND,
        mapping=mapping or None,
        bytes_total=path.stat().st_size,
    )


def _report_paths(wish: Wish, number: int) -> list[Path]:
    """Give where the report of each file goes: from the second on, numbered in its name."""
    if wish.report is None:
        return []
    stem = wish.report.stem
    further = (wish.report.with_stem(f"{stem}-{each}") for each in range(2, number + 1))
    return [wish.report, *further]


async def _write_reports(parts: Coordinator, outcomes: Sequence[FileOutcome], wish: Wish) -> None:
    for path, outcome in zip(_report_paths(wish, len(outcomes)), outcomes, strict=False):
        async with parts.work(writes=False) as work:
            path.write_bytes(await problem_report(work, outcome.act.import_id, workbook))


async def _forget(parts: Coordinator, act: RegisterAct) -> None:
    async with parts.work() as work:
        await registers.forget_import(work, act.import_id)


@contextlib.contextmanager
def _cancelled_by_signals() -> Iterator[None]:
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, task.cancel if task else loop.stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def _progress(act: RegisterAct) -> Iterator[Callable[[RegisterAct], None]]:
    """Show a bar on standard error for a large file, when somebody looks."""
    if act.bytes_total < _SHOWS_PROGRESS or not sys.stderr.isatty():
        yield lambda _act: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]} 行 rows"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(act.source, total=act.bytes_total, rows=0)
        yield lambda now: bar.update(task, completed=now.bytes_read, rows=now.number_of_rows)
