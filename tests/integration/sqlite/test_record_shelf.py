"""Disclosed records: written whole, once, and never replaced by another."""

from pathlib import Path

import pytest

from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.errors import Rule, RuleBrokenError

RECORD = {"rules.json": b"{}", "frames/L1.tsv": b"#\n"}


def test_a_record_is_written_whole_and_again_without_change(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)

    first = shelf.publish("R1", RECORD)
    second = shelf.publish("R1", RECORD)

    assert first == second == str(tmp_path / "R1")
    assert {
        path.relative_to(first).as_posix(): path.read_bytes()
        for path in Path(first).rglob("*")
        if path.is_file()
    } == RECORD


def test_a_record_is_never_replaced_by_one_that_differs(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    shelf.publish("R1", RECORD)

    with pytest.raises(RuleBrokenError) as refused:
        shelf.publish("R1", {**RECORD, "rules.json": b"{ }"})

    assert refused.value.rule is Rule.ALREADY_EXISTS
    assert (tmp_path / "R1" / "rules.json").read_bytes() == b"{}"


def test_what_is_no_record_does_not_verify(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)

    assert shelf.verify(shelf.publish("R1", RECORD), {"keys": []}) != "ok"
