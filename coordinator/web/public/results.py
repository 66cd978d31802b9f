"""Disclosed results as sentences: found by firm, each at an address that survives corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.disclosure import Disclosure, in_order, standing_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Rectification
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.services import checklist_merge
from coordinator.services.ports import Query, Work
from coordinator.web.language import choose
from coordinator.web.names import load_names
from coordinator.web.public.frame import PAGE, OnSite, Site, page_of, pages_for
from coordinator.web.public.penalties import penalties_of
from coordinator.web.reach import open_rounds

router = APIRouter()

_LATEST = 10
SHOWN = {"superseded_by": None, "withdrawn_at": None, "retired_at": None}
"""What the public finds: the standing version, neither withdrawn nor past its years."""


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

    @property
    def is_disputed(self) -> bool:
        """Whether any of the results carries a mark."""
        return any(each.is_disputed for each in self.results)


@dataclass(frozen=True)
class Published:
    """A result at its address: what stands, None once withdrawn; all versions, the first first."""

    versions: tuple[Disclosure, ...]
    standing: Disclosure | None
    rectifications: tuple[Rectification, ...] = ()
    penalties: tuple[PenaltyPublication, ...] = ()

    @property
    def latest(self) -> Disclosure:
        """The last version, standing or not."""
        return self.versions[-1]

    @property
    def former(self) -> tuple[Disclosure, ...]:
        """The versions before the last, the latest of them first."""
        return tuple(reversed(self.versions[:-1]))

    @property
    def address(self) -> str:
        """Its permalink: that of the first version."""
        return f"/results/{self.versions[0].disclosure_id}"


@router.get("/")
async def search(site: OnSite, q: str = "", page: int = 1) -> Response:
    """Search disclosed results by name or code of a firm, or by task number."""
    text = q.strip()
    number = page_of(page)
    size = PAGE if text else _LATEST
    async with site.reading() as work:
        found = await work.disclosures.page(
            Query(
                equals=SHOWN,
                text=text,
                within=("object_name", "object_id", "task_number"),
                order="disclosed_at",
                descending=True,
                offset=(number - 1) * size,
                limit=size,
            )
        )
        return site.show(
            "public/search.html",
            q=text,
            hits=_by_visit(found.values) if text else _by_visit(found.values)[:5],
            total=found.total,
            page=number,
            pages=pages_for(found.total) if text else 1,
            latest=await _latest_figures(work),
            names=await load_names(work),
        )


@router.get("/results/{disclosure_id}")
async def one_result(disclosure_id: str, site: OnSite) -> Response:
    """Show a disclosed result with its history, later rectification and penalties in their period.

    The address of a corrected version leads to that of the first.
    """
    return await show_result(site, disclosure_id)


async def show_result(
    site: Site,
    disclosure_id: str,
    problems: Sequence[tuple[str, str]] = (),
    text: str = "",
    status: int = 200,
) -> Response:
    """Show a result at its permalink, with what was wrong with an objection."""
    async with site.reading() as work:
        found = await published(work, disclosure_id)
        if disclosure_id != found.versions[0].disclosure_id and not problems:
            return RedirectResponse(found.address, 303)
        return site.show(
            "public/result.html",
            status=status,
            result=found,
            found=found.latest,
            reason=_withdrawal(work, found.latest),
            late=_is_late(work, found.latest),
            names=await load_names(work),
            problems=problems,
            text=text,
            objected=site.request.query_params.get("objected"),
        )


async def published(work: Work, disclosure_id: str) -> Published:
    """Give a result by the id of any of its versions; NOT_FOUND once it has left the pages."""
    one = await work.disclosures.get(disclosure_id)
    versions = tuple(in_order(await work.disclosures.where(result_id=one.result_id)))
    if versions[-1].retired_at is not None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="disclosure", key=disclosure_id)
    standing = standing_of(versions)
    if standing is None:
        return Published(versions, None)
    return Published(
        versions,
        standing,
        tuple(await work.rectifications.where(result_id=one.result_id)),
        await penalties_of(work, one.result_id),
    )


def _withdrawal(work: Work, latest: Disclosure) -> str:
    """Name the typed reason of a withdrawal; the facts behind it are not public."""
    reasons = work.policies.disclosure_reasons("withdrawal")
    return next(
        (
            choose(each.name, each.name_en)
            for each in reasons
            if each.code == latest.withdrawal_reason
        ),
        "",
    )


def _is_late(work: Work, latest: Disclosure) -> bool:
    return latest.objection_until is not None and work.today() > latest.objection_until


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
        "results": await work.results.count(
            round_id=latest.round_id, approved=True, exempt_reason=None
        ),
        "disclosed": await work.disclosures.count(
            round_id=latest.round_id, superseded_by=None, withdrawn_at=None
        ),
    }
