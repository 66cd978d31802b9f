"""平罗 2021, after the draw: two 100 %, reports in May and November, five annexes (2.13).

Food in spring: everything is published within twenty working days; one shop loses its licence, is
listed, and every department answers what it was ordered. In autumn a canteen need not be seen
again, for health found it clean. The figures of both reports are those of the year.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from contracts.vocabulary import MeasureOutcome
from coordinator.domain.appraisal import WHOLE, Half, Period
from coordinator.services import appraisal
from tests.play import PLAN
from tests.scenarios import pingluo, pingluo_loop
from tests.scenarios.localities import go_on
from tests.scenarios.pingluo_loop import AUTUMN, SPRING, Closed
from tests.snapshots import Snapshot


@pytest.fixture(scope="module")
async def year(
    pingluo_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Closed]:
    county = go_on(pingluo_kept, tmp_path_factory.mktemp("loop"), pingluo.PROFILE)
    yield await pingluo_loop.live_through(county)
    await county.play.close()


async def test_all_of_spring_is_published_within_twenty_working_days(year: Closed) -> None:
    async with year.county.reading() as work:
        tasks = await work.tasks.where(round_id=SPRING)
        shown = await work.disclosures.where(round_id=SPRING)
        results = await work.results.where(round_id=SPRING)

    # 15 to 30 April are twelve working days, five are lost to Labour Day, 9 May is worked.
    assert {task.disclosure_due for task in tasks} == {date(2026, 5, 14)}
    assert len(tasks) == 24
    assert {each.disclosed_at.date() for each in shown} == {pingluo_loop.PUBLISHED}
    assert {each.result_id for each in shown} == {each.result_id for each in results}
    assert len(results) == 24


async def test_what_health_found_clean_in_april_is_recognised_in_autumn(year: Closed) -> None:
    async with year.county.reading() as work:
        [reference] = await work.recognitions.where(round_id=AUTUMN)
        dropped = await work.dropped_checks.where(round_id=AUTUMN)
        made = await work.checks.where(round_id=AUTUMN, line=pingluo_loop.BOARDING_LINE)
    assert (reference.from_department, reference.department) == (pingluo.HEALTH, pingluo.MARKET)
    assert (reference.item, reference.question) == ("mr-fd-2", pingluo_loop.CERTIFICATES.text)
    assert reference.visited_date == pingluo_loop.VISITED
    assert [each.outcome for each in dropped] == ["recognised"]
    assert made == []


async def test_one_listing_brings_an_order_to_every_department_and_all_have_answered(
    year: Closed,
) -> None:
    async with year.county.reading() as work:
        orders = await work.orders.where(listing_id=year.listing.listing_id)
        [case] = await work.punishments.where()
    assert year.listing.penalty_decision == "平市监罚〔2026〕12号"
    assert year.listing.decided_by != year.listing.confirmed_by
    assert Counter(order.department for order in orders) == {
        pingluo.MARKET: 3,
        pingluo.EMERGENCY: 3,
        pingluo.HEALTH: 2,
        pingluo.ECOLOGY: 2,
    }
    assert {order.outcome for order in orders} == {MeasureOutcome.APPLIED}
    assert case.listing_id == year.listing.listing_id


async def test_both_hundred_per_cent_are_reached_in_the_first_half_of_the_year(
    year: Closed,
) -> None:
    async with year.county.reading() as work:
        half = await appraisal.period_figures(
            work, Period(year=2026, half=Half.FIRST, plan_id=PLAN)
        )
    read = {each.rule.code: each for each in half.whole}
    completion, disclosure = read["plan-completion"], read["disclosure"]

    assert (completion.numerator, completion.denominator) == (12, 12)
    assert (disclosure.numerator, disclosure.denominator) == (24, 24)
    for reading in (completion, disclosure):
        assert (reading.target, reading.percent, reading.is_met) == (Fraction(1), "100.0 %", True)


async def test_reports_are_awaited_before_21_may_and_20_november_and_issued_in_time(
    year: Closed,
) -> None:
    async with year.county.reading() as work:
        awaited = {each.kind.value: each for each in await work.appraisal_reports.where()}
    half, whole = year.reports
    assert {kind: each.due_date for kind, each in awaited.items()} == {
        "half-year": date(2026, 5, 20),
        "year": date(2026, 11, 19),
    }
    assert (half.number, whole.number) == (pingluo_loop.HALF_YEAR, pingluo_loop.YEAR)
    assert all(e.issued_at and e.issued_at.date() <= e.due_date for e in awaited.values())
    for report in year.reports:
        organs = {figure.organ for figure in report.figures}
        assert organs == {WHOLE, pingluo.MARKET, pingluo.HEALTH, pingluo.EMERGENCY, pingluo.ECOLOGY}
        assert [text.department for text in report.texts] == [pingluo.MARKET]
        assert len(report.missing) == 3


@pytest.mark.parametrize("number", [3, 4, 5])
async def test_annexes_three_to_five_tell_of_the_spring_as_excel_and_pdf(
    year: Closed, number: int
) -> None:
    """Annexes 1 and 2 stand in the story of the plan."""
    async with year.county.reading() as work:
        visit = min(await work.visits.where(round_id=SPRING), key=lambda each: each.task_number)
    path, title, first = {
        3: (f"visits/{visit.visit_id}/annex-3", "抽查情况记录表", visit.place_name),
        4: (f"rounds/{SPRING}/annex-4", "执法人员、市场主体选派（抽取）记录单", visit.task_number),
        5: ("appraisal/annex-5", "抽查情况汇总表", "市场监管局"),
    }[number]
    asked = "?year=2026&half=first"

    annex = await year.county.get(f"/console/{path}.xlsx{asked}", as_office=True)
    pdf = await year.county.get(f"/console/{path}.pdf{asked}", as_office=True)

    sheet = CalamineWorkbook.from_filelike(BytesIO(annex.content)).get_sheet_by_index(0)
    cells = sheet.to_python()
    rows = [row for row in cells if isinstance(row[0], float)]
    assert (cells[0][0], cells[1][0]) == (f"附件{number}", title)
    assert (rows[0][1], len(rows)) == (first, {3: 2, 4: 24, 5: 4}[number])
    assert pdf.content.startswith(b"%PDF")


async def test_the_summary_names_every_organ_with_its_zeros_and_ranks_nobody(year: Closed) -> None:
    path = "/console/appraisal/annex-5.xlsx?year=2026&half=first"

    annex = await year.county.get(path, as_office=True)

    sheet = CalamineWorkbook.from_filelike(BytesIO(annex.content)).get_sheet_by_index(0)
    cells = [row for row in sheet.to_python() if isinstance(row[0], float) or row[1] == "合计"]
    assert [tuple(row[1:5]) for row in cells] == [
        ("市场监管局", 12, 12, "100.0 %"),
        ("卫生健康局", 12, 12, "100.0 %"),
        ("应急管理局", 0, 0, "—"),
        ("生态环境局", 0, 0, "—"),
        ("合计", 12, 12, "100.0 %"),  # one visit of two organs is one visit
    ]
