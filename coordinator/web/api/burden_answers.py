"""High frequency answered for: what a plan or round is warned of, and why it goes on."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.annual_plan.burden import PlanWarning
from coordinator.domain.burden_warnings import FrequencyAnswer, HighFrequency
from coordinator.services import annual_plan, dispatch
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.burden_ledger import TAG
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds

router = APIRouter(tags=[TAG])


class AnswerEntry(Entry):
    """Why it goes on although places are entered that often."""

    reason: str = Field(
        title=later("理由"),
        description=later("为什么不能合并或错开；理由连同姓名记录在案。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


async def _answer_round(work: Work, keys: Keys, entry: AnswerEntry) -> FrequencyAnswer:
    return await dispatch.answer_for_round(work, keys["round_id"], entry.reason)


async def _answer_plan(work: Work, keys: Keys, entry: AnswerEntry) -> FrequencyAnswer:
    return await annual_plan.answer_for_plan(work, keys["plan_id"], entry.reason)


ACTS = (
    Act(
        name="answer-round-frequency",
        path="/rounds/{round_id}/high-frequency",
        label=later("说明高频检查的理由"),
        consequence=later("理由对现在列出的场所有效；此后新出现的预警要另行说明，才能下达。"),
        role=Role.OFFICE,
        run=_answer_round,
        entry=AnswerEntry,
        back="/console/rounds/{round_id}",
    ),
    Act(
        name="answer-plan-frequency",
        path="/plans/{plan_id}/high-frequency",
        label=later("说明高频检查的理由"),
        consequence=later("理由对现在列出的任务有效；任务变动后新出现的预警要另行说明，才能提交。"),
        role=Role.OFFICE,
        run=_answer_plan,
        entry=AnswerEntry,
        back="/console/plans/{plan_id}/check",
    ),
)
add_acts(router, ACTS, TAG)


class RoundFrequency(BaseModel):
    """What a round is warned of and why it goes on; a covert one's places show when it opens."""

    number: int
    places: Sequence[HighFrequency]
    reasons: Sequence[str]


class PlanFrequency(BaseModel):
    """What a plan is warned of whatever its draws say, and the reasons given."""

    warnings: Sequence[PlanWarning]
    reasons: Sequence[str]


@router.get(
    "/rounds/{round_id}/high-frequency",
    summary="批次的高频检查预警",
    operation_id="round-frequency",
)
async def round_frequency(round_id: str, parts: Parts, person: Overseer) -> RoundFrequency:
    """Give the places that a round makes ones of high frequency, by the figures of its plan."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await dispatch.frequency_of_round(work, round_id)
        shown = round_id in await open_rounds(work)
        return RoundFrequency(
            number=len(found),
            places=found if shown else (),
            reasons=await reasons_of(work, round_id),
        )


@router.get(
    "/plans/{plan_id}/high-frequency", summary="计划的高频检查预警", operation_id="plan-frequency"
)
async def plan_frequency(plan_id: str, parts: Parts, person: Overseer) -> PlanFrequency:
    """Give the places that a plan visits for certain as often as its profile warns of."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await annual_plan.plan_frequency(work, plan_id)
        return PlanFrequency(warnings=found, reasons=await reasons_of(work, plan_id))


async def reasons_of(work: Work, subject: str) -> list[str]:
    """Give the reasons given for a plan or round, in order of time."""
    answers = await work.frequency_answers.where(subject=subject)
    return [each.reason for each in sorted(answers, key=lambda each: each.answered_at)]
