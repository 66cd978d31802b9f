"""Indicators of a period: counted in the database, equal to a plain recount, with every organ."""

from dataclasses import replace
from datetime import date

from coordinator.domain.appraisal import Fact, Half, Period, Reading
from coordinator.domain.registers import RiskClass
from coordinator.services import appraisal
from tests.appraised import ALL, half_way, require_equal
from tests.play import AUDITOR, ROUND, Play, office

YEAR = Period(year=2026)


async def _readings(play: Play, period: Period = YEAR) -> dict[str, Reading]:
    async with play.work(AUDITOR) as work:
        figures = await appraisal.period_figures(work, period)
    return {each.rule.code: each for each in figures.whole}


async def test_figures_and_rows_agree_with_a_plain_recount(dispatched: Play) -> None:
    await half_way(dispatched)
    async with dispatched.work(office()) as work:
        windows = [visit.date_to for visit in await work.visits.where(round_id=ROUND)]

    await require_equal(dispatched, YEAR)
    await require_equal(dispatched, Period(year=2026, half=Half.FIRST))
    await require_equal(dispatched, Period(year=2026, round_id=ROUND))
    assert max(windows) <= date(2026, 6, 30)


async def test_a_round_that_lies_in_two_halves_counts_visit_by_visit(dispatched: Play) -> None:
    await half_way(dispatched)
    async with dispatched.work(office()) as work:
        lines = await work.plan_lines.where(code=("L1", "L2"))
        await work.plan_lines.save(*(replace(line, window_to=date(2026, 8, 1)) for line in lines))
        [late, *_] = await work.visits.where(round_id=ROUND)
        await work.visits.save(replace(late, date_to=date(2026, 7, 15)))

    first = await _readings(dispatched, Period(year=2026, half=Half.FIRST))
    second = await _readings(dispatched, Period(year=2026, half=Half.SECOND))
    whole = await _readings(dispatched)

    await require_equal(dispatched, Period(year=2026, half=Half.FIRST))
    await require_equal(dispatched, Period(year=2026, half=Half.SECOND))
    assert second["plan-completion"].denominator == 1
    for code in ("plan-completion", "disclosure", "checks", "problems"):
        parts = (first[code].denominator, second[code].denominator)
        assert sum(parts) == whole[code].denominator, code


async def test_an_item_is_checked_when_an_organ_of_its_department_has_checked_it(
    dispatched: Play,
) -> None:
    await half_way(dispatched)
    before = (await _readings(dispatched))["items"]
    async with dispatched.work(office()) as work:
        organs = await work.departments.where()
        items = await work.items.where()
        families = {each.code: f"family-of-{each.code}" for each in organs}
        await work.departments.save(
            *(replace(each, of_department=families[each.code]) for each in organs)
        )
        await work.items.save(
            *(each.model_copy(update={"department": families[each.department]}) for each in items)
        )

    found = (await _readings(dispatched))["items"]

    await require_equal(dispatched, YEAR)
    assert found.numerator == before.numerator > 0
    assert found.denominator == before.denominator


async def test_the_year_says_what_is_done_and_what_is_missing(dispatched: Play) -> None:
    before = await _readings(dispatched)
    await half_way(dispatched)

    found = await _readings(dispatched)

    async with dispatched.work(AUDITOR) as work:
        results = await work.results.where(round_id=ROUND)
        tasks = await work.tasks.where(round_id=ROUND)
    assert before["tasks"].numerator == 0
    assert before["checks"].denominator == found["checks"].denominator
    assert found["tasks"].numerator == len(tasks) - 1
    assert found["disclosure"].denominator == len(results)
    assert 0 < found["disclosure"].numerator < len(results)
    assert found["problems"].numerator == 1
    assert found["orders"].shown == "0.0 %"
    assert found["saved"].numerator > 0


async def test_an_organ_without_any_work_shows_with_zeros(dispatched: Play) -> None:
    async with dispatched.work(office()) as work:
        some = (await work.departments.where())[0]
        await work.departments.save(replace(some, code="heating", name="供热办"))
        figures = await appraisal.period_figures(work, YEAR)

    assert {each.numerator for each in figures.organs["heating"]} == {0}
    assert {each.percent for each in figures.organs["heating"]} == {"—"}


async def test_targets_of_the_profile_say_how_many_are_missing(dispatched: Play) -> None:
    await half_way(dispatched)
    async with dispatched.work(office()) as work:
        plan = await work.plans.get("plan-2026")
        await work.plans.save(replace(plan, policy="pingluo-2021"))

    found = await _readings(dispatched, Period(year=2026, plan_id="plan-2026"))

    shown = found["disclosure"]
    assert shown.target == 1
    assert shown.is_met is False
    assert shown.missing == shown.denominator - shown.numerator
    assert found["problems"].target is None


async def test_a_covert_round_counts_from_the_day_its_record_is_open(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        covert = [each for each in await work.plan_lines.where() if each.mode == "covert"]
    before = await _readings(drawn)
    await drawn.drawn_round("C1", covert[0].code)

    async with drawn.work(AUDITOR) as work:
        figures = await appraisal.period_figures(work, YEAR)
        rows = await appraisal.fact_rows(work, Fact.VISITS_PLANNED, YEAR, ALL)

    after = {each.rule.code: each for each in figures.whole}
    assert figures.hidden == 1
    assert after["plan-completion"] == before["plan-completion"]
    assert "C1" not in {row.round_id for row in rows.values}


async def test_the_figures_of_a_round_are_those_of_its_own_page(dispatched: Play) -> None:
    await half_way(dispatched)

    found = await _readings(dispatched, Period(year=2026, round_id=ROUND))

    async with dispatched.work(AUDITOR) as work:
        own = {each.code: each for each in await appraisal.indicators(work, ROUND)}
        figures = await appraisal.round_figures(work, ROUND)
    for code in ("plan-completion", "disclosure"):
        pair = (found[code].numerator, found[code].denominator)
        assert pair == (own[code].numerator, own[code].denominator), code
    assert found["saved"].numerator == figures.visits_saved


async def test_registers_show_how_complete_they_are_and_how_long_untouched(
    dispatched: Play,
) -> None:
    async with dispatched.work(office()) as work:
        [thing, *_] = await work.objects.where()
        filled = {"area": "3", "phone": "1", "responsible_person": "王", "risk_class": RiskClass.A}
        await work.objects.save(thing.model_copy(update=filled))
    before = await _readings(dispatched)
    async with dispatched.work(office()) as work:
        await work.objects.save(thing.model_copy(update={**filled, "phone": ""}))
        months = work.policy.registers.stale_months or 0
        [held, *_] = (await appraisal.fact_rows(work, Fact.REGISTERS_HELD, YEAR, ALL)).values

    await require_equal(dispatched, YEAR)
    renewed = (await _readings(dispatched))["register-age"]
    dispatched.clock.pass_time(days=31 * months)
    late = (await _readings(dispatched))["register-age"]

    listed = (await _readings(dispatched))["register-completeness"]
    assert 0 < before["register-completeness"].denominator == listed.denominator
    assert listed.numerator == before["register-completeness"].numerator - 1
    assert (held.kind, held.key) == ("register", "objects")
    assert renewed.denominator == late.denominator > 0
    assert late.numerator == 0
