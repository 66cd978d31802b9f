"""High frequency on the page of a round that is drawn: what it is warned of before contact."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import dispatch
from coordinator.services.ports import Work
from coordinator.web.api.burden_answers import reasons_of
from coordinator.web.console.burden_figures import place_address, sign_words
from coordinator.web.console.burden_ledger import place_names
from coordinator.web.console.frame import ActButton, Console
from coordinator.web.names import load_names
from coordinator.web.reach import open_rounds

_SHOWN = 20


@dataclass(frozen=True)
class PlaceWarned:
    """A place that is warned of, in words."""

    name: str
    href: str
    signs: Sequence[str]


@dataclass(frozen=True)
class FrequencySeen:
    """What a round is warned of, the reasons given, and the act that gives one.

    The places of a covert round stay out until its record is open.
    """

    number: int
    places: Sequence[PlaceWarned]
    reasons: Sequence[str]
    acts: Sequence[ActButton]


async def frequency_seen(console: Console, work: Work, drawn: Round) -> FrequencySeen | None:
    """Give what a drawn round is warned of, to who may dispatch it; None when nothing is."""
    buttons = console.buttons("answer-round-frequency", round_id=drawn.round_id)
    if drawn.state is not RoundState.DRAWN or not buttons:
        return None
    found = await dispatch.frequency_of_round(work, drawn.round_id)
    if not found:
        return None
    shown = found[:_SHOWN] if drawn.round_id in await open_rounds(work) else []
    known, names = await place_names(work, {each.place for each in shown}), await load_names(work)
    return FrequencySeen(
        number=len(found),
        places=[
            PlaceWarned(
                known.get(each.place, each.place),
                place_address(each.place, each.year),
                [sign_words(sign, names) for sign in each.signs],
            )
            for each in shown
        ],
        reasons=await reasons_of(work, drawn.round_id),
        acts=buttons,
    )
