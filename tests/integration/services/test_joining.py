"""Leads and re-inspections ride along in visits; the drawn record and the ledger stay as drawn."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from coordinator.domain.burden_ledger import Scope
from coordinator.domain.dispatch import Visit
from coordinator.domain.due_checks import DueCheck, Lead, Prospect, outlook
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import DueState, LeadState, VisitState
from coordinator.domain.own_visits import Outcome
from coordinator.services import appraisal, checklist_merge, handlers, leads, lottery
from tests.builders import FIRE, HEALTH, MARKET, a_problem
from tests.integration.services.post_box import letters
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_object_replacing import a_case
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, COVERT_ROUND, NEXT_ROUND, ROUND, Play, approver, clerk, office
from tests.records import in_memory

CLEAN = Outcome(result_codes=("1",), follow_up=("none",), note="反映的情况不属实")


async def a_visit_of(play: Play, department: str = MARKET, **which: Any) -> Visit:
    """Take a drawn visit in which an organ takes part."""
    asked = {"round_id": ROUND, "desk": False} | which
    async with play.work(AUDITOR) as work:
        found = [v for v in await work.visits.where(**asked) if department in v.departments]
    visit: Visit = found[0]
    return visit


async def objects_at(play: Play, place: str) -> list[str]:
    async with play.work(AUDITOR) as work:
        return [thing.object_id for thing in await work.objects.where(place=place)]


def a_report(play: Play, thing: str, **changes: Any) -> leads.LeadReport:
    known: dict[str, Any] = {
        "kind": "complaint",
        "source": "12345热线",
        "reference": "〔2026〕88号",
        "object_id": thing,
        "department": MARKET,
        "items": ("mr-1",),
        "matter": "无照经营",
        "received_date": play.clock.today(),
        "deadline": date(2026, 5, 1),
    }
    return leads.LeadReport(**known | changes)


async def accepted(play: Play, report: leads.LeadReport) -> Lead:
    """Register and accept a lead as the office."""
    async with play.work(office()) as work:
        lead = await leads.register_lead(work, report)
        return await handlers.accept_lead(work, lead.lead_id, "内容具体，属本部门职责")


async def dues(play: Play, source_id: str = "") -> list[DueCheck]:
    async with play.work(AUDITOR) as work:
        which = {"source_id": source_id} if source_id else {}
        return list(await work.due_checks.where(**which))


async def counters(play: Play) -> dict[tuple[str, str, str], tuple[int, int]]:
    async with play.work(AUDITOR) as work:
        rows = await work.burden_counts.where()
    return {(c.place, c.scope.value, c.code): (c.number, c.exempt) for c in rows}


async def lead_at(play: Play, visit: Visit, **changes: Any) -> DueCheck:
    """Accept a lead at a visit's place, and give the check that it makes due."""
    thing = (await objects_at(play, visit.place))[0]
    lead = await accepted(play, a_report(play, thing, **changes))
    [due] = await dues(play, lead.lead_id)
    return due


async def own_visit(play: Play, day: date | None = None, number: int = 2) -> leads.OwnVisitOrder:
    """Order a visit of its own of so many officers of the market department."""
    async with play.work(AUDITOR) as work:
        known = await work.inspectors.where(department=MARKET)
        recused = {each.person_id for each in await work.recusals.where()}
        able = [e for e in known if not e.absences and e.inspector_id not in recused]
    return leads.OwnVisitOrder(
        day=day or play.clock.today(),
        officers=tuple(each.inspector_id for each in able[:number]),
        frequency_reason="投诉须在期限内核查",
    )


async def test_a_lead_joins_the_visit_that_goes_there_and_counts_nothing_more(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn)
    before = await counters(drawn)

    due = await lead_at(drawn, visit)

    async with drawn.work(AUDITOR) as work:
        entry = await work.burden_entries.get(visit.visit_id)
        [check] = await work.checks.where(due_check=due.due_id)
    assert (due.state, due.visit_id) == (DueState.JOINED, visit.visit_id)
    assert await counters(drawn) == before
    assert entry.joined == (due.due_id,)
    assert (check.round_id, check.line, check.department) == ("", "", MARKET)


async def test_the_record_stays_as_it_was_drawn(drawn: Play, tmp_path: Path) -> None:
    async with drawn.work(AUDITOR) as work:
        before = in_memory(await lottery.whole_record(work, ROUND))
        figures = await appraisal.round_figures(work, ROUND)
        summary = await checklist_merge.merge_summary(work, ROUND)

    await lead_at(drawn, await a_visit_of(drawn))

    async with drawn.work(AUDITOR) as work:
        after = in_memory(await lottery.whole_record(work, ROUND))
        assert await appraisal.round_figures(work, ROUND) == figures
        assert await checklist_merge.merge_summary(work, ROUND) == summary
    assert {n: b for n, b in after.items() if n.endswith(".tsv")} == {
        n: b for n, b in before.items() if n.endswith(".tsv")
    }
    assert verified(tmp_path / ROUND, after).startswith("0 ok R1")


async def test_what_waits_joins_at_the_draw(adopted: Play) -> None:
    async with adopted.work(AUDITOR) as work:
        things = [t for t in await work.objects.where() if t.tags]
    for thing in things:
        await accepted(adopted, a_report(adopted, thing.object_id))
    assert {due.state for due in await dues(adopted)} == {DueState.WAITING}

    await adopted.drawn_round(ROUND, "L1", "L2")

    async with adopted.work(AUDITOR) as work:
        went = {
            v.place
            for v in await work.visits.where(round_id=ROUND, desk=False)
            if MARKET in v.departments
        }
    found = {(due.place, due.state) for due in await dues(adopted)}
    assert {place for place, state in found if state is DueState.JOINED} == went
    assert went < {place for place, _state in found}


async def test_a_visit_takes_only_what_its_organ_its_days_and_its_minutes_allow(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn, lead_department=MARKET)
    thing = (await objects_at(drawn, visit.place))[0]
    too_soon = visit.date_from - timedelta(days=1)

    early = await accepted(drawn, a_report(drawn, thing, deadline=too_soon))
    await drawn.override(merge__max_minutes=30)
    long = await accepted(drawn, a_report(drawn, thing, items=("mr-1",), matter="另一件"))

    [early_due], [long_due] = await dues(drawn, early.lead_id), await dues(drawn, long.lead_id)
    assert early_due.state is DueState.WAITING
    asked_anyway = long_due.state is DueState.JOINED
    async with drawn.work(AUDITOR) as work:
        items = {c.item for c in await work.checks.where(visit_id=visit.visit_id, due_check="")}
    assert asked_anyway is ("mr-1" in items)


async def test_the_card_of_the_organ_says_what_goes_along_and_why(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit)

    await drawn.publish(ROUND)

    cards = [
        card
        for letter in await letters(drawn, "TaskPublished")
        if letter.data["visit_id"] == visit.visit_id
        for card in letter.data["checks"]
        if "joined" in card
    ]
    [card] = cards
    [joined] = card["joined"]
    assert (card["item"], card["object_id"]) == (due.item, due.object_id)
    assert (joined["kind"], joined["source_id"]) == ("complaint", due.source_id)
    assert joined["reason"] == "无照经营"


async def test_a_visit_is_narrowed_to_the_deadline_of_what_joined_it(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    until = visit.date_from + timedelta(days=3)
    await lead_at(drawn, visit, deadline=until)

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        assert (await work.visits.get(visit.visit_id)).date_to == until


async def test_a_deadline_that_passed_before_dispatch_holds_nobody_back(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit, deadline=visit.date_from + timedelta(days=1))
    drawn.clock.pass_time(days=(visit.date_from - drawn.clock.today()).days + 2)

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        published = await work.visits.get(visit.visit_id)
        entry = await work.burden_entries.get(visit.visit_id)
        left = await work.checks.where(due_check=due.due_id)
    [due] = await dues(drawn)
    assert (published.state, published.date_to) == (VisitState.PUBLISHED, visit.date_to)
    assert due.state is DueState.WAITING
    assert (entry.joined, left) == ((), [])


async def test_a_visit_that_is_out_takes_no_more(drawn: Play) -> None:
    await drawn.publish(ROUND)

    due = await lead_at(drawn, await a_visit_of(drawn))

    assert due.state is DueState.WAITING


async def test_a_covert_visit_takes_nothing_along(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    visit = await a_visit_of(adopted, round_id=COVERT_ROUND)

    due = await lead_at(adopted, visit, deadline=date(2026, 12, 1))

    assert due.state is DueState.WAITING


async def test_an_approved_report_answers_what_joined_and_closes_the_lead(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit)
    await drawn.publish(ROUND)
    for task in await drawn.tasks(ROUND):
        await drawn.accept(task)
    drawn.clock.pass_time(days=20)
    [task] = [
        t
        for t in await drawn.tasks(ROUND)
        if (t.visit_id, t.department) == (visit.visit_id, MARKET)
    ]

    await drawn.report(task)
    await drawn.approve(task)

    [answered] = await dues(drawn)
    async with drawn.work(AUDITOR) as work:
        result = await work.results.get(answered.result_id)
        lead = await work.leads.get(due.source_id)
    assert answered.state is DueState.DONE
    assert (result.object_id, result.item) == (due.object_id, due.item)
    assert lead.state is LeadState.HANDLED


async def test_what_the_team_did_not_check_waits_on(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    await lead_at(drawn, visit)
    await drawn.publish(ROUND)
    for task in await drawn.tasks(ROUND):
        await drawn.accept(task)
    drawn.clock.pass_time(days=20)
    [task] = [
        t
        for t in await drawn.tasks(ROUND)
        if (t.visit_id, t.department) == (visit.visit_id, MARKET)
    ]
    message = await drawn.findings(task)
    unchecked = [
        each.model_copy(
            update={
                "checked": False,
                "result_codes": ("7",),
                "problem": "已停业",
                "legal_basis": "条例",
            }
        )
        for each in message.findings
    ]

    await drawn.receive(MARKET, message.model_copy(update={"findings": tuple(unchecked)}))
    await drawn.approve(task)

    assert [due.state for due in await dues(drawn)] == [DueState.WAITING]


async def test_a_withdrawn_visit_gives_back_what_joined_it(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    await lead_at(drawn, visit)

    async with drawn.work(office()) as work:
        await handlers.withdraw_visit(work, visit.visit_id, "停业整改")

    [due] = await dues(drawn)
    assert (due.state, due.visit_id) == (DueState.WAITING, "")


async def test_a_replaced_objects_lead_waits_again_and_the_record_verifies(
    drawn: Play, tmp_path: Path
) -> None:
    case = await a_case(drawn)
    due = await lead_at(
        drawn,
        case.visit,
        department=case.visit.lead_department,
        items=(f"{prefix_of(case.visit.lead_department)}-1",),
    )
    assert due.state is DueState.JOINED
    await case.close()

    await case.replace()

    [due] = await dues(drawn)
    assert due.state is DueState.WAITING
    assert (await case.record(tmp_path)).startswith("0 ok R1")


def prefix_of(department: str) -> str:
    return {MARKET: "mr", FIRE: "fr", HEALTH: "he"}[department]


async def test_an_ordered_remedy_is_looked_at_again_on_the_next_visit(
    dispatched: Play,
) -> None:
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    async with dispatched.work(AUDITOR) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
    async with dispatched.work(clerk(MARKET)) as work:
        order = await handlers.order_rectification(work, bad.result_id, "第二十二条")
    [due] = await dues(dispatched, order.rectification_id)
    assert (due.from_date, due.state) == (order.due_date, DueState.WAITING)

    async with dispatched.work(clerk(MARKET)) as work:
        await handlers.report_rectification(work, order.rectification_id, "已改正，附照片")
    [due] = await dues(dispatched, order.rectification_id)
    assert due.from_date == dispatched.clock.today()

    async with dispatched.work(approver(MARKET)) as work:
        await handlers.close_rectification(work, order.rectification_id)
    [due] = await dues(dispatched, order.rectification_id)
    assert due.state is DueState.CANCELLED


async def test_a_visit_of_its_own_is_counted_apart_under_its_type(drawn: Play) -> None:
    await drawn.publish(ROUND)
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit)
    before = await counters(drawn)
    day = drawn.clock.today() + timedelta(days=2)

    order = await own_visit(drawn, day)

    async with drawn.work(clerk(MARKET)) as work:
        entry = await leads.give_own_visit(work, due.due_id, order)

    number, exempt = before[visit.place, "total", ""]
    assert (await counters(drawn))[visit.place, "total", ""] == (number, exempt + 1)
    assert (entry.exemption, entry.round_id, entry.day) == ("complaint", "", day)
    async with drawn.work(clerk(MARKET)) as work:
        await refused(Rule.OUTSIDE_WINDOW, leads.finish_own_visit(work, due.due_id, CLEAN))
    drawn.clock.pass_time(days=2)
    async with drawn.work(clerk(MARKET)) as work:
        done = await leads.finish_own_visit(work, due.due_id, CLEAN)
    assert done.state is DueState.DONE


async def test_a_visit_of_its_own_that_is_called_off_is_released_once(drawn: Play) -> None:
    await drawn.publish(ROUND)
    due = await lead_at(drawn, await a_visit_of(drawn))
    before = await counters(drawn)
    own = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        await leads.give_own_visit(work, due.due_id, own)

    async with drawn.work(clerk(MARKET)) as work:
        await handlers.call_off_own_visit(work, due.due_id, "当事人停业")

    assert await counters(drawn) == before
    async with drawn.work(clerk(MARKET)) as work:
        again = handlers.call_off_own_visit(work, due.due_id, "再取消")
        await refused(Rule.MOVE_NOT_ALLOWED, again)
    assert await counters(drawn) == before


async def test_a_kind_that_is_not_exempt_needs_room_for_a_visit_of_its_own(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit, kind="patrol")
    burden = drawn.around.policy.burden.model_copy(update={"visits_per_year": 1})
    drawn.around = replace(
        drawn.around, policy=drawn.around.policy.model_copy(update={"burden": burden})
    )
    own = await own_visit(drawn)

    async with drawn.work(clerk(MARKET)) as work:
        await refused(Rule.CAP_REACHED, leads.give_own_visit(work, due.due_id, own))

    assert (await counters(drawn))[visit.place, "total", ""] == (1, 0)


async def test_whatever_the_organ_has_due_there_shares_the_visit_of_its_own(drawn: Play) -> None:
    await drawn.publish(ROUND)
    visit = await a_visit_of(drawn)
    first = await lead_at(drawn, visit)
    second = await lead_at(drawn, visit, matter="另一件")
    own = await own_visit(drawn)

    async with drawn.work(clerk(MARKET)) as work:
        entry = await leads.give_own_visit(work, first.due_id, own)

    assert entry.joined == (second.due_id,)
    assert {due.entry_id for due in await dues(drawn)} == {entry.entry_id}


async def test_a_lead_is_put_on_record_only_with_what_can_be_checked(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        thing = (await work.objects.where())[0].object_id

        async def register(**changes: Any) -> Lead:
            return await leads.register_lead(work, a_report(adopted, thing, **changes))

        await refused(Rule.CODE_UNKNOWN, register(kind="study"))
        await refused(Rule.LEAD_ITEM_NOT_VALID, register(items=("fr-1",)))
        await refused(Rule.LEAD_ITEM_NOT_VALID, register(items=()))
        await refused(Rule.VALUE_MISSING, register(source=" "))
        await refused(Rule.NOT_FOUND, register(object_id="uscc:nobody"))
        tomorrow = adopted.clock.today() + timedelta(days=1)
        await refused(Rule.OUTSIDE_WINDOW, register(received_date=tomorrow))
    async with adopted.work(clerk(FIRE)) as work:
        await refused(Rule.NOT_YOUR_DEPARTMENT, leads.register_lead(work, a_report(adopted, thing)))


async def test_a_rejected_lead_makes_nothing_due(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        thing = (await work.objects.where())[0].object_id
        lead = await leads.register_lead(work, a_report(adopted, thing))

        lead = await leads.reject_lead(work, lead.lead_id, "重复投诉，已答复")

        assert (lead.state, await work.due_checks.where()) == (LeadState.REJECTED, [])
        await refused(Rule.MOVE_NOT_ALLOWED, handlers.accept_lead(work, lead.lead_id, "再议"))


async def test_what_waits_says_whether_a_line_may_still_come_by(drawn: Play) -> None:
    await drawn.publish(ROUND)
    visit = await a_visit_of(drawn)
    may_join = await lead_at(drawn, visit, deadline=date(2026, 7, 31))
    alone = await lead_at(drawn, visit, deadline=date(2026, 4, 10))

    async with drawn.work(AUDITOR) as work:
        coming = await leads.coming_lines(work)
    today = drawn.clock.today()

    assert [line.code for line in coming] == ["L3"]
    assert outlook(may_join, coming, today).prospect is Prospect.MAY_JOIN
    assert outlook(alone, coming, today).prospect is Prospect.DUE_ALONE
    assert outlook(alone, coming, date(2026, 4, 11)).prospect is Prospect.OVERDUE


async def test_what_waited_joins_the_next_round_and_never_two(drawn: Play) -> None:
    await drawn.publish(ROUND)
    async with drawn.work(AUDITOR) as work:
        things = [t for t in await work.objects.where() if t.tags]
    for thing in things:
        await accepted(drawn, a_report(drawn, thing.object_id, deadline=date(2026, 7, 31)))

    await drawn.drawn_round(NEXT_ROUND, "L3")

    joined = [due for due in await dues(drawn) if due.state is DueState.JOINED]
    async with drawn.work(AUDITOR) as work:
        checks = [c for c in await work.checks.where(round_id="") if c.due_check]
        totals = await work.burden_counts.where(scope=Scope.TOTAL)
        entries = await work.burden_entries.where()
    assert joined
    assert sorted(c.due_check for c in checks) == sorted(due.due_id for due in joined)
    assert sum(c.number for c in totals) == len(entries)
