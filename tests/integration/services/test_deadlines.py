"""Every stored deadline keeps what it came from, and follows the year that is imported later."""

from datetime import date
from typing import Any

from contracts.vocabulary import DelistingReason
from coordinator.adapters.policy_files import read_calendar_days
from coordinator.domain.working_days import Basis, CalendarDay
from coordinator.services import blacklist, disclosure, follow_up, handlers, registers
from coordinator.services.follow_up import PenaltyDecision
from coordinator.services.registers import calendar
from tests.builders import MARKET, POLICIES, POLICY, a_problem
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

YEAR_END = date(2026, 12, 30)
CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")
DECISION = PenaltyDecision(
    decision_number="平市监罚〔2026〕12号",
    decided_date=YEAR_END,
    penalty_kind="licence-withdrawn",
    facts="超范围经营",
    basis="《食品安全法》第一百二十二条",
    certificate_number="JY16402210000001",
    severity="serious",
    publication_months=36,
)
REST = [CalendarDay(day=date(2027, 1, n), working=False, name="元旦") for n in (1, 4, 5)]


async def _at_the_end_of_the_year(play: Play) -> None:
    """Play to deadlines of every kind that all reach into 2027."""
    task = next(each for each in await play.tasks(ROUND) if each.department == MARKET)
    await play.report(task, a_problem())
    play.clock.go_to(YEAR_END)
    await play.approve(task)
    await play.disclose(task)
    async with play.work(CLERK) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
        [shown] = await work.disclosures.where(result_id=bad.result_id)
        await disclosure.receive_objection(work, shown.disclosure_id, "不符合事实")
        case = await follow_up.open_case(work, bad.result_id, "现场检查")
    async with play.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        await follow_up.decide_penalty(work, case.case_id, DECISION)
    async with play.work(CLERK) as work:
        proposed = await blacklist.propose_listing(work, case.case_id, "market-serious")
        await blacklist.notify_party(work, proposed.listing_id)
        listing = await blacklist.record_delivery(
            work, proposed.listing_id, blacklist.Delivery(day=work.today(), way="direct")
        )
    play.clock.go_to(date(2027, 1, 29))
    async with play.work(CHIEF) as work:
        await blacklist.decide_listing(work, listing.listing_id, "平市监列〔2026〕1号")
    async with play.work(DEPUTY) as work:
        await handlers.confirm_listing(work, listing.listing_id)
    async with play.work(CHIEF) as work:
        await blacklist.request_delisting(
            work, listing.listing_id, DelistingReason.REVOKED, "平市监撤〔2027〕1号"
        )


async def _deadlines(play: Play) -> dict[str, tuple[date, bool, Basis]]:
    """Give every stored deadline in working days, by what it is."""
    found: dict[str, Any] = {}
    async with play.work(AUDITOR) as work:
        for name, (key, places) in calendar._DEADLINES.items():
            for value in await getattr(work, name).where():
                for of in places:
                    kept = tuple(getattr(value, n) for n in (of.due_date, of.provisional, of.basis))
                    if kept[0] is not None and kept[2] is not None:
                        found[f"{of.due_date} of {getattr(value, key)}"] = kept
    return found


async def test_every_stored_deadline_follows_the_year_that_is_imported_later(
    dispatched: Play,
) -> None:
    await _at_the_end_of_the_year(dispatched)
    before = await _deadlines(dispatched)

    async with dispatched.work(office()) as work:
        await registers.seed_calendar(work, read_calendar_days(POLICIES))
        taken = await registers.import_calendar(work, 2027, REST, "国办发明电〔2026〕5号")

    after = await _deadlines(dispatched)
    async with dispatched.work(AUDITOR) as work:
        now = work.calendar
        told = await work.audit_entries.where(tag="registers:deadline:recomputed")
    kinds = {what.partition(" ")[0] for what in before}
    assert {"disclosure_due", "objection_due", "feedback_due", "delisting_due"} <= kinds
    assert len(before) >= 5
    assert all(flag for _due, flag, _basis in before.values())
    for what, (due, provisional, basis) in after.items():
        assert not provisional, what
        assert due == now.after(basis.start, basis.working_days).due_date, what
        assert basis == before[what][2], what
    moved = {what for what in before if before[what][0] != after[what][0]}
    assert len(moved) == taken.deadlines_moved == len(told) > 0


async def test_a_deadline_keeps_the_days_of_the_profile_it_was_computed_with(
    dispatched: Play,
) -> None:
    await _at_the_end_of_the_year(dispatched)

    async with dispatched.work(AUDITOR) as work:
        [objected] = [each for each in await work.disclosures.where() if each.objection]

    days = POLICY.disclosure.objection_working_days
    assert objected.objection_basis == Basis(YEAR_END, days)
