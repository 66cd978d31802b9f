"""What a plan comes to: counts of frames while typing, breaches, forecasts, differences."""

from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.annual_plan import (
    CREDIT,
    Breach,
    Burden,
    Conditions,
    FieldDifference,
    Forecast,
    Selection,
    Share,
    StratumRule,
)
from coordinator.services import annual_plan
from coordinator.services.policies import policy_of
from coordinator.web.api.annual_plan.entries import MOST_MONTHS, MOST_OBJECTS, Words
from coordinator.web.api.annual_plan.plans import TAG
from coordinator.web.api.annual_plan.weights import WeightAnswer, WeightsAsked, answers_of
from coordinator.web.dependencies import Overseer
from coordinator.web.errors import sentence
from coordinator.web.parts import Parts

router = APIRouter(tags=[TAG])


class CountAsked(WeightsAsked):
    """Conditions, share and weights of a line, as the address carries them.

    `gradings` are `scheme:value`; `strata` are `stratum:1/10` or `stratum:1/10:minimum`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: Words = ()
    kinds: Words = ()
    industries: Words = ()
    regions: Words = ()
    risk_classes: Words = ()
    affiliations: Words = ()
    scales: Words = ()
    gradings: tuple[Annotated[str, Field(pattern=r"^[^:]+:.+$")], ...] = ()
    events: Words = ()
    event_months: int = Field(default=12, ge=1, le=MOST_MONTHS)
    key_unit: bool | None = None
    lists: Words = ()
    objects: Words = Field(default=(), max_length=MOST_OBJECTS)
    selection: Selection = Selection.RANDOM
    strata_by: str = Field(default=CREDIT, min_length=1)
    strata: tuple[Annotated[str, Field(pattern=r"^.+:\d{1,9}/[1-9]\d{0,8}(:\d{1,9})?$")], ...] = ()
    number: int | None = Field(default=None, ge=1)

    def conditions(self) -> Conditions:
        """Give the conditions asked for."""
        gradings: dict[str, tuple[str, ...]] = {}
        for each in self.gradings:
            scheme, _, value = each.partition(":")
            gradings[scheme] = (*gradings.get(scheme, ()), value)
        plain = self.model_dump(include=set(Conditions.__dataclass_fields__) - {"gradings"})
        return Conditions(gradings=gradings, **plain)

    def share(self) -> Share:
        """Give the share asked for."""
        return Share(
            selection=self.selection,
            strata_by=self.strata_by,
            strata=dict(_rule(text) for text in self.strata),
            number=self.number,
            named=bool(self.objects),
        )


class CountAnswer(BaseModel):
    """How many objects the conditions meet, and how many of them would be drawn."""

    objects: int
    eligible: int
    places: int
    by_stratum: dict[str, int]
    expected: dict[str, int]
    expected_draw: int
    expected_ratio: str
    weights: tuple[WeightAnswer, ...] = ()


class BreachAnswer(BaseModel):
    """One broken rule in words and figures, with its remedy as data."""

    rule: str
    line: str
    detail: str
    facts: dict[str, object]
    remedy: dict[str, object]


class CheckAnswer(BaseModel):
    """All breaches of a plan; none when it may be adopted."""

    breaches: tuple[BreachAnswer, ...]


class DifferenceAnswer(BaseModel):
    """The fields in which two plans differ."""

    differences: tuple[FieldDifference, ...]


@router.get("/frames/count", summary="符合条件的对象数", operation_id="frame-count")
async def frame_count(
    asked: Annotated[CountAsked, Parameter()], parts: Parts, person: Overseer
) -> CountAnswer:
    """Count whom conditions meet, and how many of them a share would draw."""
    async with parts.open_work(person.actor, writes=False) as work:
        policy = work.policy
        if asked.plan_id is not None:
            policy = await policy_of(work, await work.plans.get(asked.plan_id))
        weights = asked.rules(policy.plan)
        found = await annual_plan.frame_count(work, asked.conditions(), asked.share(), weights)
    return CountAnswer(
        objects=found.objects,
        eligible=found.eligible,
        places=found.places,
        by_stratum=dict(found.by_stratum),
        expected=dict(found.expected),
        expected_draw=found.expected_draw,
        expected_ratio=str(Fraction(found.expected_ratio)),
        weights=answers_of(found.weights),
    )


@router.get("/plans/{plan_id}/breaches", summary="计划不符合的规定", operation_id="plan-breaches")
async def breaches(plan_id: str, parts: Parts, person: Overseer) -> CheckAnswer:
    """Give every rule that a plan breaks as it stands, with figures and remedies."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await annual_plan.breaches(work, plan_id)
    return _worded(found)


@router.get("/plans/{plan_id}/year-end", summary="年底复核", operation_id="plan-year-end")
async def year_end(plan_id: str, parts: Parts, person: Overseer) -> CheckAnswer:
    """Check the rules of the sections again, with what was really drawn in the year."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await annual_plan.year_end_breaches(work, plan_id)
    return _worded(found)


@router.get("/plans/{plan_id}/forecast", summary="检查量预测", operation_id="plan-forecast")
async def forecast(plan_id: str, parts: Parts, person: Overseer) -> Forecast:
    """Forecast visits and inspectors' load per department and month."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await annual_plan.forecast(work, plan_id)


@router.get("/plans/{plan_id}/burden", summary="入企频次预测", operation_id="plan-burden")
async def burden(plan_id: str, parts: Parts, person: Overseer) -> Burden:
    """Forecast how often places may be visited, against the cap."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await annual_plan.burden(work, plan_id)


@router.get(
    "/plans/{plan_id}/difference/{former}", summary="计划差异", operation_id="plan-difference"
)
async def difference(plan_id: str, former: str, parts: Parts, person: Overseer) -> DifferenceAnswer:
    """Give the fields in which a plan's lines differ from a former plan's."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await annual_plan.plan_difference(work, former, plan_id)
    return DifferenceAnswer(differences=found)


def _worded(found: tuple[Breach, ...]) -> CheckAnswer:
    return CheckAnswer(
        breaches=tuple(
            BreachAnswer(
                rule=each.rule.value,
                line=each.line,
                detail=sentence(each.rule, {"line": each.line, **each.facts, **each.remedy}),
                facts=dict(each.facts),
                remedy=dict(each.remedy),
            )
            for each in found
        )
    )


def _rule(text: str) -> tuple[str, StratumRule]:
    """Read `stratum:1/10:minimum`; a stratum's own name may hold colons."""
    head, _, tail = text.rpartition(":")
    share, minimum = (tail, "0") if "/" in tail else (head.rpartition(":")[2], tail)
    name = head if "/" in tail else head.rpartition(":")[0]
    numerator, _, denominator = share.partition("/")
    return name, StratumRule(
        numerator=int(numerator), denominator=int(denominator), minimum=int(minimum)
    )
