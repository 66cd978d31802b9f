"""Freeze and draw tell how far they are while their transaction is open, and why they failed."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from coordinator.adapters.progress_files import ProgressFile
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import Conditions
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.progress import LongStep, Progress
from tests.integration.services.ceremony import refused, round_of
from tests.integration.services.test_published_records import change_line
from tests.play import ROUND, Play
from tests.snapshots import Snapshot


class WatchedShelf(FolderShelf):
    """Keeps what could be read of the progress after each word of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: list[Progress | None] = []

    @override
    def working(self, round_id: str, begun: Progress) -> AbstractContextManager[ProgressFile]:
        shelf, work = self, super().working(round_id, begun)

        class Watched(AbstractContextManager[Any]):
            @override
            def __enter__(self) -> "Watched":
                self.told = work.__enter__()
                shelf.seen.append(shelf.progress(round_id))
                return self

            @override
            def __exit__(self, *about: Any) -> bool | None:
                return work.__exit__(*about)

            def tell(self, *step: Any, **how_far: Any) -> None:
                self.told.tell(*step, **how_far)
                shelf.seen.append(shelf.progress(round_id))

        return Watched()


@pytest.fixture
async def watched(
    county_adopted: Snapshot, tmp_path: Path
) -> AsyncIterator[tuple[Play, WatchedShelf]]:
    shelf = WatchedShelf(tmp_path / "records")
    play = county_adopted.resume(tmp_path, shelf=shelf)
    yield play, shelf
    await play.close()


async def test_a_freeze_tells_line_and_rows_and_a_draw_its_stages(
    watched: tuple[Play, WatchedShelf],
) -> None:
    play, shelf = watched
    await play.open_round(ROUND, "L1", "L2")

    frozen = await play.freeze(ROUND)
    freezing = [each for each in shelf.seen if each]
    shelf.seen.clear()
    await play.draw_frozen(frozen)

    assert all(each.is_running and each.begun_by == "office-b" for each in freezing)
    assert {(each.number, each.of) for each in freezing} == {(0, 0), (1, 2), (2, 2)}
    assert freezing[-1].rows > freezing[1].rows >= 0
    assert [each.step for each in shelf.seen if each] == [
        LongStep.OBJECTS,
        LongStep.MERGE,
        LongStep.TEAMS,
    ]
    assert shelf.progress(ROUND) is None


async def test_a_freeze_that_fails_changes_nothing_and_leaves_its_reason(
    watched: tuple[Play, WatchedShelf],
) -> None:
    play, shelf = watched
    await play.open_round(ROUND, "L1", "L2")
    await change_line(play, "L2", conditions=Conditions(tags=("nobody",)))

    await refused(Rule.FRAME_EMPTY, play.freeze(ROUND))

    left = shelf.progress(ROUND)
    assert left is not None
    assert (left.is_running, left.rule, left.facts) == (False, "frame-empty", {"line": "L2"})
    assert (await round_of(play)).state is RoundState.OPEN
