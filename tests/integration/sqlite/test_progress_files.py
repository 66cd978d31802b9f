"""Progress of long work: read while it goes on, and what is left when it did not end well."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coordinator.adapters.progress_files import ProgressFolder
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.progress import LongStep, Progress

BEGUN = Progress(
    step=LongStep.FREEZE,
    begun_by="office-b",
    begun_at=datetime(2026, 3, 25, 9, tzinfo=UTC),
)


def test_others_read_how_far_the_work_is_while_it_goes_on(tmp_path: Path) -> None:
    folder = ProgressFolder(tmp_path / "progress")

    with folder.working("R1", BEGUN) as told:
        told.tell(LongStep.FREEZE, number=3, of=148, rows=1_234_567)
        far = folder.read("R1")
        told.tell(LongStep.TEAMS)
        then = folder.read("R1")

    assert far is not None
    assert (far.number, far.of, far.rows, far.is_running) == (3, 148, 1_234_567, True)
    assert (far.begun_by, far.begun_at) == (BEGUN.begun_by, BEGUN.begun_at)
    assert then is not None
    assert (then.step, then.rows) == (LongStep.TEAMS, 0)
    assert folder.read("R1") is None


def test_a_broken_rule_stays_to_be_read_until_the_work_is_done_well(tmp_path: Path) -> None:
    folder = ProgressFolder(tmp_path)

    with pytest.raises(RuleBrokenError), folder.working("R1", BEGUN):
        raise RuleBrokenError(Rule.FRAME_EMPTY, line="L1", missing=("a", "b"))
    left = folder.read("R1")
    with folder.working("R1", BEGUN):
        pass

    assert left is not None
    assert not left.is_running
    assert (left.rule, left.facts) == ("frame-empty", {"line": "L1", "missing": ["a", "b"]})
    assert folder.read("R1") is None


def test_work_whose_process_ended_is_known_to_have_broken_off(tmp_path: Path) -> None:
    folder = ProgressFolder(tmp_path)

    child = os.fork()
    if child == 0:
        with folder.working("R1", BEGUN):
            os._exit(0)
    os.waitpid(child, 0)
    left = folder.read("R1")

    assert left is not None
    assert (left.is_running, left.rule) == (False, None)


def test_what_is_no_progress_is_none(tmp_path: Path) -> None:
    (tmp_path / "R1.json").write_text("{")

    assert ProgressFolder(tmp_path).read("R1") is None
    assert ProgressFolder(tmp_path).read("R2") is None
