"""A whole round whose frames lie on the shelf: the same bytes, and none of them in a row."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.draw_files import record_lines
from contracts.draw_tables import FRAMES
from contracts.vocabulary import DrawOutcome
from coordinator.adapters import frame_files
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.errors import Rule
from coordinator.services import lottery
from coordinator.services.appraisal import round_figures
from coordinator.services.public_keys import published_keys
from coordinator.services.record_files import large_frame, size_of
from coordinator.web.archives import archive_of
from tests.integration.services.ceremony import refused
from tests.play import AUDITOR, ROUND, Play
from tests.snapshots import Snapshot


@pytest.fixture
async def play(
    county_adopted: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Play]:
    """The small county, in which every frame counts as large."""
    monkeypatch.setattr(frame_files, "LARGE", 1)
    play = county_adopted.resume(tmp_path, shelf=FolderShelf(tmp_path / "records"))
    yield play
    await play.close()


async def the_file(play: Play, line: str) -> Path:
    async with play.work(AUDITOR) as work:
        file = await work.record_files.get((ROUND, 1, FRAMES.path(line)))
        assert file.body == b""
        return Path(large_frame(work, file))


async def test_a_round_with_frames_on_the_shelf_is_drawn_and_verifies(play: Play) -> None:
    await play.drawn_round(ROUND, "L1", "L2")

    async with play.work(AUDITOR) as work:
        folder = work.shelf.publish(ROUND, await lottery.whole_record(work, ROUND))
        assert work.shelf.verify(folder, await published_keys(work)) == "ok"
        figures = await round_figures(work, ROUND)
    frames = [(await the_file(play, line)).read_bytes() for line in ("L1", "L2")]
    objects = {line.split(b"\t")[0] for frame in frames for line in record_lines(frame)}
    assert figures.objects_in_frames == len(objects)
    assert [(Path(folder) / FRAMES.path(line)).read_bytes() for line in ("L1", "L2")] == frames


async def test_the_archive_of_a_record_has_the_frames_of_the_shelf(play: Play) -> None:
    await play.drawn_round(ROUND, "L1")

    async with play.work(AUDITOR) as work:
        answer = archive_of(ROUND, await lottery.whole_record(work, ROUND))
        packed = b"".join([piece async for piece in answer.body_iterator])  # type: ignore[attr-defined] # streamed
    archive = zipfile.ZipFile(io.BytesIO(packed))
    inside = archive.read(f"{ROUND}/{FRAMES.path('L1')}")
    assert inside == (await the_file(play, "L1")).read_bytes()


async def test_a_frame_lost_from_the_shelf_is_asked_for_back(play: Play) -> None:
    await play.open_round(ROUND, "L1")
    frozen = await play.freeze(ROUND)
    path = await the_file(play, "L1")
    away = path.rename(path.with_suffix(".away"))

    await refused(Rule.FROZEN_FILE_CHANGED, play.draw_frozen(frozen))
    away.rename(path)
    drawn = await play.draw(ROUND)

    assert drawn.outcome is DrawOutcome.DONE


async def test_a_frame_changed_on_the_shelf_is_not_drawn_from(play: Play) -> None:
    await play.open_round(ROUND, "L1")
    frozen = await play.freeze(ROUND)
    path = await the_file(play, "L1")
    path.write_bytes(path.read_bytes().replace(b"\t-\n", b"\tcap\n", 1))

    error = await refused(Rule.FROZEN_FILE_CHANGED, play.draw_frozen(frozen))

    assert error.facts == {"round": ROUND, "file": FRAMES.path("L1")}


async def test_the_size_of_a_frame_on_the_shelf_is_that_of_its_file(play: Play) -> None:
    await play.open_round(ROUND, "L1")
    await play.freeze(ROUND)

    async with play.work(AUDITOR) as work:
        file = await work.record_files.get((ROUND, 1, FRAMES.path("L1")))
        other = await work.record_files.get((ROUND, 1, "rules.json"))
        sizes = (size_of(work, file), size_of(work, other))

    assert sizes == ((await the_file(play, "L1")).stat().st_size, len(other.body))
