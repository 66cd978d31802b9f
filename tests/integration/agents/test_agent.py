"""A department's agent over a real broker: ceremony, tasks, death at any moment, absence."""

import json
import signal
from collections import Counter
from datetime import date

from contracts.draws import EntropyRequested
from contracts.results import ResultShared
from contracts.topology import EVENTS, credit_key
from department_agents.keys import load_key
from tests.integration.agents.conftest import AgentProcess, OfficeAtBroker
from tests.unit.agents.office import NOW, a_report, a_task
from tests.unit.agents.test_credit import DELISTED, LISTED

REQUEST = EntropyRequested(round_id="2026-R1", title="11 月", attempts=16, deadline_at=NOW)
NUMBER_OF_RESULTS = 60
KILLS = 4


def a_shared_result(number: int) -> ResultShared:
    return ResultShared(
        visit_id=f"visit-{number:03}",
        from_department="market",
        report_version=1,
        visited_date=date(2026, 11, 21),
        results=(),
    )


async def test_the_whole_ceremony_runs_and_no_secret_is_logged(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    agent.start()
    own = load_key("fire", agent.folder / "key.jwk")

    await office.send(REQUEST)
    committed = await office.next_message()
    frozen = office.office.frozen(office.office.heads(committed[1]["head"]))
    await office.send(frozen)
    receipt = await office.next_message()
    await office.send(office.office.reveal_request(frozen, own))
    revealed = await office.next_delivery()

    value = json.loads(revealed.body)["data"]["value"]
    assert [committed[0], receipt[0], revealed.type] == [
        "EntropyCommitted.v1",
        "CommitReceived.v1",
        "EntropyRevealed.v1",
    ]
    assert revealed.user_id == "dept-fire"
    assert agent.end(signal.SIGTERM) == 0
    assert value not in agent.log()


async def test_a_task_goes_through_the_shared_folder_and_back(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    today = date.today()  # noqa: DTZ011 - the agent runs on machine time here
    visit = a_task(date_from=date(2026, 1, 1), date_to=today)
    agent.start()
    answers = agent.folder / "data" / "drop" / "from_department"

    await office.send(visit, REQUEST)
    first = await office.next_message()
    acceptance = {"visit_id": visit.visit_id, "accepted_by": "王五"}
    for name, content in (
        ("1.json", {"type": "TaskAccepted", "data": acceptance}),
        (
            "2.json",
            {"type": "FindingsSubmitted", "data": a_report(visited_date=today.isoformat())},
        ),
    ):
        draft = answers / f".{name}"
        draft.write_text(json.dumps(content))
        draft.replace(answers / name)
    names = [first[0], (await office.next_message())[0], (await office.next_message())[0]]

    assert names == ["EntropyCommitted.v1", "TaskAccepted.v1", "FindingsSubmitted.v1"]


async def test_killed_again_and_again_the_agent_loses_nothing_and_doubles_nothing(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    results = [a_shared_result(number) for number in range(NUMBER_OF_RESULTS)]
    await office.send(*results)
    answers: dict[str, str] = {}
    order: list[str] = []

    for kill in range(KILLS):
        agent.start()
        while len(answers) < NUMBER_OF_RESULTS * (kill + 1) // KILLS:
            delivery = await office.next_delivery()
            visit_id = json.loads(delivery.body)["data"]["visit_id"]
            order += [visit_id] if delivery.message_id not in answers else []
            answers[delivery.message_id] = visit_id
        agent.end(signal.SIGKILL)

    assert set(Counter(answers.values()).values()) == {1}
    assert order == [result.visit_id for result in results]


async def test_messages_of_the_time_of_absence_are_taken_in_order(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    results = [a_shared_result(number) for number in range(20)]
    await office.send(*results)

    agent.start()
    answered = [(await office.next_message())[1]["visit_id"] for _ in results]

    assert answered == [result.visit_id for result in results]


async def test_the_credit_consumer_acknowledges_by_number_and_keeps_the_state(
    office: OfficeAtBroker, credit: AgentProcess
) -> None:
    credit.start()
    letters = [
        letter._replace(
            exchange=EVENTS,
            routing_key=credit_key("county", letter.type.removesuffix(".v1"), 1),
            headers={**letter.headers, "x-credit-number": str(number)},
        )
        for number, letter in enumerate(map(office.office.outgoing, (LISTED, DELISTED)), start=1)
    ]

    await office.send_letters(*letters)
    first, second = await office.next_delivery(), await office.next_delivery()

    assert {first.user_id, second.user_id} == {"credit-county"}
    assert [json.loads(one.body)["data"]["number"] for one in (first, second)] == [1, 2]
    assert credit.end(signal.SIGTERM) == 0
