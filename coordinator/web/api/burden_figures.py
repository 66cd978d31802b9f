"""The year of visits in figures, and the places where they pile up."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import BaseModel

from coordinator.domain.burden_figures import Frequency
from coordinator.domain.burden_warnings import HighFrequency
from coordinator.services import burden_figures, burden_warnings
from coordinator.services.burden_figures import AnnualRow, Grouping
from coordinator.web.api.burden_ledger import TAG
from coordinator.web.dependencies import Overseer
from coordinator.web.figure_words import average_word
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds

router = APIRouter(tags=[TAG])

Year = Annotated[int, Parameter(ge=2000, le=2100)]


class YearOfVisits(BaseModel):
    """The visits made in a year among the places supervised; `average` = visits ÷ supervised."""

    supervised: int
    visited: int
    visits: int
    joint: int
    exempt: Mapping[str, int]
    joined: int
    average: str
    most: int


class RowOut(BaseModel):
    """A row of the annual statistics beside the former year's."""

    code: str
    now: YearOfVisits
    former_year: YearOfVisits


class AnnualOut(BaseModel):
    """The annual statistics 行政检查频次; rows keep the order of their register."""

    year: int
    by: Grouping
    total: RowOut
    rows: Sequence[RowOut]


@router.get("/burden/annual", summary="行政检查频次", operation_id="annual-visits")
async def annual(
    year: Year, parts: Parts, person: Overseer, by: Grouping = Grouping.ORGAN
) -> AnnualOut:
    """Give the visits made in a year by organ, level, region or industry."""
    async with parts.open_work(person.actor, writes=False) as work:
        shown = await open_rounds(work)
        found = await burden_figures.annual_figures(work, year, by, shown)
    rows = [_row(each) for each in found.rows]
    return AnnualOut(year=year, by=by, total=_row(found.total), rows=rows)


@router.get("/burden/warnings", summary="高频检查预警", operation_id="high-frequency")
async def warnings(year: Year, parts: Parts, person: Overseer) -> list[HighFrequency]:
    """Give the places where visits pile up; covert ones count once their record is open."""
    async with parts.open_work(person.actor, writes=False) as work:
        shown = await open_rounds(work)
        return await burden_warnings.high_frequency(work, year, shown, work.policy.burden)


def _row(row: AnnualRow) -> RowOut:
    return RowOut(code=row.code, now=_figures(row.now), former_year=_figures(row.before))


def _figures(found: Frequency) -> YearOfVisits:
    return YearOfVisits(
        supervised=found.supervised,
        visited=found.visited,
        visits=found.visits,
        joint=found.joint,
        exempt=found.exempt,
        joined=found.joined,
        average=average_word(found.average),
        most=found.most,
    )
