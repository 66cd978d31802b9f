"""What changed after a draw, as files of its record: replaced objects and replaced members."""

from collections.abc import Mapping
from datetime import UTC, datetime

from contracts.draw_tables import MEMBERS, REPLACED, MemberRow
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.object_replacing import replaced_row
from coordinator.services.ports import Work


async def with_changes(work: Work, drawn: Round, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add the files of replacements, header-only when there were none."""
    members = [
        MemberRow(
            department=each.department,
            unit=each.unit,
            slot=each.slot,
            officer_out=each.person_out,
            officer_in=each.person_in,
            reason=each.reason,
            at=instant(each.changed_at),
        )
        for each in await work.member_changes.where(round_id=drawn.round_id)
        if each.person_in is not None and each.slot > 0  # who leads by duty was never drawn
    ]
    replaced = [
        replaced_row(each, instant(each.replaced_at))
        for each in await work.object_replacements.where(round_id=drawn.round_id)
    ]
    return {
        REPLACED.path(): freeze(REPLACED, drawn.round_id, replaced),
        MEMBERS.path(): freeze(MEMBERS, drawn.round_id, members),
        **files,
    }


def instant(moment: datetime) -> str:
    """Write a moment so that sorting the text sorts the time: always with six decimals."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
