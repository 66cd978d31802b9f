"""Rounds and draw records for everybody: how the draw was made and how to check it."""

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import lottery
from coordinator.services.ports import Work
from coordinator.web.api.lottery import flags_of
from coordinator.web.console.lottery import steps_of
from coordinator.web.console.object_draw import record_archive
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

router = APIRouter()

_OBJECTS_SHOWN = 500


@router.get("/rounds")
async def rounds(site: OnSite) -> Response:
    """List the rounds."""
    async with site.reading() as work:
        found = sorted(await work.rounds.where(), key=lambda each: each.opened_at, reverse=True)
        return site.show("public/rounds.html", rounds=found, names=await load_names(work))


@router.get("/rounds/{round_id}")
async def one_round(round_id: str, site: OnSite) -> Response:
    """Show a round, how to verify its draw, and, once disclosed, which objects were drawn."""
    async with site.reading() as work:
        drawn = await work.rounds.get(round_id)
        contributors = await work.contributors.where(round_id=round_id)
        return site.show(
            "public/round.html",
            drawn=drawn,
            steps=await steps_of(work, drawn),
            contributors=[flags_of(each, drawn) for each in contributors],
            lines=await _lines(work, drawn),
            objects=await _objects(work, drawn),
            whole=_whole(drawn),
            names=await load_names(work),
        )


@router.get("/rounds/{round_id}/record.zip")
async def download(round_id: str, site: OnSite) -> Response:
    """Send the record: whole where the frames are public and open, else what is not sealed."""
    async with site.reading() as work:
        drawn = await work.rounds.get(round_id)
        if drawn.transcript_hash is None:
            raise RuleBrokenError(Rule.RECORD_CLOSED, round=round_id, state=drawn.state.value)
        read = lottery.whole_record if _whole(drawn) else lottery.sealed_record
        return record_archive(round_id, await read(work, round_id))


def _whole(drawn: Round) -> bool:
    return drawn.state is RoundState.DISCLOSED and drawn.public_frames


async def _lines(work: Work, drawn: Round) -> list[PlanLine]:
    """Give the lines of a round; those of a covert round only after disclosure."""
    if drawn.mode is Mode.COVERT and drawn.state is not RoundState.DISCLOSED:
        return []
    return list(await work.plan_lines.where(code=drawn.lines))


async def _objects(work: Work, drawn: Round) -> list[str]:
    """Give the names of the drawn objects; nothing at all before the round is disclosed."""
    if drawn.state is not RoundState.DISCLOSED:
        return []
    checks = await work.checks.where(round_id=drawn.round_id)
    return sorted({check.object_name for check in checks})[:_OBJECTS_SHOWN]
