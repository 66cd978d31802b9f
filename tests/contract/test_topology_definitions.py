"""Every message of the catalogue has a way: a queue that waits for it, and one kind of sender."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE
from contracts.definitions import definitions
from contracts.passages import PASSAGES, Passage
from contracts.topology import (
    COORDINATOR_USER,
    INBOUND,
    INBOUND_QUEUE,
    credit_user,
    department_user,
    inbound_queue_of,
    is_inbound,
    topology,
)

DEPARTMENTS, SYSTEMS = ("fire-rescue", "market-regulation"), ("county", "province")
BROKER = definitions(topology(DEPARTMENTS, SYSTEMS), [])
SPREAD = definitions(topology(DEPARTMENTS, SYSTEMS, 4), [])
SENDERS = {
    "coordinator": lambda _code: COORDINATOR_USER,
    "department": department_user,
    "credit-system": credit_user,
}
EXCHANGE_TYPES = {row["name"]: row["type"] for row in BROKER["exchanges"]}


def ways() -> list[tuple[Passage, str, str]]:
    """Give every passage with every message and every code it is for."""
    return [
        (passage, entry.type, code)
        for passage in PASSAGES
        for entry in passage.entries
        for code in (SYSTEMS if "{system}" in passage.address else DEPARTMENTS)
    ]


def filled(pattern: str, message: str, code: str) -> str:
    return pattern.format(department=code, system=code, message=message)


def matches(binding: str, key: str) -> bool:
    """Tell whether a topic binding with * and # takes a key, as the broker decides it."""
    words = (re.escape(word) for word in binding.split("."))
    pattern = r"\.".join(words).replace(r"\.\#", r"(\..+)?").replace(r"\#", ".*")
    return re.fullmatch(pattern.replace(r"\*", "[^.]+"), key) is not None


def queues_for(exchange: str, key: str, broker: Mapping[str, Any] = BROKER) -> set[str]:
    return {
        row["destination"]
        for row in broker["bindings"]
        if row["source"] == exchange and matches(row["routing_key"], key)
    }


def users_who_may_write(exchange: str, key: str) -> set[str]:
    """Name the users the broker lets publish: by exchange, and on topic exchanges by key."""
    allowed = {row["user"] for row in BROKER["permissions"] if re.search(row["write"], exchange)}
    if EXCHANGE_TYPES[exchange] != "topic":
        return allowed
    refused = {
        row["user"]
        for row in BROKER["topic_permissions"]
        if row["exchange"] == exchange and not re.search(row["write"], key)
    }
    return allowed - refused


def test_every_message_goes_at_least_one_way() -> None:
    assert {entry.name for passage in PASSAGES for entry in passage.entries} == set(CATALOGUE)


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.name)
def test_every_message_arrives_in_the_queue_of_its_way_and_nowhere_else(passage: Passage) -> None:
    queues = {row["name"] for row in BROKER["queues"]}

    for way, message, code in ways():
        if way is passage:
            queue = filled(passage.queue_name, message, code)
            key = filled(passage.address, message, code)
            assert queue in queues
            assert queues_for(passage.exchange, key) == {queue}


def test_with_several_inbound_queues_all_that_one_sender_writes_is_in_one_of_them() -> None:
    names = {row["name"] for row in SPREAD["queues"]}

    for passage, message, code in ways():
        found = queues_for(passage.exchange, filled(passage.address, message, code), SPREAD)
        if passage.exchange == INBOUND:
            assert found == {inbound_queue_of(code, 4)} <= names
        else:
            assert found == {filled(passage.queue_name, message, code)} <= names


def test_the_published_way_to_the_office_names_its_first_queue() -> None:
    named = {passage.queue_name for passage in PASSAGES if passage.exchange == INBOUND}

    assert named == {INBOUND_QUEUE}
    assert [row["name"] for row in BROKER["queues"] if is_inbound(row["name"])] == [INBOUND_QUEUE]


def test_every_key_is_writable_by_its_sender_and_by_nobody_else() -> None:
    for passage, message, code in ways():
        key = filled(passage.address, message, code)
        assert users_who_may_write(passage.exchange, key) == {SENDERS[passage.sender](code)}
