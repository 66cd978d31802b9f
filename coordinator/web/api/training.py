"""Training before a round's visits: confirmed organ by organ, read by those who oversee."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.training import Training
from coordinator.services import dispatch
from coordinator.services.dispatch import OrganTraining, TrainingHeld
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.dispatch import TAG
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts

router = APIRouter(tags=[TAG])


class TrainingEntry(Entry):
    """What a training was, and who of the organ's drawn officers was there."""

    held_date: date = Field(
        title=later("培训日期"), description=later("批次开启之后、今天为止的一天。")
    )
    document: str = Field(
        title=later("培训文件"),
        description=later("通知、签到表或纪要的文号或名称。"),
        min_length=1,
        max_length=200,
    )
    content: str = Field(
        title=later("培训内容"),
        min_length=1,
        max_length=2000,
        json_schema_extra=AREA,
    )
    discipline: str = Field(
        title=later("检查纪律"),
        description=later("宣布了哪些纪律、怎样确认的，如“集体宣读并签订承诺书”。"),
        min_length=1,
        max_length=2000,
        json_schema_extra=AREA,
    )
    trained: tuple[str, ...] = Field(
        title=later("参加了培训的人员"),
        description=later("逐人勾选；没有勾选的记为缺席，须补训后另行确认，或先更换人员。"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "drawn-officers"},
    )


async def _confirm(work: Work, keys: Keys, entry: TrainingEntry) -> Training:
    held = TrainingHeld(**entry.model_dump())
    return await dispatch.confirm_training(work, keys["round_id"], keys["organ"], held)


ACTS = (
    Act(
        name="confirm-training",
        path="/rounds/{round_id}/trainings/{organ}",
        label=later("确认培训和纪律"),
        consequence=later(
            "谁参加了、谁缺席连同您的姓名记录在案并归入任务档案，不能修改；补训另行确认。"
        ),
        role=Role.OFFICE,
        run=_confirm,
        entry=TrainingEntry,
        back="/console/rounds/{round_id}",
    ),
)
add_acts(router, ACTS, TAG)


class RoundTraining(BaseModel):
    """What of a round is trained: whether its profile demands it, and each organ's officers."""

    demanded: bool
    organs: Sequence[OrganTraining]


@router.get("/rounds/{round_id}/trainings", summary="批次培训", operation_id="trainings")
async def trainings(round_id: str, parts: Parts, person: Overseer) -> RoundTraining:
    """Give who of a round's drawn officers was trained, organ by organ."""
    async with parts.open_work(person.actor, writes=False) as work:
        drawn = await work.rounds.get(round_id)
        return RoundTraining(
            demanded=await dispatch.demands_training(work, drawn),
            organs=await dispatch.trainings_of(work, round_id),
        )
