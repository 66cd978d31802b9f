"""Records for public platforms: files that say what they mean, receipts and lists that are read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.draw_proof import hash_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.exchange import (
    Answer,
    ExchangeBatch,
    ExchangeRecord,
    answered,
    batch_lines,
    body_of,
    compare,
    digest_of_file,
    is_silent,
    read_answers,
    read_list,
    with_body,
)
from coordinator.domain.lifecycle import EXCHANGE_MOVES, ExchangeState
from coordinator.domain.policy import ExchangeKind

AT = datetime(2026, 5, 20, 2, tzinfo=UTC)
keys = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("01", max_size=2))


def a_record(**changes: Any) -> ExchangeRecord:
    record = ExchangeRecord(
        record_id="p.result.d1",
        platform="p",
        kind=ExchangeKind.RESULT,
        subject="d1",
        title="某店",
        body="",
        digest="",
        state=ExchangeState.SENT,
        made_at=AT,
        batch=1,
        sent_at=AT,
    )
    return replace(with_body(record, body_of({"item": "i1", "object": "某店"})), **changes)


def a_batch(**changes: Any) -> ExchangeBatch:
    values: dict[str, Any] = {
        "batch_id": "p.1",
        "platform": "p",
        "number": 1,
        "file_name": "p-000001.jsonl",
        "content": b"",
        "digest": "",
        "number_of_records": 1,
        "made_at": AT,
        "written_at": AT,
    }
    return ExchangeBatch(**{**values, **changes})


def an_answer(**changes: Any) -> Answer:
    record = a_record()
    values = {
        "record_id": record.record_id,
        "digest": record.digest,
        "state": ExchangeState.ACCEPTED,
        "reason": "",
    }
    return Answer(**{**values, **changes})


def test_a_batch_says_what_it_is_and_every_line_carries_the_digest_of_its_data() -> None:
    record = a_record()

    head, line = batch_lines({"platform": "p", "batch": 1}, [record]).splitlines()

    told = json.loads(line)
    assert json.loads(head) == {"platform": "p", "batch": 1}
    assert told["record"] == record.record_id
    assert told["digest"] == hash_of(body_of(told["data"]).encode()) == record.digest


def test_the_digest_of_a_file_is_what_sha256sum_prints() -> None:
    assert digest_of_file(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_receipt_accepts_or_refuses_with_a_reason() -> None:
    lines = [
        {"record": "a", "digest": "1", "state": "accepted"},
        {"record": "b", "digest": "2", "state": "refused", "reason": "机关代码未备案"},
    ]
    content = "\n\n".join(json.dumps(line) for line in lines).encode()

    first, second = read_answers("r.jsonl", content)

    assert (first.state, first.reason) == (ExchangeState.ACCEPTED, "")
    assert (second.state, second.reason) == (ExchangeState.REFUSED, "机关代码未备案")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("not json", "line"),
        ("[1]", "line"),
        ('{"digest": "1", "state": "accepted"}', "record"),
        ('{"record": "a", "state": "accepted"}', "digest"),
        ('{"record": "a", "digest": "1", "state": "maybe"}', "state"),
        ('{"record": "a", "digest": "1", "state": "refused"}', "reason"),
        ('{"record": "a", "digest": "1", "state": "refused", "reason": " "}', "reason"),
        ('{"record": "a\\u0000", "digest": "1", "state": "accepted"}', "line"),
        ('{"record": "a\\ud800", "digest": "1", "state": "accepted"}', "line"),
        ('{"record": "a", "digest": "1", "state": "refused", "reason": "\0"}', "line"),
    ],
)
def test_a_receipt_that_says_nothing_clear_is_refused_by_row_and_field(
    line: str, field: str
) -> None:
    good = '{"record": "z", "digest": "1", "state": "accepted"}'

    with pytest.raises(RuleBrokenError) as error:
        read_answers("r.jsonl", f"{good}\n{line}\n".encode())

    assert error.value.rule is Rule.EXCHANGE_FILE_UNREADABLE
    assert (error.value.facts["row"], error.value.facts["field"]) == (2, field)


def test_a_receipt_that_is_not_text_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as error:
        read_answers("r.jsonl", b"\xff\xfe")

    assert error.value.facts["expected"] == "UTF-8"


def test_an_answer_moves_what_was_sent_and_keeps_a_refusals_reason() -> None:
    accepted = answered(a_record(), an_answer(), AT)
    refused = answered(a_record(), an_answer(state=ExchangeState.REFUSED, reason="重复"), AT)

    assert (accepted.state, accepted.answered_at) == (ExchangeState.ACCEPTED, AT)
    assert (refused.state, refused.reason) == (ExchangeState.REFUSED, "重复")


@pytest.mark.parametrize("state", [s for s in ExchangeState if s is not ExchangeState.SENT])
def test_an_answer_to_what_is_not_on_its_way_changes_nothing(state: ExchangeState) -> None:
    record = a_record(state=state)

    assert answered(record, an_answer(), AT) == record


def test_an_answer_to_an_earlier_content_changes_nothing() -> None:
    assert answered(a_record(), an_answer(digest="0" * 64), AT) == a_record()


def test_nothing_is_accepted_without_having_been_sent() -> None:
    leading = {now for now, after in EXCHANGE_MOVES.items() if ExchangeState.ACCEPTED in after}

    assert leading == {ExchangeState.SENT}


def test_a_list_is_read_by_head_and_rows() -> None:
    content = "\ufeffrecord,digest\na,1\n,\n b , 2 \n\n".encode()

    assert read_list("l.csv", content) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"", 1),
        (b"id,digest\n", 1),
        (b"\xff\xfe", 1),
        (b"record,digest\na\n", 2),
        (b"record,digest\n,1\n", 2),
        (b"record,digest\na,1\na,1\n", 3),
        (b"record,digest\na,1\nb\0,1\n", 3),
        (b"record,digest\n" + b"a" * 20_000 + b",1\n", 2),
    ],
)
def test_a_list_that_is_not_one_is_refused_by_row(content: bytes, row: int) -> None:
    with pytest.raises(RuleBrokenError) as error:
        read_list("l.csv", content)

    assert error.value.rule is Rule.EXCHANGE_FILE_UNREADABLE
    assert error.value.facts["row"] == row


@given(keys, keys)
def test_comparing_accounts_for_every_record_of_both_sides(
    ours: dict[str, str], theirs: dict[str, str]
) -> None:
    missing, unknown, different = compare(ours, theirs)

    same = {key for key in ours.keys() & theirs.keys() if ours[key] == theirs[key]}
    assert {*missing, *different, *same} == set(ours)
    assert {*unknown, *different, *same} == set(theirs)
    assert compare(theirs, ours) == (unknown, missing, different)


@given(keys)
def test_equal_sides_have_no_difference(ours: dict[str, str]) -> None:
    assert compare(ours, dict(ours)) == ((), (), ())


def test_a_batch_waits_too_long_after_its_hours_unless_it_was_answered() -> None:
    late = AT + timedelta(hours=48, seconds=1)

    assert is_silent(a_batch(), late, 48)
    assert not is_silent(a_batch(), AT + timedelta(hours=48), 48)
    assert not is_silent(a_batch(answered_at=AT), late, 48)
    assert is_silent(a_batch(written_at=None), late, 48)
    assert not is_silent(a_batch(written_at=late), late, 48)
