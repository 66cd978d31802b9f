"""The year 2026 of 平罗县 after its draws: results, a listing, recognition, reports and figures."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.results import Answer, Finding
from coordinator.domain.annual_plan import Conditions
from coordinator.domain.appraisal import IssuedReport, ReportKind
from coordinator.domain.blacklist import Listing
from coordinator.domain.follow_up import PenaltyDecision
from coordinator.domain.registers import Checkpoint
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, appraisal, duties, registers
from tests.builders import a_problem, a_source
from tests.play import PLAN, clerk
from tests.scenarios import pingluo
from tests.scenarios.lists import share_of
from tests.scenarios.localities import CHIEF, CLERK, Locality
from tests.scenarios.loop import (
    accept_all,
    answer_orders,
    approve_all,
    disclose_all,
    list_serious,
    penalise,
    problems_of,
    report_all,
)

SPRING, AUTUMN = "PL-R1", "PL-R2"
VISITED, PUBLISHED, DECIDED = date(2026, 4, 14), date(2026, 4, 20), date(2026, 4, 27)
BOARDING_LINE, BOARDING = "PL-06", "boarding-school"
CERTIFICATES = Checkpoint(
    code="he-q1", text="从业人员健康证明是否齐全", shared_code="health-certificates"
)
FOOD_LAW = "《中华人民共和国食品安全法》第一百二十四条"
LIST_NUMBER = "平市监列〔2026〕1号"
HALF_YEAR, YEAR = "平市监通〔2026〕7号", "平市监通〔2026〕31号"


@dataclass(frozen=True)
class Closed:
    """What the year left behind: the listing, and both reports as they were issued."""

    county: Locality
    listing: Listing
    reports: tuple[IssuedReport, IssuedReport]


async def live_through(county: Locality) -> Closed:
    """Check food in spring, punish one shop, report half the year; recognise in autumn."""
    await _share_a_question(county)
    await county.adopt(PLAN, pingluo.NUMBER)
    county.on(date(2026, 3, 25))
    await county.play.drawn_round(SPRING, pingluo.FOOD_LINE)
    await county.play.publish(SPRING)
    await _check_food(county)
    listing = await _punish(county)
    half = await _report(county, date(2026, 5, 18), ReportKind.HALF_YEAR, HALF_YEAR)
    await _recognise(county)
    year = await _report(county, date(2026, 11, 16), ReportKind.YEAR, YEAR)
    return Closed(county, listing, (half, year))


async def _share_a_question(county: Locality) -> None:
    """Publish that health and the canteens' item ask the same question."""
    async with county.work() as work:
        items = [await work.items.get(code) for code in ("he-fd-1", "mr-fd-2")]
        own = [each.model_copy(update={"checkpoints": (CERTIFICATES,)}) for each in items]
        await registers.take_in(work, RegisterKind.ITEM_LIST, own, a_source("第二版.xlsx"))


async def _check_food(county: Locality) -> None:
    """Let both departments report on one day: all is well, but for the licence of one shop."""
    county.on(VISITED)
    tasks = await accept_all(county, SPRING)
    shop = await a_shop(county)

    def met(finding: Finding) -> Finding:
        if finding.item == "he-fd-1":
            answers = (Answer(checkpoint=CERTIFICATES.code, value="是"),)
            return finding.model_copy(update={"answers": answers})
        if finding.object_id == shop:
            bad = {"result_codes": ("3",), "problem": "超范围经营", "legal_basis": FOOD_LAW}
            return a_problem(finding.item, shop, method=finding.method, **bad)
        return finding

    await report_all(county, tasks, VISITED, met)
    await approve_all(county, tasks)
    county.on(PUBLISHED)
    await disclose_all(county, tasks)


async def a_shop(county: Locality) -> str:
    """Give the first of the objects that were drawn in spring."""
    async with county.reading() as work:
        first: str = min(check.object_id for check in await work.checks.where(round_id=SPRING))
    return first


async def _punish(county: Locality) -> Listing:
    county.on(DECIDED)
    [bad] = await problems_of(county, SPRING)
    decision = PenaltyDecision(
        decision_number="平市监罚〔2026〕12号",
        decided_date=DECIDED,
        penalty_kind="licence-withdrawn",
        facts="超范围经营，情节严重",
        basis=FOOD_LAW,
        certificate_number="JY16402210000001",
        severity="serious",
        publication_months=36,
    )
    case = await penalise(county, bad, decision)
    listing = await list_serious(county, case, "market-serious", LIST_NUMBER)
    await answer_orders(county, listing)
    return listing


async def _recognise(county: Locality) -> None:
    """In autumn a canteen comes up that health found clean in April."""
    county.on(date(2026, 9, 1))
    async with county.reading() as work:
        seen = sorted(check.object_id for check in await work.checks.where(round_id=SPRING))
    rows = pingluo.objects()
    for row in rows:
        if f"uscc:{row['统一社会信用代码']}" == seen[-1]:
            row["监管标签"] += f";{BOARDING}"
    await county.bring_rows(RegisterKind.OBJECTS, rows)
    line = pingluo.line(
        BOARDING_LINE,
        "寄宿学校食堂检查",
        pingluo.FOOD,
        BOARDING,
        items=("mr-fd-2",),
        strata=share_of(1, 10),
        window_from=date(2026, 9, 21),
        window_to=date(2026, 10, 30),
        conditions=Conditions(tags=(BOARDING,)),
    )
    async with county.work(CLERK) as work:
        change = await annual_plan.add_temporary_line(work, PLAN, line, "开学检查")
    async with county.work(CHIEF) as work:
        await annual_plan.adopt_amendment(work, change.amendment_id, "平市监〔2026〕40号")
    await county.play.drawn_round(AUTUMN, pingluo.QUALITY_LINE, BOARDING_LINE)


async def _report(county: Locality, day: date, kind: ReportKind, number: str) -> IssuedReport:
    """Await the report as the duty does, draft it, hear a section, issue it by a second person."""
    county.on(day)
    async with county.work() as work:
        await duties.do_duty(work, "open-appraisal-reports")
        report = await appraisal.draft_report(work, 2026, kind)
    async with county.work(clerk(pingluo.MARKET)) as work:
        await appraisal.enter_report_text(work, report.report_id, pingluo.MARKET, "无", "联合检查")
    async with county.work(replace(CHIEF, approver=True)) as work:
        return await appraisal.issue_report(work, report.report_id, number)
