"""Addresses of a broker with several hosts, and how its operations fail."""

import pytest

from contracts.amqp.connection import BrokerUnavailableError, addresses, bounded, user_of


def test_one_host_is_one_address() -> None:
    url = "amqp://coordinator:p%2Cw@127.0.0.1:5672/onevisit"

    assert addresses(url) == (url,)


def test_every_host_of_a_list_gets_login_and_vhost() -> None:
    url = "amqps://coordinator:p,w@one:5671,two:5672,three/onevisit?cafile=/etc/ca.pem"

    assert addresses(url) == (
        "amqps://coordinator:p,w@one:5671/onevisit?cafile=/etc/ca.pem",
        "amqps://coordinator:p,w@two:5672/onevisit?cafile=/etc/ca.pem",
        "amqps://coordinator:p,w@three/onevisit?cafile=/etc/ca.pem",
    )


def test_the_user_of_a_list_is_that_of_its_hosts() -> None:
    assert user_of("amqp://dept-fire:secret@one:1,two:2/onevisit") == "dept-fire"


def test_an_address_without_a_user_is_refused() -> None:
    with pytest.raises(ValueError, match="names no user"):
        user_of("amqp://one,two/onevisit")


async def _ended_by(error: Exception) -> None:
    raise error


async def test_what_waits_for_a_connection_that_closes_without_a_reason_may_ask_again() -> None:
    with pytest.raises(BrokerUnavailableError, match="closed without a reason"):
        await bounded(_ended_by(Exception()), seconds=1)


async def test_a_mistake_of_ours_is_no_failure_of_the_broker() -> None:
    with pytest.raises(ValueError, match="ours"):
        await bounded(_ended_by(ValueError("ours")), seconds=1)
