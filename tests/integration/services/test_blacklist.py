"""Due process: every short path through the verbs is walked, and none lists anybody without it."""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.sanctions import EntityDelisted, EntityListed
from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import Listing, rule_for
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case
from coordinator.domain.lifecycle import CaseState, ListingState
from coordinator.services import blacklist, follow_up, handlers
from coordinator.services.follow_up import PenaltyDecision
from tests.builders import (
    DEPARTMENTS,
    MARKET,
    POLICY,
    a_department,
    a_visit,
)
from tests.builders_sanctions import a_case
from tests.fakes import FakeStore
from tests.play import approver, clerk

LIST = rule_for("market-serious", POLICY)
CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")
DECISION = PenaltyDecision(
    decision_number="平市监罚〔2026〕12号",
    decided_date=datetime(2026, 5, 12, tzinfo=UTC).date(),
    penalty_kind="licence-withdrawn",
    facts="超范围经营",
    basis="《食品安全法》第一百二十二条",
)
Act = Callable[[Any], Awaitable[object]]


async def _listing_id(work: Any) -> str:
    listings = await work.listings.where()
    return listings[-1].listing_id if listings else "none"


def _by(actor: Any, verb: Callable[[Any, str], Awaitable[object]]) -> tuple[Any, Act]:
    async def act(work: Any) -> object:
        return await verb(work, await _listing_id(work))

    return actor, act


ACTS: dict[str, tuple[Any, Act]] = {
    "file": (CHIEF, lambda w: follow_up.file_case(w, "case-1", "涉嫌违法", filed=True)),
    "punish": (CHIEF, lambda w: follow_up.decide_penalty(w, "case-1", DECISION)),
    "propose": (CLERK, lambda w: blacklist.propose_listing(w, "case-1", "market-serious")),
    "notify": _by(CLERK, blacklist.notify_party),
    "object": _by(CLERK, lambda w, key: blacklist.receive_objection(w, key, "不服")),
    "answer": _by(CHIEF, lambda w, key: blacklist.answer_objection(w, key, "维持")),
    "decide": _by(CHIEF, lambda w, key: blacklist.decide_listing(w, key, "平市监列〔2026〕1号")),
    "decide as deputy": _by(DEPUTY, lambda w, key: blacklist.decide_listing(w, key, "2号")),
    "confirm": _by(CHIEF, handlers.confirm_listing),
    "confirm as deputy": _by(DEPUTY, handlers.confirm_listing),
    "revoke": _by(
        CHIEF,
        lambda w, key: blacklist.request_delisting(w, key, DelistingReason.REVOKED, "3号"),
    ),
    "delist": _by(CHIEF, handlers.confirm_delisting),
    "delist as deputy": _by(DEPUTY, handlers.confirm_delisting),
}
WAIT = timedelta(days=4)  # two waits pass the objection period of five working days


@dataclass(frozen=True)
class Node:
    """A state of the world and one way there."""

    store: FakeStore
    path: tuple[str, ...]

    def mark(self) -> tuple[object, ...]:
        """Give what tells this state from others; ids and instants do not."""
        collections = self.store.collections
        cases = [each.state for each in collections["cases"].values.values()]
        listings = [
            replace(each, listing_id="", proposed_at=self.store.at, sequence=0)
            for each in collections["listings"].values.values()
        ]
        return tuple(cases), tuple(map(repr, listings)), self.store.at


def copied(store: FakeStore) -> FakeStore:
    twin = FakeStore(at=store.at, ids=store.ids)
    for name, each in store.collections.items():
        twin.collections[name].values = copy.copy(each.values)
    twin.post.sent, twin.series = list(store.post.sent), copy.copy(store.series)
    return twin


async def after(node: Node, name: str) -> Node | None:
    """Give the state after an act, None when the act is refused."""
    store = copied(node.store)
    actor, act = ACTS[name]
    try:
        async with store.open_work(actor) as work:
            await act(work)
    except RuleBrokenError:
        return None
    return Node(store, (*node.path, name))


async def every_state(start: FakeStore) -> list[Node]:
    """Walk all acts and up to three waits from the start, each state once."""
    first = Node(start, ())
    seen, new, found = {first.mark()}, [first], [first]
    while new:
        node = new.pop()
        following = [await after(node, name) for name in ACTS]
        if node.path.count("wait") < 3:
            later = copied(node.store)
            later.at += WAIT
            following.append(Node(later, (*node.path, "wait")))
        for each in following:
            if each is not None and each.mark() not in seen:
                seen.add(each.mark())
                new.append(each)
                found.append(each)
    return found


async def a_store(case: Case) -> FakeStore:
    store = FakeStore(at=datetime(2026, 5, 13, 2, 0, tzinfo=UTC))
    async with store.open_work(CLERK) as work:
        await work.cases.add([case])
        await work.departments.save(*(a_department(code) for code in DEPARTMENTS))
        await work.visits.save(a_visit(case.visit_id))
    return store


def listing_of(node: Node) -> Listing | None:
    return next(iter(node.store.collections["listings"].values.values()), None)


async def test_no_path_lists_anybody_without_penalty_notice_period_and_two_persons() -> None:
    undecided = a_case(
        state=CaseState.CLUE, decision_number=None, decided_date=None, penalty_kind=None
    )

    nodes = await every_state(await a_store(undecided))

    listed = [node for node in nodes if _is(node, ListingState.LISTED, ListingState.DELISTED)]
    assert len(nodes) > 100
    assert listed
    for node in listed:
        listing = listing_of(node)
        assert listing is not None
        case = node.store.collections["cases"].values[("case-1",)]
        assert case.decision_number == DECISION.decision_number, node.path
        assert listing.penalty_decision == DECISION.decision_number
        assert listing.notified_at is not None
        assert listing.objection_until is not None
        assert listing.decision_date is not None
        assert listing.decision_date > listing.objection_until, node.path
        assert listing.objection is None or listing.objection_answer is not None, node.path
        assert {listing.decided_by, listing.confirmed_by} == {CHIEF.name, DEPUTY.name}, node.path
        assert node.path.count("wait") >= 2


async def test_nobody_is_announced_as_listed_before_being_listed() -> None:
    for node in await every_state(await a_store(a_case())):
        announced = [m for _, m in node.store.post.sent if isinstance(m, EntityListed)]
        ended = [m for _, m in node.store.post.sent if isinstance(m, EntityDelisted)]
        listed = _is(node, ListingState.LISTED, ListingState.DELISTED)
        delisted = _is(node, ListingState.DELISTED)
        assert len(announced) == (1 + len(DEPARTMENTS)) * listed, node.path
        assert len(ended) == (1 + len(DEPARTMENTS)) * delisted, node.path
        assert bool(node.store.collections["orders"].values) == listed, node.path


async def test_delisting_needs_two_persons_on_every_path() -> None:
    for node in await every_state(await a_store(a_case())):
        listing = listing_of(node)
        if listing is not None and listing.state is ListingState.DELISTED:
            assert listing.delisting_requested_by != listing.delisted_by, node.path


@pytest.mark.parametrize("state", [CaseState.CLUE, CaseState.FILED, CaseState.NOT_FILED])
async def test_a_clue_alone_never_begins_a_listing(state: CaseState) -> None:
    store = await a_store(a_case(state=state))

    assert await after(Node(store, ()), "propose") is None


def _is(node: Node, *states: ListingState) -> bool:
    listing = listing_of(node)
    return listing is not None and listing.state in states


async def test_not_filing_a_case_needs_a_reason() -> None:
    store = await a_store(a_case(state=CaseState.CLUE))

    async with store.open_work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await follow_up.file_case(work, "case-1", " ", filed=False)
    assert refused.value.rule is Rule.REASON_MISSING
