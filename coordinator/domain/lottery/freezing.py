"""From rows to the frozen files of a round and the roots that commit to them (3-draw.md 3.1)."""

from collections.abc import Iterable, Mapping

from contracts.draw_files import MalformedRecordError, Row, Table, format_file, record_lines
from contracts.draw_record import Commitment, commitment
from coordinator.domain.errors import Rule, RuleBrokenError

COMMITTED_BEFORE = ("frames", "rosters", "bars")
COMMITTED_AFTER = ("drawn", "items", "teams")


def freeze(table: Table[Row], round_id: str, rows: Iterable[Row], name: str = "-") -> bytes:
    """Return the bytes of one file; raise RuleBrokenError naming file, row and field."""
    try:
        return format_file(table, round_id, rows, name)
    except MalformedRecordError as error:
        raise field_invalid(error) from None


def field_invalid(error: MalformedRecordError) -> RuleBrokenError:
    """Return the broken rule that a malformed file means inside the coordinator."""
    return RuleBrokenError(
        Rule.FROZEN_FIELD_INVALID,
        file=error.file,
        row=error.row,
        field=error.field,
        problem=error.problem,
    )


def freeze_each(
    table: Table[Row], round_id: str, rows: Mapping[str, Iterable[Row]]
) -> dict[str, bytes]:
    """Return the files of one folder by path, for rows by line or department."""
    return {table.path(name): freeze(table, round_id, rows[name], name) for name in sorted(rows)}


def roots(
    files: Mapping[str, bytes], salts: Mapping[str, bytes], folders: Iterable[str]
) -> dict[str, Commitment]:
    """Return the commitment of each .tsv file in these folders, by path; `salts` are the keys S."""
    return {
        path: commitment(record_lines(files[path]), salts[path])
        for path in sorted(files)
        if path.partition("/")[0] in set(folders) and path.endswith(".tsv")
    }


def commit_roots(
    files: Mapping[str, bytes], salts: Mapping[str, bytes], folder: str
) -> dict[str, Commitment]:
    """Return what commit.json says about one folder: commitments by line or department."""
    found = roots(files, salts, (folder,))
    return {
        path.removeprefix(f"{folder}/").removesuffix(".tsv"): each for path, each in found.items()
    }
