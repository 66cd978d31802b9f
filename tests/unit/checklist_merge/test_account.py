"""The account of a round: every check ends exactly once, and the numbers add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.checklist_merge import Account, CheckKey, Ending, Outcome
from coordinator.domain.errors import Rule, RuleBrokenError

KEYS = st.tuples(
    st.sampled_from(("o1", "o2")),
    st.sampled_from(("", "l1", "l2")),
    st.sampled_from(("fire", "market")),
    st.sampled_from("abcde"),
)
ENDINGS = st.builds(Ending, st.sampled_from(Outcome), st.sampled_from(("v1", "v2", "cap", "r7")))
ACCOUNTS = st.dictionaries(KEYS, ENDINGS, max_size=20)


@given(ACCOUNTS)
def test_the_numbers_of_all_outcomes_add_up_to_the_checks(
    endings: dict[CheckKey, Ending],
) -> None:
    account = Account.of(endings, endings.items())

    assert sum(account.numbers.values()) == account.number_of_checks == len(endings)
    assert set(account.numbers) == set(Outcome)
    for outcome in Outcome:
        assert sum(account.references(outcome).values()) == account.numbers[outcome]


@given(ACCOUNTS, KEYS)
def test_a_check_without_ending_is_lost_and_refused(
    endings: dict[CheckKey, Ending], lost: CheckKey
) -> None:
    ended = {key: ending for key, ending in endings.items() if key != lost}

    with pytest.raises(RuleBrokenError) as caught:
        Account.of({*endings, lost}, ended.items())

    assert caught.value.rule is Rule.CHECKS_UNACCOUNTED
    assert (caught.value.facts["kind"], caught.value.facts["number"]) == ("lost", 1)


@given(ACCOUNTS.filter(bool), st.data())
def test_a_check_that_ends_twice_is_refused_even_if_both_agree(
    endings: dict[CheckKey, Ending], data: st.DataObject
) -> None:
    twice = data.draw(st.sampled_from(sorted(endings)))
    again = Ending(endings[twice].outcome, endings[twice].reference)

    with pytest.raises(RuleBrokenError) as caught:
        Account.of(endings, [*endings.items(), (twice, again)])

    assert (caught.value.facts["kind"], caught.value.facts["number"]) == ("doubled", 1)


def test_an_ending_that_nobody_asked_for_is_refused_without_naming_the_object() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        Account.of([], [(("uscc:1", "l1", "fire", "a"), Ending(Outcome.VISITED, "v1"))])

    assert caught.value.facts == {"kind": "not-owed", "number": 1, "checks": ["l1|a"]}
