"""How anybody checks a record: the verifier, other tools, and the office's own statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.responses import Response

from contracts import verify_draw
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.self_audit import (
    Hits,
    LineAudit,
    PooledHits,
    RoundAudit,
    StratumAudit,
    audits_of_lines,
)
from coordinator.services import lottery
from coordinator.services.ports import Work
from coordinator.web.downloads import csv_file
from coordinator.web.language import _, current_language
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

router = APIRouter()

_SCRIPT = Path(__file__).parents[1] / "templates" / "public" / "verify-with-other-tools.sh"
_VERIFIER = Path(verify_draw.__file__)
_ROUNDS_SHOWN = 12
_PER_CENT = 100


@dataclass(frozen=True)
class Passage:
    """A piece of the script: what it shows, in the reader's language, and its commands."""

    words: tuple[str, ...]
    commands: str


@dataclass(frozen=True)
class AuditView:
    """The figures of one round, with its title; by line where its frames stay closed."""

    audit: RoundAudit
    title: str
    rows: Sequence[StratumAudit | LineAudit]

    @property
    def is_kept(self) -> bool:
        """Whether every stratum drew as many as promised."""
        return all(each.is_kept for each in self.audit.strata)


@router.get("/verify_draw.py")
async def verifier() -> Response:
    """Send the verifier: one file, standard library only."""
    return _plain(_VERIFIER)


@router.get("/how-to-verify")
async def how_to_verify(site: OnSite) -> Response:
    """Explain how to verify with the verifier, and with tools that everybody has."""
    return site.show("public/how_to_verify.html", passages=passages())


@router.get("/verify-with-other-tools.sh")
async def script() -> Response:
    """Send the commands of the page as one file."""
    return _plain(_SCRIPT)


@router.get("/self-audit")
async def self_audit(site: OnSite, year: Annotated[int, Parameter(ge=0, le=9998)] = 0) -> Response:
    """Show the self-audit of past rounds, the latest first, or of those audited in one year."""
    async with site.reading() as work:
        return site.show(
            "public/self_audit.html",
            rounds=await _audited(work, year),
            year=year,
            how_often=how_often,
            names=await load_names(work),
        )


@router.get("/record-chain")
async def record_chain(site: OnSite) -> Response:
    """Show the chain of all transcripts: what every attempt continues, the latest first."""
    async with site.reading() as work:
        chain = await lottery.transcript_chain(work)
        return site.show(
            "public/record_chain.html",
            chain=list(reversed(chain)),
            ends=sum(not entry.followed_by for entry in chain),
            broken=sum(not entry.holds for entry in chain),
            names=await load_names(work),
        )


@router.get("/record-chain.csv")
async def record_chain_file(site: OnSite) -> Response:
    """Send the chain as a file, in the order in which the attempts ended."""
    async with site.reading() as work:
        chain = await lottery.transcript_chain(work)
    rows = [
        (
            entry.link.round_id,
            entry.link.attempt,
            entry.link.outcome.value if entry.link.outcome else "-",
            entry.link.committed_at.isoformat(),
            entry.link.concluded_at.isoformat(),
            entry.link.transcript_hash,
            entry.link.previous,
        )
        for entry in chain
    ]
    headings = ("round", "attempt", "outcome", "committed_at", "ended_at", "transcript", "previous")
    return csv_file(headings, rows, "record-chain")


def passages() -> list[Passage]:
    """Give the script piece by piece: comments in the language of the request, then commands."""
    mark, found = f"# {current_language()}: ", []
    for piece in _SCRIPT.read_text(encoding="utf-8").split("\n\n"):
        lines = piece.strip().split("\n")
        words = tuple(each.removeprefix(mark) for each in lines if each.startswith(mark))
        commands = "\n".join(each for each in lines if not each.startswith("#"))
        found.append(Passage(words, commands))
    return found


def how_often(hits: Hits | PooledHits) -> str:
    """Say how often a fair draw is at least as unusual, or that so few say nothing."""
    if hits.is_too_small:
        return _("数目太小，说明不了什么")
    times = round(hits.chance * _PER_CENT)
    if times < 1:
        return _("公平抽取时 100 次里不到 1 次")
    return _("公平抽取时 100 次里约 %s 次") % times


async def _audited(work: Work, year: int) -> list[AuditView]:
    rounds = {each.round_id: each for each in await work.rounds.where()}
    audits = sorted(
        await work.round_audits.where(),
        key=lambda each: (each.computed_at, each.round_id),
        reverse=True,
    )
    shown = [each for each in audits if not year or each.computed_at.year == year]
    most = len(shown) if year else _ROUNDS_SHOWN
    return [_view(each, rounds[each.round_id]) for each in shown[:most]]


def _view(audit: RoundAudit, drawn: Round) -> AuditView:
    rows = audit.strata if drawn.public_frames else audits_of_lines(audit.strata)
    return AuditView(audit, drawn.title, rows)


def _plain(file: Path) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.read_bytes(), media_type="text/plain; charset=utf-8", headers=headers)
