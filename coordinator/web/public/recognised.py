"""What a round did not check because another organ had found it clean, as far as it is public."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.lottery.ceremony import Round
from coordinator.services.ports import Work
from coordinator.web.evidence import Evidence, evidence_of
from coordinator.web.public.draw_views import LineView

_SHOWN = 200


@dataclass(frozen=True)
class RecognisedSeen:
    """How many items and checkpoints were recognised, and those whose object is public.

    Of a result that is not disclosed yet pages show its reference and nothing else.
    """

    items: int
    checkpoints: int
    shown: Sequence[Evidence]
    unlisted: int


async def recognised_of(work: Work, drawn: Round, lines: Sequence[LineView]) -> RecognisedSeen:
    """Give what a round recognised; objects only where the drawn list of their line is open."""
    found = await work.recognitions.where(round_id=drawn.round_id)
    public = {(view.code, thing) for view in lines if view.listed for thing in view.listed.objects}
    open_ones = [each for each in found if (each.line, each.object_id) in public]
    whole = {(each.line, each.object_id, each.item) for each in found if each.whole}
    return RecognisedSeen(
        items=len(whole),
        checkpoints=sum(not each.whole for each in found),
        shown=await evidence_of(work, open_ones[:_SHOWN]),
        unlisted=max(0, len(open_ones) - _SHOWN),
    )
