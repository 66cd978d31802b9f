"""A gap over a real broker: the agent asks for it, and goes on when it is filled or void."""

from contracts.sequences import QueueKind, SequencesVoided, VoidReason
from tests.integration.agents.conftest import AgentProcess, OfficeAtBroker
from tests.integration.agents.test_agent import a_shared_result


async def test_a_lost_message_is_asked_for_and_those_behind_it_wait_for_it(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    agent.environment["ONEVISIT_AGENT_GAP_SECONDS"] = "0.1"
    agent.start()
    letters = [office.office.outgoing(a_shared_result(number)) for number in range(5)]
    voided = SequencesVoided(queue=QueueKind.EVENTS, first=4, last=4, reason=VoidReason.NOT_KEPT)

    await office.send_letters(letters[0], letters[2])
    first, asked = await office.next_message(), await office.next_message()
    await office.send_letters(letters[1], letters[4])
    then = [await office.next_message() for _ in range(3)]
    await office.send(voided)
    last = await office.next_message()

    assert _visit(first) == "visit-000"
    assert asked == ("ResendRequested.v1", {"queue": "events", "first": 2, "last": 2})
    assert [_visit(then[0]), _visit(then[1])] == ["visit-001", "visit-002"]
    assert then[2] == ("ResendRequested.v1", {"queue": "events", "first": 4, "last": 4})
    assert _visit(last) == "visit-004"


def _visit(message: tuple[str, dict[str, object]]) -> object:
    assert message[0] == "ResultAcknowledged.v1"
    return message[1]["visit_id"]
