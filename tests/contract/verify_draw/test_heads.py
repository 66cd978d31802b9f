"""A head serves its sixteen attempts and nothing else: a swapped or repeated one is found."""

from typing import Any

import pytest

from contracts import verify_draw as v

FIRST, SECOND = "a" * 64, "b" * 64


def attempts(*heads: dict[str, str], start: int = 1) -> dict[int, Any]:
    return {
        number: v.Attempt(v.Doc("commit.json", {"heads": each}), None)
        for number, each in enumerate(heads, start)
    }


def test_the_same_heads_serve_sixteen_attempts_then_fresh_ones() -> None:
    v.check_heads(attempts(*[{"fire": FIRST, "office": SECOND}] * 16, {"fire": "c" * 64}))


def test_a_party_may_be_left_out() -> None:
    v.check_heads(attempts({"fire": FIRST, "office": SECOND}, {"office": SECOND}))


@pytest.mark.parametrize(
    "heads",
    [
        [{"fire": FIRST}, {"fire": SECOND}],
        [{"fire": FIRST, "office": FIRST}],
        [{"fire": FIRST}] * 17,
        [{"fire": FIRST}, {"office": FIRST}],
    ],
)
def test_a_swapped_or_repeated_head_is_a_difference(heads: list[dict[str, str]]) -> None:
    with pytest.raises(v.Difference) as found:
        v.check_heads(attempts(*heads))

    assert found.value.file == "commit.json"


def test_the_value_of_attempt_seventeen_is_the_last_of_a_fresh_chain() -> None:
    secret = b"s" * 32
    chain = [secret]
    for _ in range(16):
        chain.append(v.digest(chain[-1]))
    heads = v.Doc("commit.json", {"fire": chain[16].hex()}, "heads.")

    for attempt, steps in ((1, 1), (16, 16), (17, 1), (33, 1)):
        value = chain[16 - steps]
        given = v.Doc("reveals.json", {"fire": value.hex()}, "values.")
        assert v.preimage(given, heads, "fire", attempt) == value
    with pytest.raises(v.Difference):
        v.preimage(v.Doc("reveals.json", {"fire": chain[15].hex()}), heads, "fire", 18)
