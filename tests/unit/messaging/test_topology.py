"""The topology as data: no key without a queue, rights as narrow as the specification says."""

import base64
import hashlib
import json
import re

import pytest

from contracts.definitions import BrokerUser, definitions, password_hash
from contracts.topology import (
    COORDINATOR_USER,
    EVENTS,
    INBOUND,
    INBOUND_QUEUE,
    INBOUND_QUEUES,
    INWARD_QUEUES,
    MOST_INBOUND_QUEUES,
    TASKS,
    UnusableCodeError,
    credit_key,
    credit_log_key,
    credit_queue,
    credit_system_of,
    department_of,
    event_key,
    events_queue,
    inbound_key,
    inbound_queue_of,
    is_inbound,
    sender_binding,
    task_key,
    tasks_queue,
    topology,
    users_of,
)

COUNTY = topology(["market", "fire"], ["county"])


def queues_for(exchange: str, key: str) -> list[str]:
    """Route a key as a direct or topic exchange would."""
    return [
        binding.queue
        for binding in COUNTY.bindings
        if binding.exchange == exchange
        and re.fullmatch(binding.routing_key.replace(".", r"\.").replace("#", ".+"), key)
    ]


@pytest.mark.parametrize(
    ("exchange", "key", "queue"),
    [
        (TASKS, task_key("market"), tasks_queue("market")),
        (EVENTS, event_key("market", "PlanAdopted", 1), events_queue("market")),
        (INBOUND, inbound_key("fire", "FindingsSubmitted", 1), INBOUND_QUEUE),
        (INBOUND, credit_key("county", "MeasureReported", 1), INBOUND_QUEUE),
        (EVENTS, credit_key("county", "ResultShared", 1), credit_queue("county")),
        (EVENTS, credit_log_key("ResultShared", 1), "onevisit.credit.log"),
    ],
)
def test_every_key_reaches_exactly_its_queue(exchange: str, key: str, queue: str) -> None:
    assert queues_for(exchange, key) == [queue]


def test_every_queue_a_binding_names_exists() -> None:
    queues = {queue.name for queue in COUNTY.queues}

    assert {binding.queue for binding in COUNTY.bindings} <= queues


def test_tasks_have_no_alternate_exchange_and_inbound_has_one() -> None:
    alternates = {exchange.name: exchange.alternate for exchange in COUNTY.exchanges}

    assert (alternates[TASKS], alternates[INBOUND]) == (None, "onevisit.unrouted")


@pytest.mark.parametrize("user", ["dept-market", "dept-fire", "credit-county"])
def test_nobody_outside_configures_or_reads_what_is_not_theirs(user: str) -> None:
    [rights] = [row for row in COUNTY.permissions if row.user == user]
    own = user.replace("dept-", "onevisit.dept.").replace("credit-", "onevisit.credit.") + "."

    readable = [queue.name for queue in COUNTY.queues if re.match(rights.read, queue.name)]

    assert rights.configure == "^$"
    assert rights.write == r"^onevisit\.inbound$"
    assert [name for name in readable if name != "onevisit.credit.log"]
    assert all(name.startswith(own) or name == "onevisit.credit.log" for name in readable)


def test_every_user_has_a_row_for_every_topic_exchange() -> None:
    topic_exchanges = {row.name for row in COUNTY.exchanges if row.type == "topic"}

    rows = {(row.user, row.exchange) for row in COUNTY.topic_permissions}

    assert rows == {(user, exchange) for user in users_of(COUNTY) for exchange in topic_exchanges}


def test_a_code_that_contains_another_gains_no_right_over_it() -> None:
    [row] = [
        row
        for row in topology(["a", "a-b"]).topic_permissions
        if (row.user, row.exchange) == ("dept-a", INBOUND)
    ]

    assert re.match(row.write, inbound_key("a", "FindingsSubmitted", 1))
    assert not re.match(row.write, inbound_key("a-b", "FindingsSubmitted", 1))


@pytest.mark.parametrize("code", ["", "a.b", "a b", "市场", "a*", "#"])
def test_a_code_unfit_for_names_is_refused(code: str) -> None:
    with pytest.raises(UnusableCodeError):
        topology([code])


def test_the_credit_stream_cannot_be_taken_as_a_system() -> None:
    with pytest.raises(UnusableCodeError, match="log"):
        topology([], ["log"])


@pytest.mark.parametrize(
    ("user", "department", "system"),
    [("dept-market", "market", None), ("credit-county", None, "county"), (None, None, None)],
)
def test_who_sent_is_read_from_the_verified_user(
    user: str | None, department: str | None, system: str | None
) -> None:
    assert (department_of(user), credit_system_of(user)) == (department, system)


@pytest.mark.parametrize("number", [1, 4])
def test_every_sender_writes_to_exactly_one_of_the_inbound_queues(number: int) -> None:
    codes, systems = [f"dept{code}" for code in range(200)], ["county", "province"]
    whole = topology(codes, systems, number)
    named = [each.name for each in whole.queues if is_inbound(each.name)]

    bound = [row for row in whole.bindings if row.exchange == INBOUND]

    senders = [f"dept.{code}.#" for code in sorted(codes)] + [f"credit.{it}.#" for it in systems]
    assert [row.routing_key for row in bound] == senders
    assert named == list(INBOUND_QUEUES[:number])
    assert {row.queue for row in bound} == set(named)


def test_a_further_number_of_inbound_queues_changes_nothing_else() -> None:
    one, four = (topology(["market", "fire"], ["county"], number) for number in (1, 4))

    more = [row for row in four.queues if row not in one.queues]
    moved = [row for row in four.bindings if row not in one.bindings]

    assert one == COUNTY
    assert [row.name for row in more] == [f"onevisit.inbound.{number}" for number in (2, 3, 4)]
    assert {row.exchange for row in moved} == {INBOUND}
    assert (one.exchanges, one.permissions, one.topic_permissions, one.policies) == (
        *(four.exchanges, four.permissions, four.topic_permissions, four.policies),
    )


@pytest.mark.parametrize(
    ("code", "of_three", "of_four", "of_sixteen"),
    [
        ("fire", ".2", ".4", ".16"),
        ("market", "", ".4", ".12"),
        ("fire-rescue", ".2", ".2", ".6"),
        ("county", "", ".2", ".6"),
        ("justice", ".3", ".4", ".16"),
    ],
)
def test_a_sender_keeps_its_queue_in_every_release(
    code: str, of_three: str, of_four: str, of_sixteen: str
) -> None:
    found = [inbound_queue_of(code, number) for number in (3, 4, 16)]

    assert found == [f"{INBOUND_QUEUE}{end}" for end in (of_three, of_four, of_sixteen)]
    assert inbound_queue_of(code, 1) == INBOUND_QUEUE


@pytest.mark.parametrize("number", [-1, 0, MOST_INBOUND_QUEUES + 1])
def test_a_number_of_inbound_queues_that_cannot_be_is_named(number: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 16 inbound queues, not {number}"):
        topology(["fire"], [], number)


@pytest.mark.parametrize("key", ["#", "dept.#", "dept.fire", "log.fire.#", "credit.log.x.#"])
def test_what_is_the_key_of_no_sender_is_bound_to_no_inbound_queue(key: str) -> None:
    with pytest.raises(UnusableCodeError):
        sender_binding(key, 3)


def test_only_the_offices_own_queues_count_as_inbound() -> None:
    assert all(is_inbound(queue) for queue in INBOUND_QUEUES)
    for other in ("onevisit.inbound.1", "onevisit.inbound.17", "onevisit.dead", "x", ""):
        assert not is_inbound(other)
    assert {*INBOUND_QUEUES, "onevisit.unrouted"} == INWARD_QUEUES


def test_the_coordinator_may_read_and_the_policy_covers_every_inbound_queue_there_may_be() -> None:
    [rights] = [row for row in COUNTY.permissions if row.user == COORDINATOR_USER]
    [parked] = [row for row in COUNTY.policies if row.name == "onevisit-parked"]

    for queue in INBOUND_QUEUES:
        assert re.search(rights.read, queue)
        assert re.search(parked.pattern, queue)
    assert not re.search(rights.read, "onevisit.inbound.x")


def test_last_stops_have_no_dead_letter_exchange_and_every_other_quorum_queue_has() -> None:
    for queue in (row for row in COUNTY.queues if row.type == "quorum"):
        [policy] = [row for row in COUNTY.policies if re.search(row.pattern, queue.name)]
        is_last_stop = queue.name in {"onevisit.dead", "onevisit.unrouted"}
        assert ("dead-letter-exchange" in dict(policy.definition)) is not is_last_stop


def test_definitions_are_reproducible_and_hold_no_password() -> None:
    users = [BrokerUser("dept-market", "a-long-random-token")]

    first, second = (json.dumps(definitions(COUNTY, users)) for _ in range(2))

    assert first == second
    assert "a-long-random-token" not in first
    assert "guest" not in first


def test_queues_say_nothing_but_their_type() -> None:
    rows = definitions(COUNTY, [])["queues"]

    assert {json.dumps(row["arguments"]) for row in rows} == {
        '{"x-queue-type": "quorum"}',
        '{"x-queue-type": "stream"}',
    }


def test_a_password_hash_is_salted_as_the_broker_expects() -> None:
    raw = base64.b64decode(password_hash("dept-market", "token"))

    assert raw[4:] == hashlib.sha256(raw[:4] + b"token").digest()
    assert password_hash("dept-fire", "token") != password_hash("dept-market", "token")
