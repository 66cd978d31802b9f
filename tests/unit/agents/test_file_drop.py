"""The shared folder with a back office: messages out, answers in, bad answers with their reason."""

import asyncio
import json
from typing import Any

import pytest

from contracts.tasks import TaskWithdrawn
from department_agents.handover import Handover
from department_agents.systems.ports import Work
from tests.unit.agents.conftest import AgentAtWork
from tests.unit.agents.office import a_finding, a_report, a_task

VISIT = "2026-R1-0a0a0a0a0a0a"


class BackOffice:
    """A program of the department that reads and writes the shared folder."""

    def __init__(self, at_work: AgentAtWork) -> None:
        agent = at_work.agent
        self.handover = Handover(agent.database, agent.system, agent.clock)
        self.folder = agent.settings.drop

    def inbox(self) -> list[dict[str, Any]]:
        files = sorted((self.folder / "to_department").iterdir())
        return [json.loads(file.read_text()) | {"file": file.name} for file in files]

    def names(self, folder: str) -> list[str]:
        return sorted(file.name for file in (self.folder / "from_department" / folder).iterdir())

    async def reply(self, name: str, content: object) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        (self.folder / "from_department" / name).write_text(text)
        await self.handover.run_once()

    def error(self, stem: str) -> dict[str, Any]:
        file = self.folder / "from_department" / "refused" / f"{stem}.error.json"
        (error,) = json.loads(file.read_text())["errors"]
        return dict(error)


@pytest.fixture
async def back_office(at_work: AgentAtWork) -> BackOffice:
    return BackOffice(at_work)


def an_acceptance(**data: Any) -> dict[str, Any]:
    return {"type": "TaskAccepted", "data": {"visit_id": VISIT, "accepted_by": "王五"} | data}


async def test_a_task_arrives_as_one_whole_file(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())

    await back_office.handover.run_once()

    (message,) = back_office.inbox()
    assert message["file"] == "letter-1-TaskPublished.json"
    assert message["type"] == "TaskPublished"
    assert message["data"]["visit_id"] == VISIT


async def test_work_is_handed_over_in_order_and_once(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())
    await at_work.receive(TaskWithdrawn(visit_id=VISIT, department="fire", reason="迁出"))
    await back_office.handover.run_once()
    for file in (back_office.folder / "to_department").iterdir():
        file.unlink()

    await back_office.handover.run_once()

    assert back_office.inbox() == []


async def test_a_hand_over_repeated_after_a_crash_writes_the_same_file(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    work = Work("letter-1", "TaskPublished", a_task().model_dump_json())

    await at_work.agent.system.hand_over(work)
    first = back_office.inbox()
    await at_work.agent.system.hand_over(work)

    assert back_office.inbox() == first


async def test_good_answers_are_sent_and_moved_to_done(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())

    await back_office.reply("1-accept.json", an_acceptance())
    await back_office.reply("2-report.json", {"type": "FindingsSubmitted", "data": a_report()})

    sent = await at_work.sent()
    assert [name for name, _ in sent] == ["TaskAccepted", "FindingsSubmitted"]
    assert sent[1][1]["department"] == "fire"
    assert back_office.names("done") == ["1-accept.json", "2-report.json"]


async def test_a_file_found_again_after_a_crash_before_its_move_is_not_sent_twice(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())
    await back_office.reply("1-accept.json", an_acceptance())

    await back_office.reply("1-accept.json", an_acceptance())

    assert len(await at_work.sent()) == 1
    assert back_office.names("refused") == []


@pytest.mark.parametrize(
    ("content", "field", "rule"),
    [
        ("{", "data", "malformed"),
        ({"type": "TaskAccepted"}, "data", "malformed"),
        ({"type": "Dismissed", "data": {}}, "type", "malformed"),
        (an_acceptance(visit_id="2026-R1-unknown"), "visit_id", "visit-unknown"),
        (an_acceptance(department="market"), "department", "other-department"),
        (an_acceptance(accepted_by=3), "accepted_by", "malformed"),
        (an_acceptance(mood="good"), "mood", "malformed"),
        (
            {"type": "FindingsSubmitted", "data": a_report()},
            "visit_id",
            "state-wrong",
        ),
        (
            {
                "type": "MeasureFeedback",
                "data": {
                    "order_id": "M-9",
                    "outcome": "applied",
                    "reason": None,
                    "person": "赵六",
                    "done_at": "2026-11-21T14:00:00+08:00",
                },
            },
            "order_id",
            "order-unknown",
        ),
    ],
)
async def test_a_bad_answer_is_refused_with_field_and_rule_beside_it(
    at_work: AgentAtWork, back_office: BackOffice, content: object, field: str, rule: str
) -> None:
    await at_work.receive(a_task())

    await back_office.reply("bad.json", content)

    error = back_office.error("bad")
    assert (error["field"], error["rule"]) == (field, rule)
    assert error["zh"]
    assert back_office.names("refused") == ["bad.error.json", "bad.json"]
    assert await at_work.sent() == []


async def test_a_finding_for_an_item_outside_the_task_is_refused(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())
    await back_office.reply("1.json", an_acceptance())
    report = a_report(findings=[a_finding(), a_finding("X-9")])

    await back_office.reply("2.json", {"type": "FindingsSubmitted", "data": report})

    assert back_office.error("2")["rule"] == "finding-not-asked"
    assert len(await at_work.sent()) == 1


async def test_a_refused_answer_can_be_corrected_under_its_name(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())
    await back_office.reply("1.json", an_acceptance(visit_id="typo"))

    await back_office.reply("1.json", an_acceptance())

    assert len(await at_work.sent()) == 1
    assert back_office.names("done") == ["1.json"]


async def test_half_written_files_are_left_alone(
    at_work: AgentAtWork, back_office: BackOffice
) -> None:
    await at_work.receive(a_task())

    await back_office.reply(".1.json.part", "{")
    await back_office.reply(".1.json", "{")

    assert back_office.names("refused") == []


class Awaited:
    """A back office that can be waited for, and whose first handing over fails."""

    def __init__(self) -> None:
        self.handed = asyncio.Queue[str]()
        self.refusals = 1

    async def hand_over(self, work: Work) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError("the share is gone")
        await self.handed.put(work.message_id)

    async def collect(self) -> None:
        """Nobody answers."""

    async def is_reachable(self) -> bool:
        return True


async def test_work_leaves_when_it_comes_and_again_after_a_failure(at_work: AgentAtWork) -> None:
    system = Awaited()
    handover = Handover(at_work.agent.database, system, at_work.agent.clock)
    running = asyncio.create_task(handover.run(poll_seconds=3600))

    await at_work.receive(a_task())
    async with asyncio.timeout(30):
        first = await system.handed.get()
        await at_work.receive(TaskWithdrawn(visit_id=VISIT, department="fire", reason="迁出"))
        second = await system.handed.get()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (first, second) == ("letter-1", "letter-2")
