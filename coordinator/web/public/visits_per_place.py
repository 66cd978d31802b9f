"""How often places were visited in a year: figures for everybody that name no place."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import burden_figures
from coordinator.services.burden_figures import Grouping
from coordinator.web.console.burden_ledger import kind_words
from coordinator.web.figure_words import (
    average_word,
    exempt_words,
    group_names,
    share_word,
    times_word,
)
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite
from coordinator.web.reach import open_rounds

router = APIRouter()

_FIRST_YEAR = 2000


@router.get("/visits")
async def this_year(site: OnSite) -> Response:
    """Lead to the figures of this year."""
    async with site.reading() as work:
        return RedirectResponse(f"/visits/{work.today().year}", 303)


@router.get("/visits/{year}")
async def one_year(year: int, site: OnSite) -> Response:
    """Show how many places were visited how often in a year, by whom, and what was exempt."""
    async with site.reading() as work:
        if not _FIRST_YEAR <= year <= work.today().year:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="year", key=year)
        names, shown = await load_names(work), await open_rounds(work)
        organs, levels = [
            await burden_figures.annual_figures(work, year, by, shown)
            for by in (Grouping.ORGAN, Grouping.LEVEL)
        ]
        found = organs.total.now
        return site.show(
            "public/visits_per_place.html",
            former=year - 1 if organs.total.before.visits else None,
            following=year + 1 if year < work.today().year else None,
            year=year,
            found=found,
            distribution=[(times_word(n), places) for n, places in found.distribution],
            average=average_word(found.average),
            joint_share=share_word(found.joint_share),
            exempt=exempt_words(found, kind_words(work)),
            cap=work.policy.burden.visits_per_year,
            tables=[
                (figures.grouping, figures.rows, await group_names(work, figures.grouping, names))
                for figures in (organs, levels)
            ],
        )
