"""What every collection must do with lists that hold a value, blank fields and latest days."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any

import pytest

from coordinator.domain.registers import Grading
from coordinator.services.ports import Actor, Query
from tests.builders import an_inspector, an_object
from tests.play import office

OpenWork = Callable[[Actor], AbstractAsyncContextManager[Any]]
A_GRADING = Grading(scheme="food-risk", value="D", source="x", date=date(2026, 1, 1))


class NarrowedPagesCompliance:
    """Pages of objects and inspectors, narrowed by what equality can't say."""

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            (Query(contains={"tags": "餐饮"}), "ab"),
            (Query(contains={"tags": "餐"}), ""),
            (Query(contains={"tags": 'it"s'}), "b"),
            (Query(contains={"tags": "餐饮"}, equals={"region": "640221"}), "a"),
            (Query(blank=("region",)), "b"),
            (Query(blank=("risk_class",)), "ab"),
            (Query(blank=("tags",)), "c"),
            (Query(blank=("gradings",)), "ab"),
            (Query(blank=("risk_class", "region")), "b"),
            (Query(filled=("region",)), "ac"),
            (Query(filled=("risk_class",)), "c"),
            (Query(filled=("gradings",)), "c"),
            (Query(filled=("tags",), blank=("risk_class",)), "ab"),
            (Query(text="13900"), "a"),
            (Query(text="13900", within=("name", "object_id")), ""),
            (Query(text="B", within=("name",)), "b"),
            (Query(), "abc"),
        ],
        ids=str,
    )
    async def test_a_page_of_objects_can_be_narrowed_by_lists_and_blanks(
        self, open_work: OpenWork, query: Query, names: str
    ) -> None:
        async with open_work(office()) as work:
            await work.objects.add(
                [
                    an_object(
                        1,
                        name="a",
                        region="640221",
                        tags=("餐饮", "x"),
                        risk_class=None,
                        phone="139001",
                    ),
                    an_object(2, name="b", region="", tags=('it"s', "餐饮"), risk_class=None),
                    an_object(3, name="c", region="640222", risk_class="A", tags=()).model_copy(
                        update={"gradings": (A_GRADING,)}
                    ),
                ]
            )

            page = await work.objects.page(query)
        assert "".join(each.name for each in page.values) == names
        assert page.total == len(names)

    async def test_a_latest_day_counts_itself(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            await work.inspectors.add(
                an_inspector(f"i{day}", certificate_to=date(2027, 1, day)) for day in (1, 2, 3)
            )

            page = await work.inspectors.page(Query(until={"certificate_to": date(2027, 1, 2)}))
        assert [each.inspector_id for each in page.values] == ["i1", "i2"]
