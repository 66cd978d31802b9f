"""Heads, preimages and the two persons of an act."""

import pytest

from contracts.draw_proof import chain_head, preimage
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import another_person, check_head, check_reveal

SECRET = b"s" * 32
HEAD = chain_head(SECRET).hex()


@pytest.mark.parametrize("attempt", range(1, 17))
def test_the_preimage_of_an_attempt_opens_the_head(attempt: int) -> None:
    check_reveal(HEAD, preimage(SECRET, attempt).hex(), attempt, "fire")


@pytest.mark.parametrize(
    "value",
    [
        preimage(SECRET, 2).hex(),
        preimage(b"t" * 32, 1).hex(),
        preimage(SECRET, 1).hex().upper(),
        preimage(SECRET, 1).hex() + " ",
        " ".join(preimage(SECRET, 1).hex()[n : n + 2] for n in range(0, 64, 2)),
        preimage(SECRET, 1).hex()[:-1],
        "nothing like hex",
        "",
    ],
)
def test_any_other_value_or_spelling_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        check_reveal(HEAD, value, 1, "fire")

    assert refused.value.rule is Rule.REVEAL_DOES_NOT_MATCH
    assert not value or value not in str(refused.value.facts)


@pytest.mark.parametrize("head", ["", "ab", HEAD.upper(), HEAD + "00", "g" * 64, HEAD[:-1] + "\n"])
def test_a_head_that_no_commit_can_hold_is_refused(head: str) -> None:
    check_head(HEAD, "fire")
    with pytest.raises(RuleBrokenError) as refused:
        check_head(head, "fire")

    assert refused.value.rule is Rule.FROZEN_FIELD_INVALID


def test_an_act_of_two_needs_two() -> None:
    another_person("a", "b", "freeze")
    with pytest.raises(RuleBrokenError) as alone:
        another_person("a", "a", "freeze")
    with pytest.raises(RuleBrokenError) as first:
        another_person(None, "a", "freeze")

    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert first.value.rule is Rule.FIRST_PERSON_MISSING
