"""The audit chain on paper: whatever somebody does to some rows is found, and where."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coordinator.adapters.audit_chain import digest_of, link_of
from coordinator.domain.audit_chain import (
    MOST_FLAWS,
    ChainState,
    ChainWalk,
    Checkpoint,
    FlawKind,
    missing_checkpoints,
)

Row = dict[str, Any]
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
FACTS = st.dictionaries(
    st.text(max_size=4), st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text()
)
SIZE = 7


def a_chain(facts: Sequence[dict[str, Any]] = ({},) * SIZE) -> list[Row]:
    rows = [
        {
            "number": number,
            "at": NOON + timedelta(minutes=number),
            "actor": "clerk",
            "tag": "a:b:c",
            "subject": f"thing-{number}",
            "facts": each,
        }
        for number, each in enumerate(facts, start=1)
    ]
    return hashed(rows)


def hashed(rows: Sequence[Row]) -> list[Row]:
    """Compute the whole chain anew, as whoever can write the database may."""
    previous, chain = "", []
    for row in rows:
        content = {name: row[name] for name in ("number", "at", "actor", "tag", "subject", "facts")}
        digest = digest_of(content, previous)
        chain.append({**content, "previous": previous, "digest": digest})
        previous = digest
    return chain


def walked(
    rows: Sequence[Row], given_numbers: int | None = None, anchors: Sequence[Row] = ()
) -> ChainState:
    walk = ChainWalk({row["number"]: {row["digest"]} for row in anchors})
    walk.follow(link_of(row) for row in sorted(rows, key=lambda row: row["number"]))
    return walk.end(SIZE if given_numbers is None else given_numbers)


PLACES = st.integers(0, SIZE - 1)
CHANGES = st.sampled_from(
    [
        {"at": NOON - timedelta(days=1)},
        {"actor": "somebody else"},
        {"tag": "a:b:d"},
        {"subject": "another"},
        {"facts": {"number": 0}},
        {"previous": "00"},
        {"digest": "00"},
    ]
)


@given(st.lists(FACTS, min_size=SIZE, max_size=SIZE))
def test_an_untouched_chain_is_whole_whatever_its_facts_say(facts: list[dict[str, Any]]) -> None:
    chain = a_chain(facts)

    state = walked(chain, anchors=chain[3:5])

    assert state.whole
    assert (state.number_of_entries, state.last, state.anchored) == (SIZE, SIZE, 5)
    assert state.digest == chain[-1]["digest"]


@given(PLACES, CHANGES)
def test_a_changed_entry_is_named(place: int, change: Row) -> None:
    chain = a_chain()
    chain[place] = {**chain[place], **change}

    flaws = walked(chain).flaws

    assert (flaws[0].kind, flaws[0].number) == (FlawKind.CHANGED, place + 1)


@given(PLACES, st.integers(1, SIZE))
def test_removed_entries_are_named_the_first_and_the_last_too(place: int, length: int) -> None:
    chain = a_chain()
    end = min(place + length, SIZE)

    flaws = walked(chain[:place] + chain[end:]).flaws

    kind = FlawKind.END_REMOVED if end == SIZE else FlawKind.REMOVED
    assert [(f.kind, f.number, f.until) for f in flaws] == [(kind, place + 1, end)]


@given(PLACES)
def test_entries_that_closed_up_after_a_removal_are_found(place: int) -> None:
    chain = a_chain()
    without = chain[:place] + chain[place + 1 :]
    closed_up = [{**row, "number": number} for number, row in enumerate(without, start=1)]

    state = walked(closed_up)

    assert not state.whole
    assert state.flaws[0].number == place + 1
    assert state.flaws[-1].kind is FlawKind.END_REMOVED


@given(PLACES)
def test_an_inserted_entry_is_found(place: int) -> None:
    chain = a_chain()
    further = [{**row, "number": row["number"] + 1} for row in chain[place:]]
    put_in = {**chain[place], "subject": "never happened"}

    state = walked([*chain[:place], put_in, *further])

    assert state.flaws[0].number == place + 1
    assert state.flaws[-1].kind is FlawKind.INSERTED  # more entries than numbers were given


@given(PLACES, PLACES)
def test_entries_that_changed_places_are_found(one: int, other: int) -> None:
    chain = a_chain()
    chain[one], chain[other] = (
        {**chain[other], "number": one + 1},
        {**chain[one], "number": other + 1},
    )

    assert walked(chain).whole is (one == other)


@given(PLACES, st.integers(0, 2 * SIZE))
def test_a_chain_computed_anew_is_found_by_any_checkpoint_after_it(place: int, at: int) -> None:
    honest = a_chain()
    forged = hashed([*honest[:place], {**honest[place], "actor": "x"}, *honest[place + 1 :]])
    anchor = honest[at % SIZE]

    flaws = walked(forged, anchors=[anchor]).flaws

    found = [(f.kind, f.number) for f in flaws]
    later = anchor["number"] > place
    assert found == ([(FlawKind.REWRITTEN, anchor["number"])] if later else [])


@given(st.integers(0, SIZE - 1), PLACES)
def test_an_end_cut_off_with_its_numbers_is_found_by_a_checkpoint_in_it(keep: int, at: int) -> None:
    honest = a_chain()
    anchor = honest[at]

    flaws = walked(honest[:keep], given_numbers=keep, anchors=[anchor]).flaws

    found = [(f.kind, f.number, f.until) for f in flaws]
    lost = anchor["number"] > keep
    assert found == ([(FlawKind.END_REMOVED, keep + 1, anchor["number"])] if lost else [])


def test_a_chain_that_is_broken_everywhere_is_told_shortly() -> None:
    rows = [{**row, "actor": "x"} for row in a_chain(({},) * (MOST_FLAWS + 20))]

    state = walked(rows, given_numbers=MOST_FLAWS + 20)

    assert len(state.flaws) == MOST_FLAWS
    assert state.number_of_flaws == MOST_FLAWS + 20


def checkpoints(number: int) -> list[Checkpoint]:
    made: list[Checkpoint] = []
    for each in range(1, number + 1):
        before = made[-1].fingerprint if made else ""
        digest = f"{each:064x}"
        made.append(
            Checkpoint(
                checkpoint=each, number=each * 10, digest=digest, made_at=NOON, previous=before
            )
        )
    return made


@given(st.integers(1, 4))
def test_a_checkpoint_that_vanished_from_the_middle_is_named(place: int) -> None:
    made = checkpoints(5)

    flaws = missing_checkpoints(made[: place - 1] + made[place:])

    assert [(f.kind, f.number) for f in flaws] == [(FlawKind.CHECKPOINT_REMOVED, place)]
    assert missing_checkpoints(made) == []


def test_a_checkpoint_that_does_not_continue_the_one_before_is_named() -> None:
    made = checkpoints(3)
    made[1] = replace(made[1], digest="f" * 64)

    flaws = missing_checkpoints(made)

    assert [(f.kind, f.number) for f in flaws] == [(FlawKind.CHECKPOINT_FORGED, 3)]


@given(st.integers(1, SIZE))
def test_what_is_done_while_the_chain_is_walked_over_is_no_flaw(seen: int) -> None:
    walk = ChainWalk()
    walk.follow(link_of(row) for row in a_chain()[:seen])

    assert walk.end(1, given_by_now=SIZE).whole
    assert not walk.end(seen + 1, given_by_now=SIZE).whole
