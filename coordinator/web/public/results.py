"""Disclosed results as sentences: found by firm, each with its address, open to objection."""

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.disclosure import Disclosure
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import checklist_merge, disclosure
from coordinator.services.ports import Query, Work
from coordinator.web.dependencies import PUBLIC
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite, Site
from coordinator.web.reach import open_rounds
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_SHOWN = 200
_LONGEST_OBJECTION = 2000


@dataclass(frozen=True)
class Hit:
    """All disclosed results of one visit to one object."""

    object_id: str
    object_name: str
    results: tuple[Disclosure, ...]

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments whose results are disclosed, in order."""
        return tuple(dict.fromkeys(each.department for each in self.results))

    @property
    def problems(self) -> tuple[Disclosure, ...]:
        """The results that found a problem."""
        return tuple(each for each in self.results if each.has_problem)


@router.get("/")
async def search(site: OnSite, q: str = "") -> Response:
    """Search disclosed results by name or code of a firm."""
    text = q.strip()
    async with site.reading() as work:
        found = await work.disclosures.page(
            Query(text=text, order="disclosed_at", descending=True, limit=_SHOWN)
        )
        latest = await _latest_figures(work)
        return site.show(
            "public/search.html",
            q=text,
            hits=_by_visit(found.values) if text else _by_visit(found.values)[:5],
            total=found.total,
            latest=latest,
            names=await load_names(work),
        )


@router.get("/results/{disclosure_id}")
async def one_result(disclosure_id: str, site: OnSite) -> Response:
    """Show one disclosed result with later rectification and case outcome."""
    return await _show_result(site, disclosure_id, [], "", 200)


@router.post("/results/{disclosure_id}/objection")
async def object_to(
    disclosure_id: str,
    site: OnSite,
    text: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    """Take in an objection of who holds the visit code; the result is marked until answered."""
    require_same_site(site.request)
    said = text.strip()
    try:
        _require_words(said)
        async with site.parts.open_work(PUBLIC) as work:
            await _require_code(work, disclosure_id, code.strip().upper())
            await disclosure.receive_objection(work, disclosure_id, said)
    except RuleBrokenError as error:
        problems = [("text", words) for _line, words in sentences(error)]
        status = RULE_TEXTS[error.rule].status
        return await _show_result(site, disclosure_id, problems, text, status)
    return RedirectResponse(f"/results/{disclosure_id}?objected=1", 303)


def _require_words(text: str) -> None:
    if not text or len(text) > _LONGEST_OBJECTION:
        raise RuleBrokenError(Rule.REASON_MISSING, outcome=f"1 … {_LONGEST_OBJECTION}")


async def _require_code(work: Work, disclosure_id: str, code: str) -> None:
    """Refuse who was not given the code of this visit: only the inspected may object."""
    found = await work.disclosures.get(disclosure_id)
    visit = await work.visits.get(found.visit_id)
    if visit.visit_code is None or not compare_digest(visit.visit_code, code):
        raise RuleBrokenError(Rule.VISIT_CODE_WRONG)


async def _show_result(
    site: Site, disclosure_id: str, problems: Sequence[tuple[str, str]], text: str, status: int
) -> Response:
    async with site.reading() as work:
        found = await work.disclosures.get(disclosure_id)
        cases = await work.cases.where(result_id=found.result_id)
        return site.show(
            "public/result.html",
            status=status,
            found=found,
            rectifications=await work.rectifications.where(result_id=found.result_id),
            cases=[each for each in cases if each.decision_number],
            names=await load_names(work),
            problems=problems,
            text=text,
            objected=site.request.query_params.get("objected"),
        )


def _by_visit(disclosures: Sequence[Disclosure]) -> list[Hit]:
    """Put the results of one visit to one object together, in the order they came."""
    groups: dict[tuple[str, str], list[Disclosure]] = {}
    for each in disclosures:
        groups.setdefault((each.visit_id, each.object_id), []).append(each)
    return [
        Hit(object_id, results[0].object_name, tuple(results))
        for (_visit, object_id), results in groups.items()
    ]


async def _latest_figures(work: Work) -> dict[str, object] | None:
    """Give figures of the latest dispatched round; counts only, never a target."""
    shown = await open_rounds(work)
    rounds = [each for each in await work.rounds.where(round_id=shown) if each.drawn_at]
    if not rounds:
        return None
    latest = max(rounds, key=lambda each: each.opened_at)
    summary = await checklist_merge.merge_summary(work, latest.round_id)
    return {
        "title": latest.title,
        "round_id": latest.round_id,
        "visits": summary.visits,
        "separate": summary.separate_visits,
        "saved": summary.saved,
        "finished": await work.visits.count(round_id=latest.round_id, state="finished"),
        "results": await work.results.count(round_id=latest.round_id, approved=True),
        "disclosed": await work.disclosures.count(round_id=latest.round_id),
    }
