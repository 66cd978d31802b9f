"""Rounds and draw records for everybody: how the draw was made and how to check it."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import lottery, object_replacing, team_draw
from coordinator.web.api.ceremony_seen import sources_seen
from coordinator.web.archives import archive_of
from coordinator.web.console.ceremony import cancellation_seen
from coordinator.web.console.lottery import steps_of
from coordinator.web.console.team_draw import reason_words as member_reasons
from coordinator.web.deferrals import reason_words
from coordinator.web.downloads import csv_file
from coordinator.web.names import load_names
from coordinator.web.public.draw_views import (
    LineView,
    attempts_of,
    commitments_of,
    late_codes,
    lines_of,
    moments_of,
    named,
)
from coordinator.web.public.frame import OnSite
from coordinator.web.public.recognised import recognised_of
from coordinator.web.public.recomputing import words_of_recomputing

router = APIRouter()

_MOST_OBJECTS_IN_A_BROWSER = 20_000


@router.get("/rounds")
async def rounds(site: OnSite) -> Response:
    """List the rounds."""
    async with site.reading() as work:
        found = sorted(await work.rounds.where(), key=lambda each: each.opened_at, reverse=True)
        return site.show("public/rounds.html", rounds=found, names=await load_names(work))


@router.get("/rounds/{round_id}")
async def one_round(round_id: str, site: OnSite) -> Response:
    """Show a round: what was fixed when, who was silent, what is public, how to check it."""
    async with site.reading() as work:
        drawn = await work.rounds.get(round_id)
        lines = await lines_of(work, drawn)
        contributors = await work.contributors.where(round_id=round_id)
        return site.show(
            "public/round.html",
            drawn=drawn,
            steps=await steps_of(work, drawn),
            moments=moments_of(drawn),
            attempts=await attempts_of(work, drawn),
            cancelled=await cancellation_seen(work, drawn),
            contributors=commitments_of(contributors, drawn),
            late=late_codes(contributors, drawn, work.now()),
            sources=await sources_seen(work, drawn),
            lines=lines,
            whole=lottery.is_whole(drawn),
            downloadable=drawn.commit_hash is not None or drawn.transcript_hash is not None,
            recomputable=_is_small(drawn, lines),
            recomputing=words_of_recomputing(),
            verifications=await work.verifications.where(round_id=round_id),
            members_replaced=await team_draw.replacement_counts(work, round_id),
            member_reasons=member_reasons(work),
            supplements=await work.rounds.where(supplement_of=round_id),
            replaced=await object_replacing.replaced_counts(work, round_id),
            deferred=await object_replacing.deferred_count(work, round_id),
            replaced_reasons=reason_words(work),
            recognised=await recognised_of(work, drawn, lines),
            names=await load_names(work),
        )


@router.get("/rounds/{round_id}/record.zip")
async def download(round_id: str, site: OnSite) -> Response:
    """Send what anybody may have of the record now, as one archive."""
    async with site.reading() as work:
        return archive_of(round_id, await lottery.published_record(work, round_id))


@router.get("/rounds/{round_id}/lists/{line}.csv")
async def one_list(round_id: str, line: str, site: OnSite) -> Response:
    """Send the drawn list of a line as far as it is public: code and name of each object."""
    async with site.reading() as work:
        drawn = await work.rounds.get(round_id)
        lists = await lottery.published_lists(work, drawn)
        if line not in lists or not lists[line].objects:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="drawn_list", key=line)
        rows = await named(work, lists[line].objects)
    return csv_file(("object", "name"), rows, f"drawn-{round_id}-{line}")


@router.get("/rounds/{round_id}/verifications/{verification_id}.json")
async def statement(round_id: str, verification_id: str, site: OnSite) -> Response:
    """Send an auditor's statement to the byte that was signed."""
    async with site.reading() as work:
        found = await work.verifications.get(verification_id)
        _require_of(found.round_id, round_id, verification_id)
    return Response(found.statement, media_type="application/json")


@router.get("/rounds/{round_id}/verifications/{verification_id}.json.jws")
async def signature(round_id: str, verification_id: str, site: OnSite) -> Response:
    """Send the detached signature of an auditor's statement."""
    async with site.reading() as work:
        found = await work.verifications.get(verification_id)
        _require_of(found.round_id, round_id, verification_id)
    return Response(found.signature, media_type="application/jose")


def _require_of(found: str, asked: str, verification_id: str) -> None:
    if found != asked:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="verification", key=verification_id)


def _is_small(drawn: Round, lines: list[LineView]) -> bool:
    """Say whether a browser can recompute the round in the time somebody waits."""
    objects = sum(stratum.frame for line in lines for stratum in line.strata)
    return lottery.is_whole(drawn) and objects <= _MOST_OBJECTS_IN_A_BROWSER
