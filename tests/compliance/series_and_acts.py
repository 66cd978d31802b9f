"""What number series and the audit chain must do, in memory and on both databases."""

import pytest

from tests.compliance.repositories import OpenWork
from tests.play import fail_after, office


class SeriesAndActsCompliance:
    """Gap-free numbers, and one entry per act."""

    async def test_a_series_counts_from_one_and_a_failed_transaction_gives_its_number_back(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office()) as work:
            assert [await work.next_number("x"), await work.next_number("x")] == [1, 2]
            assert await work.next_number("y") == 1
        with pytest.raises(ZeroDivisionError):
            await fail_after(open_work, lambda work: work.next_number("x"))

        async with open_work(office()) as work:
            assert await work.next_number("x") == 3

    async def test_every_act_leaves_an_entry_even_with_a_fact_named_subject(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office("office-a")) as work:
            await work.audit("x:y:z", "thing", subject="uscc:1", tag="t", number=3)

            [entry] = await work.audit_entries.where()
        assert (entry.number, entry.actor, entry.tag, entry.subject) == (
            1,
            "office-a",
            "x:y:z",
            "thing",
        )
        assert entry.facts == {"subject": "uscc:1", "tag": "t", "number": 3}
