"""`onevisit merge`: merge check lists from plain CSV on paper, without server or database (3.7)."""

import csv
import gc
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO, Annotated

import typer

from coordinator.commands.merge_details import details_of
from coordinator.commands.merge_files import (
    CheckFile,
    InputRefusedError,
    Write,
    read_policy,
    write_all,
)
from coordinator.domain.checklist_merge import Merge, MergePolicy, merge_checks
from coordinator.domain.errors import RuleBrokenError

app = typer.Typer(
    no_args_is_help=True, help="检查清单合并 · merge check lists into the fewest visits"
)
_OUTPUT_FIELDS = ("visit", "object", "line", "item", "date_from", "date_to")


@app.callback()
def _merge() -> None:
    """检查清单合并 · merge check lists into the fewest visits."""


@app.command()
def compute(
    checks: Annotated[Path, typer.Option(help="CSV of checks, UTF-8")],
    policy: Annotated[Path, typer.Option(help='JSON: {"max_minutes": …, "desk_methods": […]}')],
    out: Annotated[Path, typer.Option(help="CSV of visits to write")],
    summary: Annotated[Path | None, typer.Option(help="JSON summary to write")] = None,
    details: Annotated[
        Path | None,
        typer.Option(
            help="JSON to write: savings per object, place, department and line; "
            "how far large groups may be above the minimum"
        ),
    ] = None,
) -> None:
    """合并检查清单，入企次数最少 · merge the checks of each place into the fewest visits."""
    try:
        with _uncollected():
            source = CheckFile(checks)
            merge = _merged(source, read_policy(policy))
            outputs: dict[Path, Write] = {
                out: lambda file: _write_visits(file, merge, plain=source.plain)
            }
            if summary is not None:
                outputs[summary] = lambda file: _write_json(file, asdict(merge.summary))
            if details is not None:
                outputs[details] = lambda file: _write_json(file, details_of(merge))
            write_all(outputs)
    except InputRefusedError as error:
        for reason in error.reasons:
            typer.echo(reason, err=True)
        raise typer.Exit(2) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away: a million checks have none, and its passes take long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _merged(file: CheckFile, policy: MergePolicy) -> Merge:
    checks = file.checks()
    try:
        return merge_checks(checks, policy)
    except RuleBrokenError as error:
        file.refuse(error)


def _write_visits(file: IO[str], merge: Merge, *, plain: bool) -> None:
    """Write a row per check by object, visit, line, item; `plain`: no text of them needs quotes."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_OUTPUT_FIELDS)
    if plain:
        file.writelines(map("%s,%s,%s,%s,%s,%s\n".__mod__, _rows(merge)))
    else:
        writer.writerows(_rows(merge))


def _rows(merge: Merge) -> Iterator[tuple[str, ...]]:
    """Give the rows in their order: all but the object within each object."""
    iso = cache(date.isoformat)
    rows: dict[str, list[tuple[str, str, str, str, str, str]]] = defaultdict(list)
    for visit in merge.visits:
        name = f"{visit.place}#{visit.number}"
        days = iso(visit.date_from), iso(visit.date_to)
        for check in visit.checks:
            rows[check.object].append((name, check.object, check.line, check.item, *days))
    for code in sorted(rows):
        yield from sorted(rows.pop(code))


def _write_json(file: IO[str], document: object) -> None:
    json.dump(document, file, ensure_ascii=False, indent=2)
    file.write("\n")
