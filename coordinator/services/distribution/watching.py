"""Silence of receivers: whoever does not acknowledge in time is put on record once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from coordinator.domain.distribution import Share, ShareState
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


@dataclass(frozen=True)
class SilentShare:
    """Results whose receiver is silent, and after how many hours that alarms."""

    share: Share
    hours: int


async def silence_hours(work: Work, rounds: Iterable[str]) -> Mapping[str, int]:
    """Give by round after how many hours silence alarms, as its plan's rules say."""
    found = await work.rounds.where(round_id=set(rounds))
    return {
        each.round_id: (await policy_of_round(work, each)).distribution.silence_hours
        for each in found
    }


async def silent_shares(work: Work, **which: object) -> list[SilentShare]:
    """Give the results whose receiver is silent for too long now, the oldest first."""
    waiting = await work.shares.where(acknowledged_at=None, **which)
    hours = await silence_hours(work, (share.round_id for share in waiting))
    silent = [
        SilentShare(share, hours[share.round_id])
        for share in waiting
        if share.round_id in hours
        and share.state(work.now(), hours[share.round_id]) is ShareState.SILENT
    ]
    return sorted(silent, key=lambda each: each.share.last_sent_at or each.share.shared_at)


async def note_silent_receivers(work: Work) -> list[str]:
    """Put every receiver that has become silent on record, once each time results were sent."""
    require_office(work)
    found = await silent_shares(work, silent_at=None)
    for each in found:
        share = replace(each.share, silent_at=work.now())
        await work.shares.save(share)
        await work.audit(
            "distribution:share:silent", share.share_id, to=share.to_department, hours=each.hours
        )
    return [each.share.share_id for each in found]
