"""Frames as files: frozen while they come in, read by one thread or two, nothing left behind."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.draw_files import MalformedRecordError, record_lines
from contracts.draw_record import commitment
from coordinator.adapters import frame_files
from coordinator.adapters.frame_files import FileFrame
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.lottery.frames import (
    ROWS_AT_ONCE,
    Content,
    FrameBytes,
    FrameName,
    FrozenFrame,
    counted,
)
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.object_draw import draw_line
from tests.unit.lottery.frame_cases import LINE, ROUND, a_frame, a_rule, frozen, many_rows

KEY = bytes(range(32))
NAME = FrameName(ROUND, 1, LINE)
ROWS = [row._replace(object=f"o:{n:06}") for n, row in enumerate(many_rows(40_000))]


@pytest.fixture(scope="module")
def content() -> bytes:
    return frozen(ROWS)


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "records")


def blocks(content: bytes) -> Iterator[bytes]:
    lines = record_lines(content)
    for start in range(0, len(lines), ROWS_AT_ONCE):
        yield b"".join(line + b"\n" for line in lines[start : start + ROWS_AT_ONCE])


def freeze(shelf: FolderShelf, content: bytes, committed: tuple[str, ...] = ()) -> FrozenFrame:
    with shelf.draft(NAME, KEY, committed) as draft:
        for lines in blocks(content):
            draft.add(lines)
        return draft.finish()


def there(shelf: FolderShelf, found: FrozenFrame) -> Path:
    assert found.path is not None
    return shelf.frame(found.path, found.digest, found.counts).path


@pytest.mark.parametrize("large", [1, 1_000_000, 1 << 30])
def test_a_frame_is_the_same_whether_it_went_to_a_file_or_not(
    shelf: FolderShelf, content: bytes, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", large)

    found = freeze(shelf, content)

    body = found.body if found.path is None else there(shelf, found).read_bytes()
    assert (found.path is None) == (large > len(content))
    assert body == content
    assert found.digest == hashlib.sha256(content).hexdigest()
    expected = commitment(record_lines(content), KEY)
    assert (found.root, found.number_of_records) == (expected.root, expected.count)
    assert found.counts == counted(FrameBytes(content), ROUND, LINE).counts


def test_one_thread_and_two_draw_the_same_from_a_file(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)
    path = tmp_path / "frame.tsv"
    path.write_bytes(content)
    rule, keys = a_rule({"A": (1, 90, 0), "*": (1, 50, 3)}), StageKeys(bytes(32))

    draws = [
        draw_line(keys, LINE, rule, counted(FileFrame(path, threads=n), ROUND, LINE))
        for n in (1, 2)
    ]

    assert draws[0] == draws[1] == draw_line(keys, LINE, rule, a_frame(ROWS))


@pytest.mark.parametrize("large", [1, 1 << 30])
def test_a_bad_row_in_a_file_is_named_by_whoever_reads_it(
    large: int, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", large)
    path = tmp_path / "frame.tsv"
    path.write_bytes(content.replace(b"o:030000\t", b"o:030000 \t"))

    with pytest.raises(MalformedRecordError) as refused:
        counted(FileFrame(path), ROUND, LINE)

    assert (refused.value.row, refused.value.field) == (30_002, "object")


def test_a_file_that_was_changed_is_not_intact(
    shelf: FolderShelf, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)
    found = freeze(shelf, content)
    assert found.path is not None
    frame = shelf.frame(found.path, found.digest, found.counts)

    before = frame.is_intact()
    there(shelf, found).write_bytes(content.replace(b"\tA\t1\t-", b"\tB\t1\t-", 1))

    assert before
    assert not frame.is_intact()


def test_a_freeze_that_fails_leaves_no_file(
    shelf: FolderShelf, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)
    bad = content.replace(b"o:030000\t", b"o:030000 \t")

    with pytest.raises(MalformedRecordError) as refused:
        freeze(shelf, bad)

    assert (refused.value.row, refused.value.field) == (30_002, "object")
    assert [path for path in (tmp_path / "frozen").rglob("*") if path.is_file()] == []


def test_the_file_of_a_freeze_that_was_rolled_back_goes_with_the_next_one(
    shelf: FolderShelf, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)
    orphan, kept = freeze(shelf, content).path, freeze(shelf, frozen(ROWS[1:])).path
    orphan_again = freeze(shelf, content, (str(kept),)).path

    last = freeze(shelf, frozen(ROWS[2:]), (str(kept),)).path

    assert orphan == orphan_again
    names = {path.name for path in (tmp_path / "frozen" / ROUND / "1").iterdir()}
    assert names == {Path(str(kept)).name, Path(str(last)).name}


def test_a_published_record_has_the_frozen_file_itself(
    shelf: FolderShelf, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)
    found = freeze(shelf, content)
    assert found.path is not None
    record: dict[str, Content] = {
        "rules.json": b"{}",
        "frames/L1.tsv": shelf.frame(found.path, found.digest, found.counts),
    }

    first, second = shelf.publish(ROUND, record), shelf.publish(ROUND, record)

    assert first == second
    assert (Path(first) / "frames" / "L1.tsv").samefile(there(shelf, found))


def test_lines_after_a_short_block_are_refused(shelf: FolderShelf) -> None:
    with shelf.draft(NAME, KEY, ()) as draft:
        draft.add(b"o:1\to:1\t-\t1\t-\n")
        with pytest.raises(ValueError, match="only the last"):
            draft.add(b"o:2\to:2\t-\t1\t-\n")
