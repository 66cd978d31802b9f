"""Two rounds of the small county: what departments find in the first, the second may recognise."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from contracts.results import Answer, Finding
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.registers import CheckItem, Checkpoint, ItemClass
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import registers
from tests.builders import FIRE, HEALTH, MARKET, NOW, a_finding, a_line, a_source, an_item
from tests.county import adopt_plan
from tests.play import Play, office

FIRST, SECOND, PLAN = "RA", "RB", "plan-b"
LICENCE = Checkpoint(code="s1", text="许可证是否悬挂", shared_code="licence")
EXIT = Checkpoint(code="s2", text="通道是否畅通", shared_code="exit")
OWN = Checkpoint(code="q1", text="台账是否齐全")


def lines_of_two_rounds(**second: Any) -> list[PlanLine]:
    """Market and health check everybody in the first line, fire and health in the second."""
    everybody: dict[str, Any] = {"strata": {}, "number": 50}
    of_second = {
        "items": ("fr-1", "fr-2", "he-1"),
        "window_from": NOW.date() + timedelta(days=70),
        "window_to": NOW.date() + timedelta(days=100),
    }
    return [
        a_line("A", lead=MARKET, participants=(HEALTH,), items=("mr-1", "he-2"), **everybody),
        a_line(
            "B",
            lead=FIRE,
            participants=(HEALTH,),
            **everybody | of_second | second,
        ),
    ]


def published_items() -> list[CheckItem]:
    """One shared question of market, fire and health; that of health is of key class."""
    return [
        an_item("mr-1", MARKET, checkpoints=(LICENCE, EXIT)),
        an_item("he-2", HEALTH, item_class=ItemClass.KEY, competences=("water",)),
        an_item("fr-1", FIRE, checkpoints=(LICENCE, OWN)),
        an_item("fr-2", FIRE, checkpoints=(EXIT,)),
        an_item("he-3", HEALTH, checkpoints=(EXIT,)),
        an_item("he-1", HEALTH, item_class=ItemClass.KEY, checkpoints=(LICENCE,)),
    ]


async def plan_two_rounds(play: Play, **second: Any) -> None:
    """Adopt the plan of both rounds; general items are so from then on, for their bound is 10 %."""
    key = [item.model_copy(update={"item_class": ItemClass.KEY}) for item in published_items()]
    await take_in(play, key)
    await adopt_plan(play, lines_of_two_rounds(**second), PLAN)
    await take_in(play, published_items())


async def take_in(play: Play, items: Sequence[CheckItem]) -> None:
    """Let a new version of the item list be published."""
    async with play.work(office()) as work:
        await registers.take_in(work, RegisterKind.ITEM_LIST, items, a_source("items.csv"))


async def send_out(play: Play, round_id: str, line: str, days: int) -> Sequence[DepartmentTask]:
    """Draw a round, publish it, let everybody accept, and let days pass; give its tasks."""
    await play.drawn_round(round_id, line, plan_id=PLAN)
    await play.publish(round_id)
    for task in await play.tasks(round_id):
        await play.accept(task)
    play.clock.pass_time(days=days)
    return await play.tasks(round_id)


async def answered(
    play: Play, task: DepartmentTask, answers: Mapping[str, str], **changes: Any
) -> None:
    """Report a task with these answers at every finding; `changes` are those of the findings."""
    message = await play.findings(task)
    given = tuple(Answer(checkpoint=code, value=value) for code, value in answers.items())
    findings = tuple(
        _found(finding, given, changes) if task.department == MARKET else finding
        for finding in message.findings
    )
    await play.receive(task.department, message.model_copy(update={"findings": findings}))


def _found(finding: Finding, answers: tuple[Answer, ...], changes: Mapping[str, Any]) -> Finding:
    return a_finding(finding.item, finding.object_id, answers=answers, **changes)


async def first_round(
    play: Play, answers: Mapping[str, str] | None = None, *, approve: bool = True, **changes: Any
) -> Sequence[DepartmentTask]:
    """Play the first round to its approved results."""
    tasks = await send_out(play, FIRST, "A", days=20)
    for task in tasks:
        await answered(
            play, task, {"s1": "是", "s2": "是"} if answers is None else answers, **changes
        )
        if approve:
            await play.approve(task)
    return tasks


async def second_round(play: Play) -> None:
    """Draw the second round."""
    await play.drawn_round(SECOND, "B", plan_id=PLAN)
