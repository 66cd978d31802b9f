"""What the counts of complaints ask of the database: groups, never what anybody said."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from coordinator.domain.complaints import ComplaintGroup


class ComplaintGroups(Protocol):
    """Complaints counted where they are stored."""

    async def of_year(self, year: int, today: date) -> Sequence[ComplaintGroup]:
        """Group the complaints received in a year by all that is counted; late ones as of today."""
        ...
