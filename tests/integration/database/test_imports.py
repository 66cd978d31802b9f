"""The stage on PostgreSQL, and a dirty directory that fares there as it does on SQLite."""

from pathlib import Path
from typing import Any

import pytest

from coordinator.adapters.db import bulk
from coordinator.bootstrap import Coordinator, coordinator
from coordinator.bootstrap.reading import read_import
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.services import registers
from coordinator.services.registers import Source
from coordinator.settings import Settings
from tests.benchmarks.dirty_objects import Written, write_dirty_objects
from tests.compliance.repositories import OpenWork
from tests.compliance.staging import StagingCompliance
from tests.play import Play
from tests.snapshots import migrated_file, sqlite_url

pytestmark = pytest.mark.needs_postgres
OBJECTS = RegisterKind.OBJECTS


class TestStaging(StagingCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write_dirty_objects(tmp_path_factory.mktemp("dirty"), 2_400)


@pytest.fixture(params=["row by row", "indexes anew"])
def bulk_from(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_FROM_ROWS", 10 if request.param == "indexes anew" else 50_000)


@pytest.mark.usefixtures("bulk_from")
async def test_a_dirty_directory_fares_alike_on_both_databases(
    empty: Play, migrated_url: str, written: Written, tmp_path: Path
) -> None:
    file = await migrated_file(tmp_path / "county.db")

    on_postgres = await brought_in_three_times(migrated_url, tmp_path, written.path)
    on_sqlite = await brought_in_three_times(sqlite_url(file), tmp_path, written.path)

    assert on_postgres == on_sqlite
    first, again, changed = on_postgres["figures"]
    assert (first[0], first[3]) == (written.rows - written.refused - REPEATED, written.refused)
    assert (again[0], again[1]) == (0, 0)
    assert (changed[0], changed[1]) == (0, 1)
    assert len(on_postgres["versions"]) == 1


REPEATED = 2  # of 24 dirty rows, those that repeat the row before them word by word


async def brought_in_three_times(url: str, folder: Path, file: Path) -> dict[str, Any]:
    """Import a file, the same again, and the same with one row changed; give all that is kept."""
    changed = folder / "changed.csv"
    lines = file.read_text("gb18030").splitlines(keepends=True)
    lines[5] = lines[5].replace("平川县", "新川县")
    changed.write_text("".join(lines), "gb18030")
    settings = Settings(database_url=url, data_folder=folder)
    async with coordinator(settings) as parts:
        figures = [await brought_in(parts, path) for path in (file, file, changed)]
        async with parts.work(writes=False) as work:
            problems = await work.import_problems.where()
            versions = await work.register_versions.where()
            return {
                "figures": figures,
                "objects": await work.objects.where(),
                "problems": [(each.number, each.row, each.rule, each.facts) for each in problems],
                "versions": [(each.key, each.number, each.value) for each in versions],
            }


async def brought_in(parts: Coordinator, path: Path) -> tuple[int, ...]:
    async with parts.work() as work:
        source = Source(name=path.name, channel=Channel.COMMAND)
        act = await registers.open_import(work, OBJECTS, source)
    await read_import(parts, act.import_id, path)
    async with parts.work() as work:
        done = await registers.apply_import(work, act.import_id, accepted_only=True)
    return done.number_added, done.number_changed, done.number_unchanged, done.number_refused
