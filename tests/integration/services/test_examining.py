"""An opened record is verified and audited afterwards, and nobody waits for it meanwhile."""

import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typing_extensions import override

from coordinator.adapters.record_shelf import FolderShelf
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import examine_opened_records
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState
from coordinator.services import lottery
from tests.integration.services.ceremony import refused, round_of
from tests.play import AUDITOR, ROUND, Play, office
from tests.snapshots import Snapshot


class BusyShelf(FolderShelf):
    """Somebody writes to the database while the verifier runs."""

    def __init__(self, folder: Path, database: Path) -> None:
        super().__init__(folder)
        self.database = database
        self.written = 0

    @override
    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        with sqlite3.connect(self.database, timeout=0, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")  # raises where anybody holds the write lock
            other.execute("COMMIT")
        other.close()
        self.written += 1
        return super().verify(folder, keys)


@pytest.fixture
async def busy(
    county_dispatched: Snapshot, tmp_path: Path
) -> AsyncIterator[tuple[Play, BusyShelf]]:
    shelf = BusyShelf(tmp_path / "records", tmp_path / "county.db")
    play = county_dispatched.resume(tmp_path, shelf=shelf)
    yield play, shelf
    await play.close()


def _parts(play: Play) -> Coordinator:
    return cast("Coordinator", SimpleNamespace(around=play.around))


async def test_others_write_while_a_record_is_verified_and_audited_once(
    busy: tuple[Play, BusyShelf],
) -> None:
    play, shelf = busy
    assert await examine_opened_records(_parts(play)) == []
    for task in await play.tasks(ROUND):
        await play.report(task)
    opened = await round_of(play)

    first = await examine_opened_records(_parts(play))
    again = await examine_opened_records(_parts(play))

    examined = await round_of(play)
    async with play.work(AUDITOR) as work:
        audit = await work.round_audits.get(ROUND)
        entries = await work.audit_entries.where(tag="lottery:record:examined")
    assert (opened.state, opened.verify_result) == (RoundState.DISCLOSED, None)
    assert (first, again, shelf.written) == ([ROUND], [], 1)
    assert examined.verify_result == "ok"
    assert {each.line for each in audit.strata} == {"L1", "L2"}
    assert len(entries) == 1


async def test_a_second_examination_changes_nothing(busy: tuple[Play, BusyShelf]) -> None:
    play, shelf = busy
    for task in await play.tasks(ROUND):
        await play.report(task)
    async with play.work(AUDITOR) as work:
        opened = await lottery.gather_opened(work, ROUND)
    found = lottery.examine(shelf, opened)

    for _time in range(2):
        async with play.work(office()) as work:
            await lottery.keep_examination(work, found)
    async with play.work(AUDITOR) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, lottery.keep_examination(work, found))

    async with play.work(AUDITOR) as work:
        assert len(await work.audit_entries.where(tag="lottery:record:examined")) == 1
