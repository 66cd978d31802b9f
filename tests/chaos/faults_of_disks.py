"""No room on the disks of the office's own PostgreSQL: one for its tables, one for its log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coordinator.domain.errors import Rule
from tests.chaos.fault import Fault, Part
from tests.chaos.plant import Plant, Store, until
from tests.chaos.site import OfficeSite, a_site
from tests.chaos.small_disks import TABLES, WAL, PostgresOnSmallDisks, SmallDisk

_PANIC = "PANIC:"
_NO_ROOM = "No space left on device"


async def tables_disk_full(plant: Plant, chance: Random) -> None:
    """No room for rows: what needs some is refused with the reason, and leaves nothing behind."""
    async with a_site(plant) as site:
        async with _filled(plant, TABLES):
            await _business_is_refused(plant, Rule.STORE_FULL)
            await _site_refuses(site, Rule.STORE_FULL)
            assert Rule.STORE_FULL in await site.warnings()
            await asyncio.sleep(chance.uniform(0, 2))
        await _goes_on(plant, site)


async def log_disk_full(plant: Plant, chance: Random) -> None:
    """No room for the write-ahead log: PostgreSQL panics, and is started again if it gave up."""
    server = _server(plant)
    said = _panics(server)
    async with a_site(plant) as site:
        async with _filled(plant, WAL) as disk:

            async def has_panicked() -> bool:
                await asyncio.to_thread(disk.fill)  # whatever a checkpoint has freed
                await _log_moves_on(plant)
                return _panics(server) > said

            await until(has_panicked, "PostgreSQL panics")
            await _business_is_refused(plant, Rule.STORE_AWAY)
            await asyncio.sleep(chance.uniform(0, 2))
        plant.figures["panics"] = _panics(server) - said
        plant.figures["ended"] = float(not server.is_running)
        await _recovered(plant, server)
        await _goes_on(plant, site)


@asynccontextmanager
async def _filled(plant: Plant, name: str) -> AsyncIterator[SmallDisk]:
    """Leave no room on a disk, and give it back afterwards."""
    disk = _server(plant).disks[name]
    try:
        await asyncio.to_thread(disk.fill)
        yield disk
    finally:
        disk.free()


async def _site_refuses(site: OfficeSite, rule: Rule) -> None:
    async def is_refused() -> bool:
        return await site.refuses(rule)

    await until(is_refused, f"the site refuses by {rule}")


async def _business_is_refused(plant: Plant, rule: Rule) -> None:
    """Wait until a transaction was refused by a rule; writes some if nobody does any more."""
    before = plant.refusals().count(rule)

    async def is_refused() -> bool:
        if plant.writing is None or plant.writing.done():
            plant.start_writing(1, Random(before))  # noqa: S311 - replayable
        return plant.refusals().count(rule) > before

    await until(is_refused, f"business is refused by {rule}")


async def _log_moves_on(plant: Plant) -> None:
    """Let the log begin its next file: those it had in store are used up sooner."""
    with suppress(DBAPIError, OSError):
        async with plant.parts.engine.connect() as connection:
            await connection.execute(text("SELECT pg_switch_wal()"))


async def _recovered(plant: Plant, server: PostgresOnSmallDisks) -> None:
    """Wait until the server answers; start it when it has given up."""

    async def answers() -> bool:
        if not server.is_running:
            await plant.restart_database()
        with suppress(DBAPIError, OSError):
            async with plant.parts.engine.connect() as connection:
                return bool((await connection.execute(text("SELECT 1"))).scalar_one())
        return False

    await until(answers, "the database answers")


async def _goes_on(plant: Plant, site: OfficeSite) -> None:
    await until(site.takes, "the site takes in again")
    assert Rule.STORE_FULL not in await site.warnings(), "a warning stays when its cause is gone"
    await plant.more_was_told(1)


def _panics(server: PostgresOnSmallDisks) -> int:
    lines = (server.folder / "log" / "postgres.log").read_text().splitlines()
    return sum(_PANIC in line and _NO_ROOM in line for line in lines)


def _server(plant: Plant) -> PostgresOnSmallDisks:
    if not isinstance(plant.postgres, PostgresOnSmallDisks):
        raise TypeError("this plant's disks can't be filled")
    return plant.postgres


DISK_FAULTS = (
    Fault(
        "tables-disk-full",
        tables_disk_full,
        frozenset({Part.DATABASE}),
        on=frozenset({Store.POSTGRES}),
    ),
    Fault(
        "log-disk-full",
        log_disk_full,
        frozenset({Part.DATABASE}),
        on=frozenset({Store.POSTGRES}),
    ),
)
"""Played where file systems may be made, as root may."""
