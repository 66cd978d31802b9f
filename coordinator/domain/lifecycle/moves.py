"""The one way from a state to the next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from coordinator.domain.errors import Rule, RuleBrokenError

S = TypeVar("S", bound=StrEnum)


def move(moves: Mapping[S, frozenset[S]], now: S, wanted: S, *, of: str) -> S:
    """Give `wanted` when it may follow `now`; otherwise MOVE_NOT_ALLOWED names what could."""
    if wanted not in moves[now]:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=of,
            now=now.value,
            wanted=wanted.value,
            allowed=sorted(state.value for state in moves[now]),
        )
    return wanted
