"""The reference localities, made once: kept with their plan as a draft, and copied from there.

What is planted into a draft is refused and undone, so that a whole module shares it; so do tests
that only read an adopted plan.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.play import PLAN
from tests.scenarios import dacheng, emergency, pingluo, province, qingyang
from tests.scenarios.localities import Locality, go_on
from tests.snapshots import Snapshot


@pytest.fixture(scope="session")
async def dacheng_kept(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return await (await dacheng.draft_dacheng(tmp_path_factory.mktemp("dacheng"))).keep()


@pytest.fixture(scope="module")
async def dacheng_draft(
    dacheng_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Locality]:
    async with _copy(dacheng_kept, tmp_path_factory.mktemp("dacheng"), dacheng.PROFILE) as county:
        yield county


@pytest.fixture(scope="module")
async def dacheng_adopted(
    dacheng_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Locality]:
    async with _copy(dacheng_kept, tmp_path_factory.mktemp("dacheng"), dacheng.PROFILE) as county:
        await county.adopt(PLAN, dacheng.NUMBER)
        yield county


@pytest.fixture(scope="session")
async def pingluo_kept(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return await (await pingluo.draft_pingluo(tmp_path_factory.mktemp("pingluo"))).keep()


@pytest.fixture(scope="module")
async def pingluo_draft(
    pingluo_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Locality]:
    async with _copy(pingluo_kept, tmp_path_factory.mktemp("pingluo"), pingluo.PROFILE) as county:
        yield county


@pytest.fixture
async def pingluo_adopted(pingluo_kept: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    async with _copy(pingluo_kept, tmp_path, pingluo.PROFILE) as county:
        await county.adopt(PLAN, pingluo.NUMBER)
        yield county


@pytest.fixture(scope="session")
async def emergency_drawn(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return await (await emergency.begin_county(tmp_path_factory.mktemp("emergency"))).keep()


@pytest.fixture(scope="session")
async def province_opened(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The platform before any list has come."""
    return await (await province.found_province(tmp_path_factory.mktemp("province"))).keep()


@pytest.fixture(scope="session")
async def province_listed(
    province_opened: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """Both lists taken in, two rows linked by hand, the plan drafted."""
    platform = go_on(province_opened, tmp_path_factory.mktemp("listed"), province.PROFILE)
    await province.draft_plan_of_lists(platform)
    return await platform.keep()


@pytest.fixture(scope="session")
async def qingyang_begun(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Organs, the first list and both directories."""
    return await (await qingyang.begin_qingyang(tmp_path_factory.mktemp("qingyang"))).keep()


@asynccontextmanager
async def _copy(kept: Snapshot, folder: Path, profile: str) -> AsyncIterator[Locality]:
    county = go_on(kept, folder, profile)
    yield county
    await county.play.close()
