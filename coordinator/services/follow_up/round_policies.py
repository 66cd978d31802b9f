"""The rules of several rounds, for a look at all that waits: those of one may be unreadable."""

from collections.abc import Iterable, Mapping

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def readable_policies(work: Work, round_ids: Iterable[str]) -> Mapping[str, Policy | None]:
    """Give the rules of rounds by id; None where they can't be read, which stops no other round."""
    return {each: await _policy_or_none(work, each) for each in sorted(set(round_ids))}


async def _policy_or_none(work: Work, round_id: str) -> Policy | None:
    try:
        return await policy_of_round(work, await work.rounds.get(round_id))
    except RuleBrokenError:
        return None
