"""What an agent does when the office reminds it, and how a department explains its silence."""

import json
from datetime import timedelta

from contracts.amqp.disposition import Disposition
from contracts.draw_proof import chain_head, opens_head
from contracts.draw_record import statement_payload
from contracts.draws import Awaited, EntropyReminded, EntropyRequested, RoundCancelled
from contracts.signing import import_jwks, verify
from department_agents.keys import load_key
from department_agents.store.lottery_rows import ChainRow
from department_agents.store.rows import HandoverRow, NoticeRow
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import NOW
from tests.unit.agents.test_lottery import REQUEST, own_head, with_commit

WHY = "机房停电，密钥服务器未能启动"


def a_reminder(awaited: Awaited, attempt: int = 1, number: int = 1) -> EntropyReminded:
    return EntropyReminded(
        round_id="2026-R1",
        title="11 月",
        attempt=attempt,
        awaited=awaited,
        deadline_at=NOW + timedelta(hours=2),
        number=number,
    )


async def test_a_reminder_brings_what_was_sent_once_more(at_work: AgentAtWork) -> None:
    frozen = await with_commit(at_work)
    key = load_key("fire", at_work.agent.settings.key_file)
    await at_work.receive(at_work.office.reveal_request(frozen, key))
    before = await at_work.sent()

    for awaited in Awaited:
        await at_work.receive(a_reminder(awaited))

    again = (await at_work.sent())[len(before) :]
    assert again == before
    assert [name for name, _ in again] == ["EntropyCommitted", "CommitReceived", "EntropyRevealed"]


async def test_what_was_never_done_is_left_to_a_person_and_shown(
    at_work: AgentAtWork, desk: Desk
) -> None:
    await own_head(at_work)

    assert await at_work.receive(a_reminder(Awaited.REVEAL, number=2)) is Disposition.DONE

    assert len(await at_work.sent()) == 1
    await desk.log_in()
    tasks, page = (await desk.client.get("/")).text, (await desk.client.get("/ceremonies")).text
    assert "在等本部门：揭示随机数" in tasks
    assert "第 2 次" in page
    (notice,) = await at_work.rows(NoticeRow)
    (handover,) = await at_work.rows(HandoverRow)
    assert notice.kind == handover.type == "EntropyReminded"


async def test_a_statement_is_signed_kept_and_sent(at_work: AgentAtWork, desk: Desk) -> None:
    await at_work.receive(a_reminder(Awaited.RECEIPT))
    await desk.log_in()

    path = "/ceremonies/2026-R1/explain"
    answer = await desk.submit(path, {"attempt": "1", "statement": f" {WHY}\n，已报办公室 "})

    assert answer.status_code == 303
    ((name, said),) = await at_work.sent()
    assert (name, said["statement"]) == ("SilenceExplained", f"{WHY} ，已报办公室")
    keys = import_jwks(json.loads(at_work.agent.settings.office_jwks.read_text()))
    payload = statement_payload("2026-R1", 1, "fire", (said["at"], said["statement"]))
    assert verify(payload, said["signature"], keys) == "fire"
    assert f"{WHY} ，已报办公室" in (await desk.client.get("/ceremonies")).text


async def test_nobody_explains_what_no_reminder_asked_for(at_work: AgentAtWork, desk: Desk) -> None:
    await at_work.receive(a_reminder(Awaited.RECEIPT))

    unknown = await desk.api("/ceremonies/2026-R1/explain", {"attempt": 2, "statement": WHY})
    empty = await desk.api("/ceremonies/2026-R1/explain", {"attempt": 1, "statement": " "})

    assert unknown.status_code == 404
    assert empty.status_code == 422
    assert await at_work.sent() == []


async def test_what_is_over_is_no_longer_asked_for(at_work: AgentAtWork, desk: Desk) -> None:
    await at_work.receive(a_reminder(Awaited.RECEIPT))
    await at_work.receive(a_reminder(Awaited.REVEAL, attempt=2))
    for name in ("R8", "R9"):
        reminder = a_reminder(Awaited.HEAD, attempt=1)
        await at_work.receive(reminder.model_copy(update={"round_id": name}))
    await at_work.receive(RoundCancelled(round_id="R8", attempt=1))

    answer = await desk.client.get("/api/ceremonies", headers=desk.bearer)
    late = await desk.api("/ceremonies/2026-R1/explain", {"attempt": 1, "statement": WHY})
    head = await desk.api("/ceremonies/R9/explain", {"attempt": 1, "statement": WHY})

    over = {(each["round_id"], each["attempt"]): each["over"] for each in answer.json()}
    assert over == {
        ("R8", 1): True,
        ("R9", 1): False,
        ("2026-R1", 2): False,
        ("2026-R1", 1): True,
    }
    assert (late.status_code, head.status_code) == (404, 404)


async def test_after_sixteen_attempts_a_fresh_chain_serves(at_work: AgentAtWork) -> None:
    first = await own_head(at_work)
    renewed = EntropyRequested(**REQUEST.model_dump() | {"first_attempt": 17})

    await at_work.receive(renewed)
    await at_work.receive(renewed)

    heads = [data["head"] for _, data in await at_work.sent()]
    assert heads[1] == heads[2] != first
    assert len(await at_work.rows(ChainRow)) == 2
    frozen = at_work.office.frozen(at_work.office.heads(heads[1]), 17)
    await at_work.receive(frozen)
    key = load_key("fire", at_work.agent.settings.key_file)
    await at_work.receive(at_work.office.reveal_request(frozen, key))
    name, revealed = (await at_work.sent())[-1]
    assert name == "EntropyRevealed"
    assert opens_head(bytes.fromhex(revealed["value"]), 17, bytes.fromhex(heads[1]))
    assert chain_head(bytes.fromhex(revealed["value"])).hex() != first


async def test_an_old_head_signs_no_attempt_of_the_new_chain(at_work: AgentAtWork) -> None:
    first = await own_head(at_work)
    await at_work.receive(EntropyRequested(**REQUEST.model_dump() | {"first_attempt": 17}))

    parked = await at_work.receive(at_work.office.frozen(at_work.office.heads(first), 17))

    assert parked is Disposition.PARK
