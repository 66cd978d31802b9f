"""External sources on paper: exact names, known beats, values that are checked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.sources import Beacon, check_named, named_source, read_value

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET = Beacon(CHAIN, datetime.fromtimestamp(1692803367, UTC), 3)
DRAND = f"drand:{CHAIN}:657413"
RANDOMNESS = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
SIGNATURE = (
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be"
    "41076862b98fad56e91a6b85b89cd97b"
)
NIST = "nist:2:1234567"
LOTTERY = "lottery:ssq:2026133"
PULSE = {"round": 657413, "randomness": RANDOMNESS, "signature": SIGNATURE}


def refused(rule: Rule, problem: str, act: Any, *given: Any) -> None:
    with pytest.raises(RuleBrokenError) as error:
        act(*given)
    assert (error.value.rule, error.value.facts["problem"]) == (rule, problem)


def test_the_randomness_of_quicknet_is_the_hash_of_its_signature() -> None:
    for text in (
        json.dumps(PULSE),
        f"{RANDOMNESS} {SIGNATURE}",
        f"{RANDOMNESS.upper()}  {SIGNATURE}",
    ):
        assert read_value(DRAND, text) == (RANDOMNESS, SIGNATURE)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("json", "{"),
        ("json", "{" * 100_000),
        ("other-pulse", json.dumps(PULSE | {"round": 657414})),
        ("signature", RANDOMNESS),
        ("randomness", SIGNATURE),
        ("randomness-is-not-hash-of-signature", f"{'0' * 64} {SIGNATURE}"),
        ("randomness-is-not-hash-of-signature", f"{RANDOMNESS} {SIGNATURE[:-2]}00"),
        ("randomness", ""),
    ],
)
def test_a_pulse_that_does_not_check_is_refused(problem: str, text: str) -> None:
    refused(Rule.SOURCE_VALUE_INVALID, problem, read_value, DRAND, text)


def test_a_nist_pulse_comes_as_its_file_or_as_its_digits() -> None:
    value = "ab" * 64
    pulse = {"chainIndex": 2, "pulseIndex": 1234567, "outputValue": value.upper()}

    for text in (value, json.dumps(pulse), json.dumps({"pulse": pulse})):
        assert read_value(NIST, text) == (value, None)
    other = json.dumps({"pulse": pulse | {"pulseIndex": 1}})
    refused(Rule.SOURCE_VALUE_INVALID, "other-pulse", read_value, NIST, other)
    refused(Rule.SOURCE_VALUE_INVALID, "json", read_value, NIST, '{"pulse": 3}')
    refused(Rule.SOURCE_VALUE_INVALID, "output-value", read_value, NIST, "ab" * 32)


def test_the_numbers_of_a_lottery_are_the_same_however_they_are_set_apart() -> None:
    expected = (b"03 07 12 15 22 31 09".hex(), None)

    for text in ("03 07 12 15 22 31 + 09", "03,07,12,15,22,31|09", " 03、07、12、15、22、31、09\n"):
        assert read_value(LOTTERY, text) == expected
    refused(Rule.SOURCE_VALUE_INVALID, "numbers", read_value, LOTTERY, "three")


def test_a_chain_with_a_beat_says_itself_when_its_round_is_due() -> None:
    known = f"drand:{CHAIN}:27946612"

    assert named_source(known, [QUICKNET]).at == "2026-04-20T00:00:00Z"
    assert (
        named_source(f"{known} 2026-04-20T08:00:00+08:00", [QUICKNET]).at == "2026-04-20T00:00:00Z"
    )
    wrong = f"{known} 2026-04-20T00:00:03Z"
    refused(Rule.SOURCE_NAME_INVALID, "time", named_source, wrong, [QUICKNET])
    refused(Rule.SOURCE_NAME_INVALID, "time-missing", named_source, known, [])


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("name", ""),
        ("name", "drand:52db:1"),
        ("name", f"drand:{CHAIN}:0"),
        ("name", f"drand:{CHAIN.upper()}:1 2026-04-20T00:00:00Z"),
        ("name", "lottery:双色球:1 2026-04-20T00:00:00Z"),
        ("time-missing", NIST),
        ("time", f"{NIST} tomorrow"),
        ("time", f"{NIST} 2026-04-20T00:00:00"),
    ],
)
def test_a_source_is_named_exactly(problem: str, text: str) -> None:
    refused(Rule.SOURCE_NAME_INVALID, problem, named_source, text, [QUICKNET])


def test_a_named_pulse_is_still_to_come_and_stands_once() -> None:
    source = named_source(f"{NIST} 2026-04-20T00:00:00Z", [])
    due = datetime(2026, 4, 20, tzinfo=UTC)

    check_named((source,), due - timedelta(seconds=1))
    with pytest.raises(RuleBrokenError) as known:
        check_named((source,), due)
    assert known.value.rule is Rule.SOURCE_ALREADY_DUE
    refused(Rule.SOURCE_NAME_INVALID, "repeated", check_named, (source,) * 2, due - timedelta(1))
