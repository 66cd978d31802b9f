"""What organs, sections, regions and designations must do on both databases."""

from datetime import date
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.registers.organisation import LegalCapacity, Level, Region, may_check
from coordinator.domain.registers.sections import Section
from coordinator.services import registers
from coordinator.services.ports import Department
from coordinator.services.registers import Designating
from tests.builders import FIRE, MARKET, a_department
from tests.play import Play, clerk, office

WHOM = Conditions(tags=("hotel",), industries=("H61",), key_unit=True)
COUNTY, NEIGHBOUR, ENDED = "640221", "640205", "640222"
REGIONS = (
    Region(code="640000", name="宁夏回族自治区", level=Level.PROVINCE),
    Region(code="640200", name="石嘴山市", level=Level.CITY, parent="640000"),
    Region(code=COUNTY, name="平罗县", level=Level.COUNTY, parent="640200"),
    Region(code=NEIGHBOUR, name="惠农区", level=Level.COUNTY, parent="640200"),
    Region(
        code=ENDED,
        name="陶乐县",
        level=Level.COUNTY,
        parent="640200",
        valid_to=date(2003, 12, 31),
        successor=COUNTY,
    ),
)
DOCUMENT = Designating(
    department=MARKET,
    region=NEIGHBOUR,
    document="石市监指〔2026〕1号",
    valid_from=date(2026, 3, 1),
)


async def _register(play: Play, *organs: Department) -> registers.Taken:
    async with play.work(office()) as work:
        return await registers.register_departments(work, organs)


async def _import_regions(play: Play, *regions: Region) -> registers.Taken:
    async with play.work(office()) as work:
        return await registers.import_regions(work, regions, "GB/T 2260")


async def _entries(play: Play, tag: str) -> list[dict[str, Any]]:
    async with play.work(office()) as work:
        return [dict(each.facts) for each in await work.audit_entries.where(tag=tag)]


class OrganisationCompliance:
    """Re-registering takes over what changed, and nothing unsound comes in."""

    async def test_registering_again_takes_over_what_changed_and_keeps_the_key(
        self, empty: Play
    ) -> None:
        await _register(empty, a_department(MARKET, public_key="{}"), a_department(FIRE))

        taken = await _register(
            empty,
            a_department(MARKET, name="市场监督管理局", superior=FIRE, level=Level.CITY),
            a_department(FIRE),
        )

        async with empty.work(office()) as work:
            organ = await work.departments.get(MARKET)
        assert (organ.name, organ.superior, organ.level) == ("市场监督管理局", FIRE, Level.CITY)
        assert organ.public_key == "{}"
        assert (taken.added, taken.changed, taken.unchanged) == (0, 1, 1)
        assert (await _entries(empty, "organisation:department:saved"))[-1] == {
            "name": "市场监督管理局",
            "superior": FIRE,
            "level": "city",
        }

    async def test_a_circle_of_superiors_is_refused_and_changes_nothing(self, empty: Play) -> None:
        await _register(empty, a_department(MARKET, superior=FIRE), a_department(FIRE))

        with pytest.raises(RuleBrokenError) as caught:
            await _register(empty, a_department(FIRE, superior=MARKET))

        async with empty.work(office()) as work:
            assert (await work.departments.get(FIRE)).superior is None
        assert caught.value.rule is Rule.SUPERIOR_CYCLE

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"superior": "nobody"}, Rule.SUPERIOR_UNKNOWN),
            ({"region": "640299"}, Rule.REGION_UNKNOWN),
            ({"region": ENDED}, Rule.REGION_ENDED),
            ({"legal_capacity": LegalCapacity.DELEGATED}, Rule.DELEGATION_MISSING),
        ],
    )
    async def test_an_organ_that_is_not_sound_is_refused(
        self, empty: Play, changes: dict[str, Any], rule: Rule
    ) -> None:
        await _import_regions(empty, *REGIONS)

        with pytest.raises(RuleBrokenError) as caught:
            await _register(empty, a_department(MARKET, **changes))

        assert caught.value.rule is rule

    async def test_sections_belong_to_registered_organs(self, empty: Play) -> None:
        await _register(empty, a_department(MARKET))
        credit = Section(
            code="mr-1", department=MARKET, name="信用监管科", duties=("起草计划",), supervises=WHOM
        )

        async with empty.work(office()) as work:
            first = await registers.register_sections(work, [credit])
            again = await registers.register_sections(work, [credit])
        async with empty.work(office()) as work:
            stored = await work.sections.where(department=MARKET)
            stray = Section(code="x-1", department="nobody", name="科室")
            with pytest.raises(RuleBrokenError) as caught:
                await registers.register_sections(work, [stray])

        assert list(stored) == [credit]
        assert (first.added, again.unchanged) == (1, 1)
        assert caught.value.rule is Rule.ORGAN_UNKNOWN
        assert len(await _entries(empty, "organisation:section:saved")) == 1

    async def test_the_region_table_comes_in_once_and_renews_what_changed(
        self, empty: Play
    ) -> None:
        first = await _import_regions(empty, *REGIONS)
        renamed = Region(code=COUNTY, name="平罗新县", level=Level.COUNTY, parent="640200")

        again = await _import_regions(empty, *REGIONS[:2], renamed)

        async with empty.work(office()) as work:
            assert (await work.regions.get(COUNTY)).name == "平罗新县"
            assert (await work.regions.get(ENDED)).successor == COUNTY
        assert (first.added, again.changed, again.unchanged) == (len(REGIONS), 1, 2)

    @pytest.mark.parametrize(
        ("regions", "rule"),
        [
            ((REGIONS[0], REGIONS[0]), Rule.REGION_REPEATED),
            ((REGIONS[4],), Rule.REGION_SUCCESSOR_MISSING),
            (
                (
                    Region(
                        code=COUNTY,
                        name="平罗县",
                        level=Level.COUNTY,
                        valid_from=date(2004, 1, 1),
                        valid_to=date(2003, 1, 1),
                        successor=NEIGHBOUR,
                    ),
                ),
                Rule.PERIOD_INVERTED,
            ),
        ],
    )
    async def test_a_region_table_that_is_not_sound_is_refused_whole(
        self, empty: Play, regions: tuple[Region, ...], rule: Rule
    ) -> None:
        with pytest.raises(RuleBrokenError) as caught:
            await _import_regions(empty, *regions)

        async with empty.work(office()) as work:
            assert await work.regions.count() == 0
        assert caught.value.rule is rule

    async def test_a_designation_opens_a_region_until_it_ends(self, empty: Play) -> None:
        await _import_regions(empty, *REGIONS)
        await _register(empty, a_department(MARKET, region=COUNTY))
        async with empty.work(office()) as work:
            designation = await registers.designate(work, DOCUMENT)
        async with empty.work(office()) as work:
            last = date(2026, 5, 31)
            await registers.end_designation(work, designation.designation_id, last)

        async with empty.work(office()) as work:
            organ = await work.departments.get(MARKET)
            documents = await work.designations.where(department=MARKET)
        assert may_check(organ, NEIGHBOUR, last, documents)
        assert not may_check(organ, NEIGHBOUR, date(2026, 6, 1), documents)
        assert [each["valid_to"] for each in await _entries(empty, _ENDED)] == ["2026-05-31"]

    async def test_a_designation_needs_a_document_a_region_and_days_in_order(
        self, empty: Play
    ) -> None:
        await _import_regions(empty, *REGIONS)
        await _register(empty, a_department(MARKET))
        wrong: list[tuple[dict[str, Any], Rule]] = [
            ({"document": " "}, Rule.VALUE_MISSING),
            ({"region": "640299"}, Rule.REGION_UNKNOWN),
            ({"department": "nobody"}, Rule.NOT_FOUND),
            ({"valid_to": date(2026, 1, 1)}, Rule.PERIOD_INVERTED),
        ]

        for changes, rule in wrong:
            async with empty.work(office()) as work:
                with pytest.raises(RuleBrokenError) as caught:
                    await registers.designate(work, Designating(**{**vars(DOCUMENT), **changes}))
            assert caught.value.rule is rule

    async def test_nobody_but_the_office_changes_the_organisation(self, empty: Play) -> None:
        await _register(empty, a_department(MARKET))

        async with empty.work(clerk(MARKET)) as work:
            with pytest.raises(RuleBrokenError) as caught:
                await registers.designate(work, DOCUMENT)

        assert caught.value.rule is Rule.ROLE_NOT_ALLOWED


_ENDED = "organisation:designation:ended"
