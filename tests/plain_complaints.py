"""The complaints grouped plainly, one by one: what the database must agree with."""

from collections.abc import Iterable, Sequence
from datetime import date

from coordinator.domain.complaints import Complaint, ComplaintGroup


def plain_groups(complaints: Iterable[Complaint], today: date) -> list[ComplaintGroup]:
    """Make every complaint a group of its own."""
    return [
        ComplaintGroup(
            outcome=each.outcome,
            is_open=each.open,
            in_time=each.answered_date is not None and each.answered_date <= each.answer_due,
            overdue=each.open and each.answer_due < today,
            number=1,
        )
        for each in complaints
    ]


class PlainComplaintGroups:
    """Groups the complaints of a collection's values."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self._complaints = complaints

    async def of_year(self, year: int, today: date) -> Sequence[ComplaintGroup]:
        of_year = [each for each in self._complaints if each.received_date.year == year]
        return plain_groups(of_year, today)
