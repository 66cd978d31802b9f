"""Where messages go and who may do what: exchanges, queues, bindings, permissions as data.

`topology()` is the one description; broker definitions, provisioning and tests are made from it.
A code stands for a department, a system for a credit information system; neither has dots.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.broker_parts import (
    Binding,
    Exchange,
    Permission,
    Policy,
    Queue,
    TopicPermission,
)

VHOST = "onevisit"
TASKS = "onevisit.tasks"
EVENTS = "onevisit.events"
INBOUND = "onevisit.inbound"
UNROUTED = "onevisit.unrouted"
DEAD_LETTERS = "onevisit.dlx"
INBOUND_QUEUE = "onevisit.inbound"
MOST_INBOUND_QUEUES = 16
INBOUND_QUEUES = (
    INBOUND_QUEUE,
    *(f"{INBOUND_QUEUE}.{number}" for number in range(2, MOST_INBOUND_QUEUES + 1)),
)
"""Every queue in which an office may take in messages, by number; most offices have the first."""
UNROUTED_QUEUE = "onevisit.unrouted"
DEAD_QUEUE = "onevisit.dead"
CREDIT_LOG_QUEUE = "onevisit.credit.log"
COORDINATOR_USER = "coordinator"

_CODE = re.compile(r"[A-Za-z0-9_-]+")
_RESERVED_SYSTEM = "log"  # credit.log.* is the stream
_NOTHING = "^$"
_ALL = ".*"
_NO_LIMIT = 2**31 - 1  # RabbitMQ 3.10 refuses -1, and 4.x counts to 20 when nothing is said


@dataclass(frozen=True, slots=True)
class Topology:
    """The whole broker of one county."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]
    permissions: tuple[Permission, ...]
    topic_permissions: tuple[TopicPermission, ...]
    policies: tuple[Policy, ...]


class UnusableCodeError(ValueError):
    """A code can't be part of queue names and routing keys."""


def tasks_queue(code: str) -> str:
    """Name the queue of what a department must act on."""
    return f"onevisit.dept.{_checked(code)}.tasks"


def events_queue(code: str) -> str:
    """Name the queue of what a department should know."""
    return f"onevisit.dept.{_checked(code)}.events"


def credit_queue(system: str) -> str:
    """Name the queue of a credit information system."""
    return f"onevisit.credit.{_checked_system(system)}.events"


def inbound_queue_names(number: int) -> tuple[str, ...]:
    """Name the inbound queues of an office with so many, 1 to MOST_INBOUND_QUEUES."""
    if not 1 <= number <= MOST_INBOUND_QUEUES:
        raise ValueError(f"1 to {MOST_INBOUND_QUEUES} inbound queues, not {number}")
    return INBOUND_QUEUES[:number]


def inbound_queue_of(code: str, number: int) -> str:
    """Name the one of so many queues where a sender's messages arrive, all of them in order.

    By a hash of its code that is the same on every machine and in every release.
    """
    return inbound_queue_names(number)[zlib.crc32(_checked(code).encode()) % number]


def is_inbound(queue: str) -> bool:
    """Tell whether a queue is one of those in which an office takes in messages."""
    return queue in INBOUND_QUEUES


def sender_binding(key: str, number: int) -> Binding:
    """Bind what a sender writes, `dept.<code>.#` or `credit.<system>.#`, to its own of the queues.

    UnusableCodeError for any other key.
    """
    kind, _, rest = key.partition(".")
    if kind not in ("dept", "credit") or not rest.endswith(".#"):
        raise UnusableCodeError(f"the key of no sender: {key!r}")
    return Binding(INBOUND, inbound_queue_of(rest.removesuffix(".#"), number), key)


def department_user(code: str) -> str:
    """Name the broker user of a department."""
    return f"dept-{_checked(code)}"


def credit_user(system: str) -> str:
    """Name the broker user of a credit information system."""
    return f"credit-{_checked_system(system)}"


def department_of(user_id: str | None) -> str | None:
    """Read the department code from a verified broker user; None for any other user."""
    if user_id is None or not user_id.startswith("dept-"):
        return None
    return user_id.removeprefix("dept-")


def credit_system_of(user_id: str | None) -> str | None:
    """Read the credit system from a verified broker user; None for any other user."""
    if user_id is None or not user_id.startswith("credit-"):
        return None
    return user_id.removeprefix("credit-")


def task_key(code: str) -> str:
    """Give the key on `onevisit.tasks`: the department code."""
    return _checked(code)


def event_key(code: str, message: str, major: int) -> str:
    """Give the key of an event for one department on `onevisit.events`."""
    return f"dept.{_checked(code)}.{_checked(message)}.v{major}"


def inbound_key(code: str, message: str, major: int) -> str:
    """Give the key under which a department writes to `onevisit.inbound`."""
    return f"dept.{_checked(code)}.{_checked(message)}.v{major}"


def credit_key(system: str, message: str, major: int) -> str:
    """Give the key for or from a credit system on `onevisit.events` and `onevisit.inbound`."""
    return f"credit.{_checked_system(system)}.{_checked(message)}.v{major}"


def credit_log_key(message: str, major: int) -> str:
    """Give the key of the credit stream on `onevisit.events`."""
    return f"credit.{_RESERVED_SYSTEM}.{_checked(message)}.v{major}"


def topology(
    departments: Iterable[str], credit_systems: Iterable[str] = (), inbound_queues: int = 1
) -> Topology:
    """Describe the broker for these department codes and credit systems, in stable order."""
    further = inbound_queue_names(inbound_queues)[1:]
    codes, systems = sorted(set(departments)), sorted(set(credit_systems))
    return Topology(
        exchanges=EXCHANGES,
        queues=(
            *SHARED_QUEUES,
            *(Queue(name) for name in further),
            *(Queue(name(code)) for code in codes for name in (tasks_queue, events_queue)),
            *(Queue(credit_queue(system)) for system in systems),
        ),
        bindings=(
            *SHARED_BINDINGS,
            *(each for code in codes for each in _department_bindings(code, inbound_queues)),
            *(each for system in systems for each in _credit_bindings(system, inbound_queues)),
        ),
        permissions=(
            COORDINATOR_PERMISSION,
            *(_department_permission(code) for code in codes),
            *(_credit_permission(system) for system in systems),
        ),
        topic_permissions=(
            *_topic_permissions(COORDINATOR_USER, inbound=_NOTHING, events=_ALL),
            *(row for code in codes for row in _department_topics(code)),
            *(row for system in systems for row in _credit_topics(system)),
        ),
        policies=POLICIES,
    )


EXCHANGES = (
    # No alternate exchange: the relay must learn that a task could not be delivered.
    Exchange(TASKS, "direct"),
    Exchange(EVENTS, "topic"),
    Exchange(INBOUND, "topic", alternate=UNROUTED),
    Exchange(UNROUTED, "fanout"),
    Exchange(DEAD_LETTERS, "topic"),
)
SHARED_QUEUES = (
    Queue(INBOUND_QUEUE),
    Queue(DEAD_QUEUE),
    Queue(UNROUTED_QUEUE),
    Queue(CREDIT_LOG_QUEUE, "stream"),
)
INWARD_QUEUES = frozenset({*INBOUND_QUEUES, UNROUTED_QUEUE})
"""Where what others wrote to the office lies; all other queues hold what the office wrote."""
SHARED_BINDINGS = (
    Binding(DEAD_LETTERS, DEAD_QUEUE, "#"),
    Binding(UNROUTED, UNROUTED_QUEUE, ""),
    Binding(EVENTS, CREDIT_LOG_QUEUE, f"credit.{_RESERVED_SYSTEM}.#"),
)
COORDINATOR_PERMISSION = Permission(
    COORDINATOR_USER,
    configure=_NOTHING,
    write=r"^onevisit\.(tasks|events)$",
    read=r"^onevisit\.(inbound(\.[0-9]+)?|dead|unrouted|credit\.log)$",
)
POLICIES = (
    Policy(
        "onevisit-parked",
        r"^onevisit\.(dept\..+|credit\..+\.events|inbound(\.[0-9]+)?)$",
        (
            ("dead-letter-exchange", DEAD_LETTERS),
            ("dead-letter-strategy", "at-least-once"),
            ("overflow", "reject-publish"),
            ("delivery-limit", 20),
        ),
    ),
    # Without a dead-letter exchange a delivery limit would destroy messages.
    Policy("onevisit-last-stop", r"^onevisit\.(dead|unrouted)$", (("delivery-limit", _NO_LIMIT),)),
)


def users_of(whole: Topology) -> Sequence[str]:
    """Name the broker users a topology gives permissions to."""
    return [permission.user for permission in whole.permissions]


def _department_bindings(code: str, inbound_queues: int) -> tuple[Binding, ...]:
    return (
        Binding(TASKS, tasks_queue(code), task_key(code)),
        Binding(EVENTS, events_queue(code), f"dept.{code}.#"),
        sender_binding(f"dept.{code}.#", inbound_queues),
    )


def _credit_bindings(system: str, inbound_queues: int) -> tuple[Binding, ...]:
    return (
        Binding(EVENTS, credit_queue(system), f"credit.{system}.#"),
        sender_binding(f"credit.{system}.#", inbound_queues),
    )


def _department_permission(code: str) -> Permission:
    queues = rf"^onevisit\.dept\.{re.escape(code)}\.(tasks|events)$"
    return Permission(department_user(code), _NOTHING, r"^onevisit\.inbound$", queues)


def _credit_permission(system: str) -> Permission:
    queues = rf"^onevisit\.credit\.({re.escape(system)}\.events|{_RESERVED_SYSTEM})$"
    return Permission(credit_user(system), _NOTHING, r"^onevisit\.inbound$", queues)


def _department_topics(code: str) -> tuple[TopicPermission, ...]:
    keys = rf"^dept\.{re.escape(code)}\..+$"
    return _topic_permissions(department_user(code), inbound=keys, events=_NOTHING)


def _credit_topics(system: str) -> tuple[TopicPermission, ...]:
    keys = rf"^credit\.{re.escape(system)}\..+$"
    return _topic_permissions(credit_user(system), inbound=keys, events=_NOTHING)


def _topic_permissions(user: str, *, inbound: str, events: str) -> tuple[TopicPermission, ...]:
    """Give one row per topic exchange: an exchange without a row would be unrestricted."""
    return (
        TopicPermission(user, INBOUND, write=inbound, read=_NOTHING),
        TopicPermission(user, EVENTS, write=events, read=_NOTHING),
        TopicPermission(user, DEAD_LETTERS, write=_NOTHING, read=_NOTHING),
    )


def _checked(code: str) -> str:
    if _CODE.fullmatch(code) is None:
        raise UnusableCodeError(f"not letters, digits, '-' or '_' without dots: {code!r}")
    return code


def _checked_system(system: str) -> str:
    if system == _RESERVED_SYSTEM:
        raise UnusableCodeError(f"the credit system can't be named {_RESERVED_SYSTEM!r}")
    return _checked(system)
