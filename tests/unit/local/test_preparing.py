"""The data folder of a run: one run at a time, emptied only when it is a rehearsal's."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.preparing import SetupError, Wish, keep_result, kept_result, prepared


def a_wish(folder: Path) -> Wish:
    return Wish(folder=folder, database_url=None, with_lists=False, reset=False)


def finish(folder: Path, *, with_lists: bool = False) -> None:
    keep_result(folder, {"visits": 1} | ({"domains_imported": 36} if with_lists else {}))


def run(wish: Wish) -> list[str]:
    """Prepare and let go; gives what was told."""
    told: list[str] = []
    with ExitStack() as stack:
        prepared(wish, told.append, stack)
    return told


def test_a_finished_run_is_kept(tmp_path: Path) -> None:
    wish = a_wish(tmp_path / "run")
    run(wish)
    finish(wish.folder)

    assert run(wish) == []
    assert kept_result(wish.folder) == {"visits": 1}


@pytest.mark.parametrize("case", ["reset", "broke off", "other lists"])
def test_what_can_not_be_kept_is_started_from_nothing(tmp_path: Path, case: str) -> None:
    wish = a_wish(tmp_path / "run")
    run(wish)
    if case != "broke off":
        finish(wish.folder, with_lists=case == "other lists")
    (wish.folder / "old").touch()

    told = run(replace(wish, reset=case == "reset"))

    assert told == ["从头开始 / starting from nothing"]
    assert not (wish.folder / "old").exists()


def test_somebody_elses_folder_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("words")

    with pytest.raises(SetupError, match="not a folder of a rehearsal"):
        run(replace(a_wish(tmp_path / "run"), reset=True))

    assert (tmp_path / "run" / "thesis.txt").read_text() == "words"


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    wish = a_wish(tmp_path / "run")

    with ExitStack() as first:
        prepared(wish, print, first)
        (wish.folder / "mine").touch()
        with pytest.raises(SetupError, match="another run"):
            run(replace(wish, reset=True))

        assert (wish.folder / "mine").exists()
    run(wish)
