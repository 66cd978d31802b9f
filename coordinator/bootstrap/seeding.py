"""What a fresh database starts with: the shipped holiday calendar and region table."""

from coordinator.adapters.imports.shipped_tables import shipped_regions
from coordinator.adapters.policy_files import read_calendar_days
from coordinator.bootstrap import Coordinator
from coordinator.services import registers

_REGIONS = "regions.csv"


async def seed(parts: Coordinator) -> None:
    """Take in shipped calendar years that are missing, and regions where there are none yet."""
    async with parts.work() as work:
        await registers.seed_calendar(work, read_calendar_days(parts.settings.policies))
        if await work.regions.count() == 0:
            await registers.import_regions(work, shipped_regions(), _REGIONS)
