"""Due process as a machine: whatever people try in whatever order, nobody is listed without it.

Two organs may list the same subject on lists of their own; clerks, approvers, strangers and the
office try every verb at any time, days pass, duties run, departments answer, decisions are revoked.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from contracts.sanctions import (
    EntityCorrected,
    EntityDelisted,
    EntityListed,
    MeasureFeedback,
    MeasureLifted,
    MeasureOrdered,
)
from contracts.vocabulary import DelistingReason, MeasureOutcome
from coordinator.domain.blacklist import BEFORE_LIST, Ground, Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case, ReviewKind
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import CaseState, ListingState, OrderState, RepairState
from coordinator.services import blacklist, credit_repair, follow_up, handlers, joint_punishment
from coordinator.services import listing_effects as effects
from tests.builders import FIRE, HEALTH, MARKET, a_department, a_visit, an_object
from tests.builders_sanctions import a_case
from tests.fakes import FakeStore
from tests.play import AUDITOR, approver, clerk, office

START = datetime(2026, 5, 13, 2, 0, tzinfo=UTC)
SUBJECT = a_case().subject
SHOP = "premises:shop-1"
LISTS = {MARKET: ("case-1", "market-serious"), FIRE: ("case-2", "safety-serious")}
DEPARTMENTS = (MARKET, FIRE, HEALTH)
Verb = Callable[[Any, Listing, str], Awaitable[object]]

APPLICATION = credit_repair.Application(
    applicant="法定代表人", statement="已改正并缴清罚款", evidence="缴款书、整改照片"
)


async def _repair(work: Any, listing: Listing) -> str:
    found = await work.repairs.where(listing_id=listing.listing_id)
    return str(found[-1].repair_id) if found else "none"


async def _correction(work: Any, listing: Listing) -> str:
    found = await work.corrections.where(listing_id=listing.listing_id)
    return str(found[-1].correction_id) if found else "none"


async def _verify(w: Any, li: Listing, _n: str) -> object:
    return await credit_repair.verify_repair(w, await _repair(w, li), "已核实")


async def _grant(w: Any, li: Listing, n: str) -> object:
    return await handlers.decide_repair(w, await _repair(w, li), n, "符合条件", granted=True)


async def _refuse(w: Any, li: Listing, n: str) -> object:
    return await handlers.decide_repair(w, await _repair(w, li), n, "不符合条件", granted=False)


async def _confirm_correction(w: Any, li: Listing, _n: str) -> object:
    return await handlers.confirm_correction(w, await _correction(w, li))


async def _reject_correction(w: Any, li: Listing, _n: str) -> object:
    return await blacklist.reject_correction(w, await _correction(w, li), "无误")


VERBS: dict[str, Verb] = {
    "notify": lambda w, li, n: blacklist.notify_party(w, li.listing_id, n),
    "deliver": lambda w, li, _: blacklist.record_delivery(
        w, li.listing_id, blacklist.Delivery(day=w.today(), way="direct")
    ),
    "object": lambda w, li, _: blacklist.receive_objection(w, li.listing_id, "不服", hearing=True),
    "hear": lambda w, li, _: blacklist.record_hearing(w, li.listing_id, w.today(), "笔录"),
    "answer": lambda w, li, _: blacklist.answer_objection(w, li.listing_id, "维持"),
    "decide": lambda w, li, n: blacklist.decide_listing(w, li.listing_id, n),
    "confirm": lambda w, li, _: handlers.confirm_listing(w, li.listing_id),
    "withdraw": lambda w, li, _: blacklist.withdraw_proposal(w, li.listing_id, "证据不足"),
    "reject": lambda w, li, _: blacklist.reject_listing(w, li.listing_id, "情节轻微"),
    "correct": lambda w, li, n: blacklist.propose_correction(
        w, li.listing_id, blacklist.CorrectionDraft(number=n, reason="笔误", facts=f"更正{n}")
    ),
    "confirm correction": _confirm_correction,
    "reject correction": _reject_correction,
    "apply": lambda w, li, _: credit_repair.apply_for_repair(w, li.listing_id, APPLICATION),
    "verify": _verify,
    "grant": _grant,
    "refuse": _refuse,
    "request revocation": lambda w, li, n: blacklist.request_delisting(
        w, li.listing_id, DelistingReason.REVOKED, n
    ),
    "request expiry": lambda w, li, n: blacklist.request_delisting(
        w, li.listing_id, DelistingReason.EXPIRED, n
    ),
    "request repair": lambda w, li, n: blacklist.request_delisting(
        w, li.listing_id, DelistingReason.REPAIRED, n
    ),
    "confirm delisting": lambda w, li, _: handlers.confirm_delisting(w, li.listing_id),
    "reject delisting": lambda w, li, _: blacklist.reject_delisting(w, li.listing_id, "依据充分"),
    "order measures": lambda w, li, _: joint_punishment.order_measures(w, li.listing_id),
    "lift measures": lambda w, li, _: joint_punishment.lift_measures(w, li.listing_id),
    "lift ended": lambda w, _l, _n: joint_punishment.lift_ended(w),
}
# What the organ would do next, and by whom: most of the tries go this way, or none would arrive.
NEXT: dict[ListingState, tuple[tuple[str, str], ...]] = {
    ListingState.PROPOSED: (("notify", "clerk"),),
    ListingState.NOTIFIED: (("deliver", "clerk"), ("decide", "chief")),
    ListingState.DECIDED: (("confirm", "deputy"),) * 3 + (("reject", "deputy"),),
    ListingState.LISTED: (
        ("correct", "chief"),
        ("confirm correction", "deputy"),
        ("apply", "clerk"),
        ("verify", "clerk"),
        ("grant", "chief"),
    ),
    ListingState.CORRECTED: (
        ("request revocation", "chief"),
        ("request expiry", "chief"),
        ("correct", "chief"),
    ),
    ListingState.REVOKED: (("reject delisting", "deputy"), ("confirm delisting", "deputy")),
}
REACHED: Counter[str] = Counter()


class DueProcess(RuleBasedStateMachine):
    """People of several organs, the office and the days, on listings of one subject."""

    def __init__(self) -> None:
        super().__init__()
        self.store = FakeStore(at=START)
        self.numbers = 0
        self.runner = asyncio.Runner()

    @override
    def teardown(self) -> None:
        self.runner.close()
        entries = self.store.collections["audit_entries"].values.values()
        REACHED.update(each.tag for each in entries)

    def listings(self) -> list[Listing]:
        return list(self.store.collections["listings"].values.values())

    def orders(self) -> list[MeasureOrder]:
        return list(self.store.collections["orders"].values.values())

    def cases(self) -> dict[str, Case]:
        return {each.case_id: each for each in self.store.collections["cases"].values.values()}

    def today(self) -> date:
        return self.store.at.date()

    def attempt(self, actor: Any, act: Callable[[Any], Awaitable[object]]) -> None:
        async def run() -> None:
            async with self.store.open_work(actor) as work:
                await act(work)

        try:
            self.runner.run(run())
        except RuleBrokenError as error:
            REACHED[f"refused {error.rule.value}"] += 1

    def number(self) -> str:
        self.numbers += 1
        return f"{self.numbers}号"

    @initialize()
    def begin(self) -> None:
        async def fill() -> None:
            async with self.store.open_work(clerk(MARKET)) as work:
                second = a_case(case_id="case-2", department=FIRE, decision_number="消罚1号")
                await work.cases.save(a_case(), second)
                await work.departments.save(*(a_department(code) for code in DEPARTMENTS))
                await work.visits.save(a_visit(second.visit_id))
                firm, shop = an_object(1), an_object(2, object_id=SHOP, owner=SUBJECT)
                await work.objects.save(firm, shop)

        self.runner.run(fill())

    @rule(days=st.sampled_from((1, 8, 30, 370)))
    def days_pass(self, days: int) -> None:
        self.store.at += timedelta(days=days)

    @rule(organ=st.sampled_from((MARKET, FIRE)))
    def propose(self, organ: str) -> None:
        case, code = LISTS[organ]
        self.attempt(clerk(organ), lambda w: blacklist.propose_listing(w, case, code))

    @rule(pick=st.integers(0, 1), way=st.integers(0, 4), steps=st.integers(1, 6))
    def the_organ_goes_on(self, pick: int, way: int, steps: int) -> None:
        for _ in range(steps):
            listings = [each for each in self.listings() if each.state in NEXT]
            if not listings:
                return
            listing = listings[pick % len(listings)]
            possible = NEXT[listing.state]
            verb, who = possible[way % len(possible)]
            if listing.state is ListingState.NOTIFIED:
                verb, who = possible[listing.delivered_date is not None]
            self._step(clerk(HEALTH), verb, listing)
            if verb in ("decide", "confirm"):  # too early, and by the same person
                self._step(approver(listing.organ), verb, listing)
            if verb in ("decide", "apply"):
                self.store.at += timedelta(days=8 if verb == "decide" else 370)
            actor = clerk(listing.organ) if who == "clerk" else approver(listing.organ, who)
            self._step(actor, verb, listing)
            way += 1

    def _step(self, actor: Any, verb: str, listing: Listing) -> None:
        self.attempt(actor, lambda w: VERBS[verb](w, listing, self.number()))

    @rule(
        pick=st.integers(0, 2),
        verb=st.sampled_from(sorted(VERBS)),
        actor=st.sampled_from(
            [
                AUDITOR,
                office(),
                clerk(HEALTH),
                *(clerk(code) for code in LISTS),
                *(approver(code) for code in LISTS),
                *(approver(code, "deputy") for code in LISTS),
            ]
        ),
    )
    def anybody_tries_anything(self, pick: int, verb: str, actor: Any) -> None:
        listings = self.listings()
        if listings:
            self._step(actor, verb, listings[pick % len(listings)])

    @rule(pick=st.integers(0, 20), outcome=st.sampled_from(list(MeasureOutcome)))
    def a_department_answers(self, pick: int, outcome: MeasureOutcome) -> None:
        orders = self.orders()
        if orders:
            order = orders[pick % len(orders)]
            message = MeasureFeedback(
                order_id=order.order_id,
                department=order.department,
                outcome=outcome,
                reason="理由",
                person="值班员",
                done_at=self.store.at,
            )
            self.attempt(
                clerk(order.department),
                lambda w: joint_punishment.record_feedback(w, order.department, message),
            )

    @rule()
    def the_day_does_its_duties(self) -> None:
        for duty in (effects.expire_listings, joint_punishment.lift_ended, joint_punishment.remind):
            self.attempt(office(), duty)
        for each in self.orders():
            if each.state in (OrderState.ORDERED, OrderState.ANSWERED):
                assert each.until > self.today()
        assert not any(each.is_over(self.today()) for each in self.on_list())

    @rule(organ=st.sampled_from((MARKET, FIRE)), rare=st.integers(0, 5))
    def a_penalty_is_revoked(self, organ: str, rare: int) -> None:
        standing = any(each.organ == organ for each in self.on_list())
        if rare < (2 if standing else 5):
            return
        undone = follow_up.DecisionUndone(
            undone_by=ReviewKind.REVIEW,
            document="复议决定1号",
            document_date=self.today(),
            reason="事实不清",
        )
        case, _ = LISTS[organ]
        self.attempt(approver(organ), lambda w: handlers.revoke_decision(w, case, undone))
        for each in self.listings():
            if each.case_id == case:  # the organ would rather keep it
                self._step(approver(organ, "deputy"), "reject delisting", each)

    def on_list(self) -> list[Listing]:
        return [each for each in self.listings() if each.is_on_list]

    @invariant()
    def nobody_is_listed_without_due_process(self) -> None:
        for each in self.listings():
            if each.listed_at is None:
                continue
            assert each.penalty_decision
            assert each.ground is Ground.PENALTY
            assert each.decision_number is not None
            assert each.delivered_date is not None
            assert each.objection_until is not None
            assert each.decision_date is not None
            assert each.delivered_date < each.objection_until < each.decision_date
            assert each.objection is None or each.objection_answer is not None
            assert not each.hearing_wanted or each.hearing_date is not None
            assert each.decided_by != each.confirmed_by
            assert {each.decided_by, each.confirmed_by} <= _approvers(each.organ)

    @invariant()
    def nothing_goes_on_upon_a_decision_that_fell(self) -> None:
        cases = self.cases()
        for each in self.listings():
            if cases[each.case_id].decision_number != each.penalty_decision:
                assert each.state not in BEFORE_LIST
                assert each.state not in (ListingState.LISTED, ListingState.CORRECTED)

    @invariant()
    def leaving_takes_two_persons_or_the_end_of_the_term(self) -> None:
        for each in self.listings():
            if each.state is not ListingState.DELISTED:
                continue
            if each.delisted_by is None:
                assert each.delisting_reason is DelistingReason.EXPIRED
                assert each.delisting_number == each.decision_number
            else:
                assert each.delisting_requested_by != each.delisted_by
            if each.delisting_reason is DelistingReason.REPAIRED:
                repair = self.store.collections["repairs"].values[(each.repair_id,)]
                assert repair.state is RepairState.GRANTED
                assert repair.verified_by != repair.decided_by

    @invariant()
    def no_delisting_waits_without_a_clock(self) -> None:
        for each in self.listings():
            waits = each.state is ListingState.REVOKED
            assert (each.delisting_requested_at is not None) >= waits
            if waits:
                assert each.delisting_due is not None
                assert each.delisting_basis is not None
                assert each.delisting_due > each.delisting_basis.start
            elif each.state is not ListingState.DELISTED:
                assert each.delisting_due is None

    @invariant()
    def no_measure_survives_its_listing(self) -> None:
        listings = {each.listing_id: each for each in self.listings()}
        for order in self.orders():
            if order.state in (OrderState.ORDERED, OrderState.ANSWERED):
                assert listings[order.listing_id].is_on_list
        ordered = {m.order_id for _, m in self.store.post.sent if isinstance(m, MeasureOrdered)}
        lifted = {m.order_id for _, m in self.store.post.sent if isinstance(m, MeasureLifted)}
        assert ordered == {each.order_id for each in self.orders()}
        ended = (OrderState.LIFTING, OrderState.LIFTED)
        assert lifted == {each.order_id for each in self.orders() if each.state in ended}

    @invariant()
    def everybody_is_told_of_every_change_in_the_subjects_order(self) -> None:
        told = [
            message
            for to, message in self.store.post.sent
            if to == "credit"
            and isinstance(message, EntityListed | EntityCorrected | EntityDelisted)
        ]
        assert [each.sequence for each in told] == list(range(1, len(told) + 1))
        kinds = Counter((each.listing_id, type(each)) for each in told)
        for each in self.listings():
            assert kinds[each.listing_id, EntityListed] == (each.listed_at is not None)
            delisted = each.state is ListingState.DELISTED
            assert kinds[each.listing_id, EntityDelisted] == delisted
        number = sum(
            isinstance(m, EntityListed | EntityCorrected | EntityDelisted)
            for to, m in self.store.post.sent
            if to == HEALTH
        )
        assert number == len(told)

    @invariant()
    def the_register_marks_whom_a_list_names_and_nobody_else(self) -> None:
        on_list = any(each.is_on_list for each in self.listings())
        for object_id in (SUBJECT, SHOP):
            thing = self.store.collections["objects"].values.get((object_id,))
            if thing is not None:
                assert thing.serious_list is on_list
                assert bool(thing.events) is on_list

    @invariant()
    def no_number_stands_on_two_decisions(self) -> None:
        for organ in LISTS:
            numbers = [e.decision_number for e in self.listings() if e.organ == organ]
            taken = [each for each in numbers if each is not None]
            assert len(set(taken)) == len(taken)


def _approvers(organ: str) -> set[str]:
    return {approver(organ).name, approver(organ, "deputy").name}


def test_nobody_is_listed_kept_or_let_go_without_due_process() -> None:
    run_state_machine_as_test(
        DueProcess,
        settings=settings(max_examples=80, stateful_step_count=40, deadline=None, derandomize=True),
    )

    # A machine that never lists anybody would prove nothing.
    assert {
        "blacklist:listing:listed",
        "blacklist:listing:corrected",
        "blacklist:listing:delisted",
        "blacklist:listing:delisting-requested",
        "blacklist:listing:rejected",
        "credit-repair:application:granted",
        "joint-punishment:feedback:received",
    } <= REACHED.keys()
    for each in (
        Rule.TWO_PERSONS_NEEDED,
        Rule.OBJECTION_PERIOD_RUNS,
        Rule.NOT_YOUR_DEPARTMENT,
        Rule.GROUND_CHANGED,
        Rule.EXPIRY_IS_AUTOMATIC,
    ):
        assert REACHED[f"refused {each.value}"]


@pytest.mark.parametrize("state", [CaseState.CLUE, CaseState.FILED, CaseState.NOT_FILED])
async def test_a_clue_alone_never_begins_a_listing(state: CaseState) -> None:
    store = FakeStore(at=START)
    async with store.open_work(clerk(MARKET)) as work:
        await work.cases.add([replace(a_case(), state=state, decision_number=None)])
        await work.departments.save(a_department(MARKET))

    async with store.open_work(clerk(MARKET)) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await blacklist.propose_listing(work, "case-1", "market-serious")
    assert refused.value.rule is Rule.NO_PENALTY_DECISION
