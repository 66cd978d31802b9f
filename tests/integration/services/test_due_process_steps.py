"""Steps of due process one by one: consent, delivery, hearing, numbers, who may go back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from coordinator.services import blacklist, handlers
from tests.builders import MARKET, POLICY, a_department, a_visit, an_object
from tests.builders_sanctions import a_case
from tests.fakes import FakeStore, FakeWork
from tests.play import approver, clerk

START = datetime(2026, 5, 13, 2, 0, tzinfo=UTC)
CITY = "market-of-the-city"
CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")
Act = Callable[[Any], Awaitable[Any]]


@pytest.fixture
async def store() -> FakeStore:
    """Give a county whose market organ has a superior, and a subject that was penalised twice."""
    store = FakeStore(at=START)
    async with store.open_work(CLERK) as work:
        second = a_case(case_id="case-2", decision_number="平市监罚〔2026〕13号")
        await work.cases.save(a_case(), second)
        organ = replace(a_department(MARKET), superior=CITY)
        await work.departments.save(organ, a_department(CITY))
        await work.visits.save(a_visit(second.visit_id))
        await work.objects.save(an_object(1))
    return store


async def do(store: FakeStore, actor: Any, act: Act) -> Any:
    async with store.open_work(actor) as work:
        return await act(work)


async def refused(store: FakeStore, actor: Any, act: Act) -> Rule:
    with pytest.raises(RuleBrokenError) as error:
        await do(store, actor, act)
    return error.value.rule


async def delivered(store: FakeStore, way: str = "direct") -> Listing:
    proposed = await do(
        store, CLERK, lambda w: blacklist.propose_listing(w, "case-1", "market-serious")
    )
    key = proposed.listing_id
    await do(store, CLERK, lambda w: blacklist.notify_party(w, key))
    found: Listing = await do(
        store,
        CLERK,
        lambda w: blacklist.record_delivery(w, key, blacklist.Delivery(day=w.today(), way=way)),
    )
    return found


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rule of every list ask for the superior's consent."""
    lists = tuple(each.model_copy(update={"superior_consent": True}) for each in POLICY.lists)
    monkeypatch.setattr(FakeWork, "policy", POLICY.model_copy(update={"lists": lists}))


@pytest.mark.usefixtures("strict")
async def test_the_superiors_consent_is_a_step_of_its_own_and_comes_before_the_decision(
    store: FakeStore,
) -> None:
    listing = await delivered(store)
    key = listing.listing_id
    consent = blacklist.Consent(number="市监同〔2026〕1号", organ="市局", dated=START.date())
    store.at += timedelta(days=20)

    early = await refused(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    by_clerk = await refused(store, CLERK, lambda w: blacklist.record_consent(w, key, consent))
    given = await do(store, approver(CITY), lambda w: blacklist.record_consent(w, key, consent))
    decided = await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))

    assert early is Rule.CONSENT_MISSING
    assert by_clerk is Rule.ROLE_NOT_ALLOWED
    assert (given.consent_by, given.consent_number) == (approver(CITY).name, consent.number)
    assert decided.state is ListingState.DECIDED


async def test_a_consent_that_no_rule_asks_for_is_not_recorded(store: FakeStore) -> None:
    listing = await delivered(store)
    consent = blacklist.Consent(number="1号", organ="市局", dated=START.date())

    found = await refused(
        store, CHIEF, lambda w: blacklist.record_consent(w, listing.listing_id, consent)
    )
    assert found is Rule.CONSENT_NOT_NEEDED


async def test_the_objection_period_counts_from_the_delivery_and_runs_its_working_days(
    store: FakeStore,
) -> None:
    proposed = await do(
        store, CLERK, lambda w: blacklist.propose_listing(w, "case-1", "market-serious")
    )
    key = proposed.listing_id
    await do(store, CLERK, lambda w: blacklist.notify_party(w, key, "告1号"))
    store.at += timedelta(days=30)
    undelivered = await refused(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    future = blacklist.Delivery(day=store.at.date() + timedelta(days=1), way="post")
    unknown = blacklist.Delivery(day=store.at.date(), way="pigeon")

    wrong_day = await refused(store, CLERK, lambda w: blacklist.record_delivery(w, key, future))
    wrong_way = await refused(store, CLERK, lambda w: blacklist.record_delivery(w, key, unknown))
    by_post = blacklist.Delivery(day=date(2026, 6, 10), way="post")
    found = await do(store, CLERK, lambda w: blacklist.record_delivery(w, key, by_post))
    twice = await refused(store, CLERK, lambda w: blacklist.record_delivery(w, key, by_post))

    assert undelivered is Rule.OBJECTION_PERIOD_RUNS
    assert (wrong_day, wrong_way, twice) == (
        Rule.DELIVERY_DAY_WRONG,
        Rule.CODE_UNKNOWN,
        Rule.ALREADY_EXISTS,
    )
    assert found.objection_until == date(2026, 6, 17)
    assert found.objection_basis is not None
    assert found.objection_basis.start == by_post.day


async def test_a_party_that_wants_a_hearing_is_heard_before_it_is_answered(
    store: FakeStore,
) -> None:
    listing = await delivered(store)
    key = listing.listing_id
    await do(store, CLERK, lambda w: blacklist.receive_objection(w, key, "数量不实", hearing=True))
    store.at += timedelta(days=20)

    unheard = await refused(store, CHIEF, lambda w: blacklist.answer_objection(w, key, "维持"))
    open_one = await refused(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    await do(store, CLERK, lambda w: blacklist.record_hearing(w, key, w.today(), "笔录附卷"))
    await do(store, CHIEF, lambda w: blacklist.answer_objection(w, key, "维持"))
    decided = await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))

    assert (unheard, open_one) == (Rule.HEARING_NOT_HELD, Rule.OBJECTION_UNANSWERED)
    assert decided.rule_label == "market-serious@2021-09-01"


async def test_a_number_is_given_to_one_decision_of_an_organ_only(store: FakeStore) -> None:
    listing = await delivered(store)
    key = listing.listing_id
    store.at += timedelta(days=20)

    of_penalty = await refused(
        store, CHIEF, lambda w: blacklist.decide_listing(w, key, "平市监罚〔2026〕13号")
    )
    await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    await do(store, DEPUTY, lambda w: handlers.confirm_listing(w, key))
    draft = blacklist.CorrectionDraft(number="1号", reason="笔误", facts="更正")
    of_listing = await refused(store, CHIEF, lambda w: blacklist.propose_correction(w, key, draft))

    assert {of_penalty, of_listing} == {Rule.DOCUMENT_NUMBER_USED}


async def test_one_organ_lists_a_subject_once_and_may_propose_again_after_a_withdrawal(
    store: FakeStore,
) -> None:
    listing = await delivered(store)
    key = listing.listing_id

    again = await refused(
        store, CLERK, lambda w: blacklist.propose_listing(w, "case-2", "market-serious")
    )
    ended = await do(store, CLERK, lambda w: blacklist.withdraw_proposal(w, key, "证据不足"))
    anew = await do(
        store, CLERK, lambda w: blacklist.propose_listing(w, "case-2", "market-serious")
    )

    assert again is Rule.ALREADY_LISTED
    assert (ended.state, ended.ended_reason) == (ListingState.WITHDRAWN, "证据不足")
    assert anew.penalty_decision == "平市监罚〔2026〕13号"


async def test_the_second_person_may_say_no_with_a_reason(store: FakeStore) -> None:
    listing = await delivered(store)
    key = listing.listing_id
    store.at += timedelta(days=20)
    await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))

    wordless = await refused(store, DEPUTY, lambda w: blacklist.reject_listing(w, key, " "))
    ended = await do(store, DEPUTY, lambda w: blacklist.reject_listing(w, key, "情节轻微"))

    assert wordless is Rule.REASON_MISSING
    assert (ended.state, ended.ended_by) == (ListingState.REJECTED, DEPUTY.name)
    assert store.post.sent == []
