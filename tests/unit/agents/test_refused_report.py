"""A report that the office refused comes back to the desk with its rule, row and words."""

from datetime import UTC, datetime
from typing import Any

from contracts.results import RefusedFact, ReportRefused
from department_agents.store.report_rows import SentReportRow
from department_agents.store.rows import HandoverRow, TaskRow, TaskState
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_finding, a_report, a_task
from tests.unit.agents.test_desk import FORM, VISIT
from tests.unit.agents.test_proofs import accepted, last_report


async def message_ids(at_work: AgentAtWork) -> list[str]:
    rows = await at_work.rows(SentReportRow, SentReportRow.number)
    return [row.message_id for row in rows]


def refused(message_id: str, **changes: Any) -> ReportRefused:
    told: dict[str, Any] = {
        "visit_id": VISIT,
        "department": "fire",
        "report_version": 1,
        "standing_version": 0,
        "awaited": True,
        "message_id": message_id,
        "rule": "code-unknown",
        "facts": (
            RefusedFact(name="object", values=(a_finding()["object_id"],)),
            RefusedFact(name="item", values=("F-01",)),
            RefusedFact(name="code", values=("Z9",)),
        ),
        "text": "代码 Z9 不在当日有效的代码表中。",
        "text_en": "Code Z9 is not of the table in force that day.",
        "refused_at": datetime(2026, 11, 21, 7, tzinfo=UTC),
    }
    return ReportRefused(**{**told, **changes})


async def state_of(at_work: AgentAtWork) -> tuple[TaskState, int]:
    [row] = await at_work.rows(TaskRow)
    return row.state, row.report_version


async def test_the_desk_shows_the_rule_and_its_place_and_takes_the_corrected_report(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    await desk.submit(f"/visits/{VISIT}/findings", FORM)
    [first] = await message_ids(at_work)

    await at_work.receive(refused(first))
    page = (await desk.client.get(f"/visits/{VISIT}")).text
    reopened = await state_of(at_work)
    answer = await desk.submit(f"/visits/{VISIT}/findings", FORM)

    assert reopened == (TaskState.ACCEPTED, 0)
    for shown in ("第 1 版未被统筹办公室接收", "代码 Z9", "Code Z9 is not of", "#field-c0", first):
        assert shown in page
    assert "未被接收" in page
    assert 'name="c0.checked" value="yes" checked' in page
    assert answer.status_code == 303, answer.text
    assert (await last_report(at_work))["report_version"] == 1
    later = (await desk.client.get(f"/visits/{VISIT}")).text
    assert "未被统筹办公室接收" not in later
    assert "历次未接收 1 次" in later
    kinds = [row.type for row in await at_work.rows(HandoverRow)]
    assert "ReportRefused" in kinds


async def test_a_refusal_of_what_was_sent_before_the_last_report_changes_nothing(
    at_work: AgentAtWork,
) -> None:
    await at_work.receive(a_task())
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})
    await take("FindingsSubmitted", a_report())
    [first] = await message_ids(at_work)
    await at_work.receive(refused(first))
    await take("FindingsSubmitted", a_report())

    await at_work.receive(refused(first))

    assert await state_of(at_work) == (TaskState.REPORTED, 1)
    assert await at_work.park_reasons() == []


async def test_after_a_refused_supplement_the_report_that_stands_is_shown_again(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})
    missed = a_finding(checked=False, result_codes=["F"], problem="上锁", answers=[])
    await take("FindingsSubmitted", a_report(findings=[missed]))
    await take("FindingsSubmitted", a_report(supplement_reason="午后补查"))
    _first, second = await message_ids(at_work)

    told = refused(second, report_version=2, standing_version=1, awaited=False)
    await at_work.receive(told)
    await desk.log_in()
    page = (await desk.client.get(f"/visits/{VISIT}")).text
    [seen] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()

    assert await state_of(at_work) == (TaskState.REPORTED, 1)
    assert "第 1 版仍然有效" in page
    assert seen["report"]["findings"][0]["checked"] is False
    assert [each["rule"] for each in seen["refusals"]] == ["code-unknown"]
