"""`onevisit merge`: merge check lists from plain CSV on paper, without server or database (3.7)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from coordinator.domain.checklist_merge import (
    CHECK_FIELDS,
    OPTIONAL_CHECK_FIELDS,
    Check,
    Merge,
    MergePolicy,
    check_from_fields,
    merge_checks,
    policy_from_fields,
)
from coordinator.domain.errors import RuleBrokenError

app = typer.Typer(
    no_args_is_help=True, help="检查清单合并 · merge check lists into the fewest visits"
)
_WORDS = {
    "not-empty": ("非空文本", "a text that is not empty"),
    "unique": ("每个对象、事项单、部门、事项只出现一次", "each check only once"),
    "texts": ("文本列表", "a list of texts"),
}
_OUTPUT_FIELDS = ("visit", "object", "line", "item", "date_from", "date_to")


class _InputRefusedError(Exception):
    """The input can't be merged; `reasons` are lines for people, Chinese and English."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


@app.callback()
def _merge() -> None:
    """检查清单合并 · merge check lists into the fewest visits."""


@app.command()
def compute(
    checks: Annotated[Path, typer.Option(help="CSV of checks, UTF-8")],
    policy: Annotated[Path, typer.Option(help='JSON: {"max_minutes": …, "desk_methods": […]}')],
    out: Annotated[Path, typer.Option(help="CSV of visits to write")],
    summary: Annotated[Path | None, typer.Option(help="JSON summary to write")] = None,
) -> None:
    """合并检查清单，入企次数最少 · merge the checks of each place into the fewest visits."""
    try:
        merge_policy = _read_policy(policy)
        read = list(_read_checks(checks))
        merge = _merge_rows(checks.name, read, merge_policy)
        outputs = {out: _visits_csv(merge)}
        if summary is not None:
            outputs[summary] = json.dumps(asdict(merge.summary), indent=2) + "\n"
        _write_all(outputs)
    except _InputRefusedError as error:
        for reason in error.reasons:
            typer.echo(reason, err=True)
        raise typer.Exit(2) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _InputRefusedError(
            f"{path.name}: 不是 UTF-8 编码，第 {error.start + 1} 字节起无法识别"
            f" · not UTF-8 at byte {error.start + 1}"
        ) from error
    except OSError as error:
        raise _InputRefusedError(
            f"{path.name}: 文件无法读取 · can't be read ({error.strerror})"
        ) from error


def _read_policy(path: Path) -> MergePolicy:
    text = _read_text(path)
    try:
        return policy_from_fields(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise _InputRefusedError(
            f"{path.name}: 不是有效的 JSON · not valid JSON: {error}"
        ) from error
    except RuleBrokenError as error:
        raise _InputRefusedError(_policy_reason(path.name, error.facts)) from error


def _read_checks(path: Path) -> Iterator[tuple[int, Check]]:
    """Yield (row in the file, check); refuse with the reasons of all bad rows at once."""
    rows = csv.reader(io.StringIO(_read_text(path), newline=""), strict=True)
    reasons: list[str] = []
    try:
        header = _require_header(path.name, next(rows, []))
        before = rows.line_num
        for cells in rows:
            row, before = before + 1, rows.line_num  # a quoted cell may span lines
            if not cells:
                continue
            if len(cells) != len(header):
                reasons.append(_width_reason(path.name, row, len(header), len(cells)))
                continue
            try:
                yield row, check_from_fields(dict(zip(header, cells, strict=True)), row)
            except RuleBrokenError as error:
                reasons.append(_row_reason(path.name, row, error.facts))
    except csv.Error as error:
        reasons.append(
            f"{path.name}: 第 {rows.line_num} 行不是有效的 CSV"
            f" · row {rows.line_num} is not valid CSV: {error}"
        )
    if reasons:
        raise _InputRefusedError(*reasons)


def _require_header(file_name: str, header: list[str]) -> list[str]:
    allowed = {*CHECK_FIELDS, *OPTIONAL_CHECK_FIELDS}
    faults = {
        "缺少列 · missing columns": [field for field in CHECK_FIELDS if field not in header],
        "多余的列 · unknown columns": [field for field in header if field not in allowed],
        "重复的列 · repeated columns": sorted({f for f in header if header.count(f) > 1}),
    }
    reasons = [
        f"{file_name}: 第 1 行 · row 1: {fault}: {', '.join(map(repr, fields))}"
        for fault, fields in faults.items()
        if fields
    ]
    if reasons:
        raise _InputRefusedError(*reasons)
    return header


def _merge_rows(file_name: str, read: list[tuple[int, Check]], policy: MergePolicy) -> Merge:
    try:
        return merge_checks([check for _, check in read], policy)
    except RuleBrokenError as error:
        # The domain counts checks from 1; people look for the row of the file.
        positions = {key: error.facts[key] for key in ("row", "first_row") if key in error.facts}
        facts = error.facts | {key: read[int(str(at)) - 1][0] for key, at in positions.items()}
        raise _InputRefusedError(_row_reason(file_name, facts["row"], facts)) from error


def _visits_csv(merge: Merge) -> str:
    lines = sorted(
        (
            check.object,
            f"{visit.place}#{visit.number}",
            check.line,
            check.item,
            visit.date_from.isoformat(),
            visit.date_to.isoformat(),
        )
        for visit in merge.visits
        for check in visit.checks
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_OUTPUT_FIELDS)
    writer.writerows((visit, object_id, *rest) for object_id, visit, *rest in lines)
    return text.getvalue()


def _write_all(outputs: Mapping[Path, str]) -> None:
    """Write each file beside its name, then rename all: readers see old or new, never half."""
    partial = {path: path.with_name(f".{path.name}.partial") for path in outputs}
    try:
        for path, text in outputs.items():
            partial[path].write_bytes(text.encode())
        for path, written in partial.items():
            written.replace(path)
    except OSError as error:
        raise _InputRefusedError(
            f"{error.filename}: 无法写入 · can't be written ({error.strerror})"
        ) from error
    finally:
        _remove(partial.values())


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _row_reason(file_name: str, row: object, facts: Mapping[str, object]) -> str:
    first_row = facts.get("first_row")
    same = "" if first_row is None else f"（与第 {first_row} 行重复 · same as row {first_row}）"
    chinese, english = _difference(facts)
    column = facts["field"]
    return (
        f"{file_name}: 第 {row} 行 {column} 列: {chinese}"
        f" · row {row}, column {column}: {english}{same}"
    )


def _width_reason(file_name: str, row: int, expected: int, found: int) -> str:
    return (
        f"{file_name}: 第 {row} 行: 应有 {expected} 列，实有 {found} 列"
        f" · row {row}: expected {expected} columns, found {found}"
    )


def _policy_reason(file_name: str, facts: Mapping[str, object]) -> str:
    chinese, english = _difference(facts)
    return f"{file_name}: {facts['field']}: {chinese} · {facts['field']}: {english}"


def _difference(facts: Mapping[str, object]) -> tuple[str, str]:
    expected, found = str(facts["expected"]), repr(facts["found"])
    chinese, english = _WORDS.get(expected, (expected, expected))
    return f"应为 {chinese}，实为 {found}", f"expected {english}, found {found}"
