"""SQLite files at one moment of the flow, made once and copied by each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.record_shelf import FolderShelf
from tests.at_once import engine_at_once
from tests.play import Play, start


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


_MIGRATED: list[bytes] = []


async def migrated_file(file: Path) -> Path:
    """Make an empty SQLite database of the newest schema; only the first of a process migrates."""
    if _MIGRATED:
        file.write_bytes(_MIGRATED[0])
        return file
    engine = engine_at_once(sqlite_url(file))
    await upgrade(engine)
    await engine.dispose()
    _MIGRATED.append(file.read_bytes())
    return file


@dataclass(frozen=True)
class Snapshot:
    """A county at one moment of the flow, to be copied by each test."""

    file: Path
    at: Any

    def resume(self, folder: Path, *, shelf: FolderShelf | None = None) -> Play:
        play = start(
            sqlite_url(Path(shutil.copy(self.file, folder / "county.db"))), folder, shelf=shelf
        )
        play.clock.at = self.at
        return play


async def snapshot(play: Play, file: Path) -> Snapshot:
    """Close a play and keep its database as it is."""
    await play.close()
    return Snapshot(file, play.clock.at)
