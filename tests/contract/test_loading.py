"""Loading a part of a program: once, and collecting goes on as it did before."""

import gc
import sys
from pathlib import Path

import pytest

from contracts.loading import loaded, settle


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_part_is_loaded_without_collecting_and_given_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "part_of_a_program.py").write_text("import gc\nwas_collecting = gc.isenabled()\n")
    monkeypatch.delitem(sys.modules, "part_of_a_program", raising=False)

    part = loaded("part_of_a_program")

    assert part.was_collecting is False
    assert gc.isenabled()
    assert loaded("part_of_a_program") is part
    del sys.modules["part_of_a_program"]


def test_collecting_goes_on_when_a_part_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError):
        loaded("no_such_part_of_a_program")

    assert gc.isenabled()


def test_what_is_there_stays_out_of_collections_that_are_rare() -> None:
    before = gc.get_freeze_count()
    made: list[list[int]] = [[] for _ in range(1_000)]

    settle()

    assert gc.get_freeze_count() >= before + len(made)
    assert gc.get_threshold()[0] > 700  # Python's own
