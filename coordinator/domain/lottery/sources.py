"""External sources of chance: a pulse named in advance, and its value once it is due.

Source: 3-draw.md 3.2.1 to 3.2.3. Three kinds: `drand:<chain hash>:<round>`, whose value is the
randomness and must be SHA-256 of its signature; `nist:<chain>:<pulse>`, the 512 output bits of a
NIST beacon; `lottery:<name>:<issue>`, the bytes of the numbers as published, one blank between.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from contracts.draw_record import Source
from coordinator.domain.errors import Rule, RuleBrokenError

_NAME = re.compile(
    r"drand:[0-9a-f]{64}:[1-9][0-9]{0,15}|nist:[0-9]{1,9}:[1-9][0-9]{0,15}"
    r"|lottery:[A-Za-z0-9._-]{1,40}:[A-Za-z0-9._-]{1,40}"
)
_RANDOMNESS = re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile("(?:[0-9a-f]{2}){32,256}")
_OUTPUT = re.compile("[0-9a-f]{128}")
_NUMBERS = re.compile(r"[0-9]{1,4}(?: [0-9]{1,4})*")
_APART = re.compile(r"[\s,，、+|/]+")


@dataclass(frozen=True)
class Beacon:
    """A drand chain whose pulses come on a fixed beat: when its round 1 was due, and the period."""

    chain: str
    genesis: datetime
    period_seconds: int

    def due_at(self, number: int) -> datetime:
        """Give when a round of the chain is due."""
        return self.genesis + timedelta(seconds=self.period_seconds * (number - 1))


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """The value (hex) of a source of one attempt, with its signature where it has one."""

    round_id: str
    attempt: int
    name: str
    value: str
    signature: str | None
    entered_at: datetime
    entered_by: str


def named_source(text: str, beacons: Sequence[Beacon]) -> Source:
    """Read `name` or `name time`; of a chain with a beat the time follows from the round."""
    name, _, moment = text.strip().partition(" ")
    if not _NAME.fullmatch(name):
        raise RuleBrokenError(Rule.SOURCE_NAME_INVALID, source=text.strip(), problem="name")
    due = _moment(name, moment.strip())
    beat = _beat(name, beacons)
    if beat is not None and due not in (None, beat):
        raise RuleBrokenError(Rule.SOURCE_NAME_INVALID, source=name, problem="time")
    due = due or beat
    if due is None:
        raise RuleBrokenError(Rule.SOURCE_NAME_INVALID, source=name, problem="time-missing")
    return Source(name=name, at=due.strftime("%Y-%m-%dT%H:%M:%SZ"))


def due_at(source: Source) -> datetime:
    """Give when the value of a source is published."""
    return datetime.fromisoformat(source.at)


def check_named(sources: Sequence[Source], now: datetime) -> None:
    """Refuse sources named twice, or whose value may be known already."""
    names = [source.name for source in sources]
    for source in sources:
        if names.count(source.name) > 1:
            raise RuleBrokenError(Rule.SOURCE_NAME_INVALID, source=source.name, problem="repeated")
        if due_at(source) <= now:
            raise RuleBrokenError(Rule.SOURCE_ALREADY_DUE, source=source.name, at=source.at)


def read_value(name: str, text: str) -> tuple[str, str | None]:
    """Read the value of a source from a typed value or its publisher's JSON; value and signature.

    Raises SOURCE_VALUE_INVALID, whose `problem` names what is wrong.
    """
    kind = name.partition(":")[0]
    return _READERS[kind](name, text.strip())


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RuleBrokenError(Rule.SOURCE_NAME_INVALID, source=name, problem="time")
    return moment.astimezone(UTC).replace(microsecond=0)


def _beat(name: str, beacons: Sequence[Beacon]) -> datetime | None:
    kind, chain, number = name.split(":")
    beacon = next((each for each in beacons if kind == "drand" and each.chain == chain), None)
    return None if beacon is None else beacon.due_at(int(number))


def _drand(name: str, text: str) -> tuple[str, str | None]:
    """Read randomness and signature: as JSON of the chain, or one after the other."""
    if text.startswith("{"):
        pulse = _json(name, text)
        _same_pulse(name, {"round": name.rpartition(":")[2]}, pulse)
        given = (pulse.get("randomness"), pulse.get("signature"))
    else:
        first, _, second = text.partition(" ")
        given = (first, second.strip())
    value, signature = (str(each or "").strip().lower() for each in given)
    _require(name, _RANDOMNESS.fullmatch(value), "randomness")
    _require(name, _SIGNATURE.fullmatch(signature), "signature")
    matches = sha256(bytes.fromhex(signature)).hexdigest() == value
    _require(name, matches, "randomness-is-not-hash-of-signature")
    return value, signature


def _nist(name: str, text: str) -> tuple[str, str | None]:
    """Read the output value: as JSON of the beacon, or its 128 digits."""
    value = text
    if text.startswith("{"):
        whole = _json(name, text)
        pulse = whole.get("pulse", whole)
        _require(name, isinstance(pulse, dict), "json")
        _, chain, number = name.split(":")
        _same_pulse(name, {"chainIndex": chain, "pulseIndex": number}, pulse)
        value = str(pulse.get("outputValue", ""))
    value = value.lower()
    _require(name, _OUTPUT.fullmatch(value), "output-value")
    return value, None


def _lottery(name: str, text: str) -> tuple[str, str | None]:
    """Read the numbers as they were published, whatever stands between them."""
    numbers = _APART.sub(" ", text).strip()
    _require(name, _NUMBERS.fullmatch(numbers), "numbers")
    return numbers.encode().hex(), None


_READERS: Mapping[str, Callable[[str, str], tuple[str, str | None]]] = {
    "drand": _drand,
    "nist": _nist,
    "lottery": _lottery,
}


def _json(name: str, text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    _require(name, isinstance(read, dict), "json")
    found: dict[str, Any] = read
    return found


def _same_pulse(name: str, wanted: Mapping[str, str], pulse: Mapping[str, Any]) -> None:
    for field, value in wanted.items():
        _require(name, str(pulse.get(field)) == value, "other-pulse")


def _require(name: str, holds: object, problem: str) -> None:
    if not holds:
        raise RuleBrokenError(Rule.SOURCE_VALUE_INVALID, source=name, problem=problem)
