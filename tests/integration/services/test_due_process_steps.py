"""Steps of due process one by one: consent, delivery, hearing, numbers, who may go back."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import ReviewKind
from coordinator.domain.lifecycle import ListingState, RepairState
from coordinator.services import blacklist, credit_repair, follow_up, handlers
from coordinator.services import listing_effects as effects
from coordinator.services.ports import Actor, Role
from tests.builders import MARKET, POLICY, a_department, a_visit, an_object
from tests.builders_sanctions import a_case
from tests.fakes import FakeStore, FakeWork
from tests.play import approver, clerk, office

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


async def listed(store: FakeStore) -> str:
    """List the subject under decision 1号, and give the listing's id."""
    key = (await delivered(store)).listing_id
    store.at += timedelta(days=20)
    await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    await do(store, DEPUTY, lambda w: handlers.confirm_listing(w, key))
    return key


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
    consent = blacklist.Consent(number="市监同〔2026〕1号", organ=CITY, dated=START.date())
    store.at += timedelta(days=20)

    early = await refused(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    by_clerk = await refused(store, CLERK, lambda w: blacklist.record_consent(w, key, consent))
    given = await do(store, approver(CITY), lambda w: blacklist.record_consent(w, key, consent))
    decided = await do(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))

    assert early is Rule.CONSENT_MISSING
    assert by_clerk is Rule.ROLE_NOT_ALLOWED
    assert (given.consent_by, given.consent_number) == (approver(CITY).name, consent.number)
    assert decided.state is ListingState.DECIDED


@pytest.mark.usefixtures("strict")
async def test_who_records_the_consent_does_not_decide_and_nobody_invents_one(
    store: FakeStore,
) -> None:
    listing = await delivered(store)
    key = listing.listing_id
    consent = blacklist.Consent(number="1号", organ=CITY, dated=START.date())
    store.at += timedelta(days=20)
    wrong = [
        replace(consent, organ="市局"),
        replace(consent, dated=START.date() - timedelta(days=1)),
        replace(consent, dated=store.at.date() + timedelta(days=1)),
    ]

    def recorded(each: blacklist.Consent) -> Act:
        return lambda w: blacklist.record_consent(w, key, each)

    refusals = [await refused(store, CHIEF, recorded(each)) for each in wrong]
    await do(store, CHIEF, lambda w: blacklist.record_consent(w, key, consent))
    own = await refused(store, CHIEF, lambda w: blacklist.decide_listing(w, key, "1号"))
    await do(store, DEPUTY, lambda w: blacklist.decide_listing(w, key, "1号"))
    late = await refused(store, DEPUTY, lambda w: blacklist.record_consent(w, key, consent))

    assert refusals == [
        Rule.CONSENT_OF_OTHER_ORGAN,
        Rule.CONSENT_DAY_WRONG,
        Rule.CONSENT_DAY_WRONG,
    ]
    assert own is Rule.TWO_PERSONS_NEEDED
    assert late is Rule.MOVE_NOT_ALLOWED


async def test_nobody_stays_listed_on_a_penalty_that_was_revoked(store: FakeStore) -> None:
    key = await listed(store)
    undone = follow_up.DecisionUndone(
        undone_by=ReviewKind.REVIEW,
        document="复议决定1号",
        document_date=store.at.date(),
        reason="事实不清",
    )
    await do(store, CHIEF, lambda w: handlers.revoke_decision(w, "case-1", undone))

    kept = await refused(store, DEPUTY, lambda w: blacklist.reject_delisting(w, key, "维持"))
    gone = await do(store, DEPUTY, lambda w: handlers.confirm_delisting(w, key))

    assert kept is Rule.GROUND_CHANGED
    assert gone.state is ListingState.DELISTED


async def test_a_revocation_is_sent_back_by_another_person_than_asked_for_it(
    store: FakeStore,
) -> None:
    key = await listed(store)
    revoked = DelistingReason.REVOKED
    await do(store, CHIEF, lambda w: blacklist.request_delisting(w, key, revoked, "2号"))

    alone = await refused(store, CHIEF, lambda w: blacklist.reject_delisting(w, key, "维持"))
    kept = await do(store, DEPUTY, lambda w: blacklist.reject_delisting(w, key, "维持"))

    assert alone is Rule.TWO_PERSONS_NEEDED
    assert (kept.state, kept.delisting_requested_by) == (ListingState.LISTED, None)


@pytest.mark.parametrize("state", [ListingState.REVOKED, ListingState.EXPIRED])
async def test_a_waiting_delisting_does_not_outlive_the_term_which_ends_by_itself(
    store: FakeStore, state: ListingState
) -> None:
    key = await listed(store)
    expired, revoked = DelistingReason.EXPIRED, DelistingReason.REVOKED
    asked = await refused(
        store, CHIEF, lambda w: blacklist.request_delisting(w, key, expired, "2号")
    )
    pending = await do(store, CHIEF, lambda w: blacklist.request_delisting(w, key, revoked, "2号"))
    await do(store, CHIEF, lambda w: w.listings.save(replace(pending, state=state)))
    store.at = datetime.combine(pending.term_until, START.time(), UTC)

    done = await do(store, office(), effects.expire_listings)
    found = await do(store, office(), lambda w: w.listings.get(key))

    assert asked is Rule.EXPIRY_IS_AUTOMATIC
    assert done == {"expired": [key]}
    assert (found.state, found.delisting_reason) == (ListingState.DELISTED, expired)
    assert (found.delisting_number, found.delisting_requested_by) == ("1号", None)


async def test_a_correction_never_prolongs_a_term_beyond_that_of_the_severity(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = tuple(each.model_copy(update={"severity": "ordinary"}) for each in POLICY.lists)
    monkeypatch.setattr(FakeWork, "policy", POLICY.model_copy(update={"lists": lists}))
    key = await listed(store)
    day = store.at.date()
    too_long = blacklist.CorrectionDraft(
        number="更1号", reason="笔误", term_until=day.replace(year=day.year + 2)
    )
    fitting = replace(too_long, term_until=day.replace(year=day.year + 1) - timedelta(days=30))

    over = await refused(store, CHIEF, lambda w: blacklist.propose_correction(w, key, too_long))
    found = await do(store, CHIEF, lambda w: blacklist.propose_correction(w, key, fitting))

    assert over is Rule.CORRECTED_TERM_WRONG
    assert set(found.after) == {"term_until"}


async def test_a_document_of_a_court_is_not_cited_before_its_day(store: FakeStore) -> None:
    document = blacklist.CourtDocument(
        subject=an_object(1).object_id,
        subject_name="甲",
        list_code="market-serious",
        court="平川县人民法院",
        number="刑初1号",
        dated=START.date() + timedelta(days=1),
        facts="事实",
    )

    refusal = await refused(store, CLERK, lambda w: blacklist.propose_by_court(w, document))

    assert refusal is Rule.COURT_DOCUMENT_TO_COME
    assert len(store.collections["listings"].values) == 0


async def test_strangers_never_stand_in_the_way_of_the_partys_application(
    store: FakeStore,
) -> None:
    key = await listed(store)
    store.at += timedelta(days=400)
    by_anybody = credit_repair.Application(applicant="某人", statement="已改", evidence="无")
    public = Actor(name="public", role=Role.OFFICE)
    most = POLICY.credit_repair.a_day_most_per_listing if POLICY.credit_repair else 0

    def in_public(w: Any) -> Any:
        return credit_repair.apply_in_public(w, key, "1号", by_anybody)

    strangers = [await do(store, public, in_public) for _ in range(most)]
    full = await refused(store, public, in_public)
    own = await do(store, CLERK, lambda w: credit_repair.apply_for_repair(w, key, by_anybody))
    second = await refused(
        store, CLERK, lambda w: credit_repair.verify_repair(w, strangers[0].repair_id, "核实")
    )
    taken = await refused(store, public, in_public)
    await do(store, CLERK, lambda w: credit_repair.verify_repair(w, own.repair_id, "核实"))
    await do(
        store,
        CHIEF,
        lambda w: handlers.decide_repair(w, own.repair_id, "修1号", "符合条件", granted=True),
    )
    left = await do(store, office(), lambda w: w.repairs.where(listing_id=key))

    assert (full, second) == (Rule.REPAIRS_FULL, Rule.REPAIR_OPEN)
    assert taken in (Rule.REPAIRS_FULL, Rule.REPAIR_OPEN)
    assert Counter(each.state for each in left) == {
        RepairState.GRANTED: 1,
        RepairState.WITHDRAWN: most,
    }
    assert {each.ended_reason for each in left} == {None, "修1号"}


async def test_the_organ_takes_one_application_of_the_public_up_and_no_other_beside_it(
    store: FakeStore,
) -> None:
    key = await listed(store)
    store.at += timedelta(days=400)
    application = credit_repair.Application(applicant="甲", statement="已改", evidence="照片")
    public = Actor(name="public", role=Role.OFFICE)
    first = await do(
        store, public, lambda w: credit_repair.apply_in_public(w, key, "1号", application)
    )

    taken = await do(
        store, CLERK, lambda w: credit_repair.verify_repair(w, first.repair_id, "核实身份")
    )
    beside = await refused(
        store, CLERK, lambda w: credit_repair.apply_for_repair(w, key, application)
    )
    again = await refused(
        store, public, lambda w: credit_repair.apply_in_public(w, key, "1号", application)
    )

    assert taken.is_taken_up
    assert (beside, again) == (Rule.REPAIR_OPEN, Rule.REPAIR_OPEN)


async def test_a_number_of_an_undone_or_delisting_decision_is_not_given_again(
    store: FakeStore,
) -> None:
    key = await listed(store)
    undone = follow_up.DecisionUndone(
        undone_by=ReviewKind.REVIEW,
        document="复议决定1号",
        document_date=store.at.date(),
        reason="事实不清",
    )
    await do(store, CHIEF, lambda w: handlers.revoke_decision(w, "case-2", undone))

    def corrected(number: str) -> Act:
        draft = blacklist.CorrectionDraft(number=number, reason="笔误", facts="更正")
        return lambda w: blacklist.propose_correction(w, key, draft)

    for number in ("平市监罚〔2026〕12号", "平市监罚〔2026〕13号", "1号"):
        assert await refused(store, CHIEF, corrected(number)) is Rule.DOCUMENT_NUMBER_USED


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
