"""Questions that an earlier result or another organ answers: shown instead of asked."""

from datetime import date
from typing import Any

import pytest

from contracts.results import ResultLine, ResultShared, SharedAnswer
from contracts.tasks import CheckCard, RecognisedCard, TaskPublished
from department_agents.desk.forms import fields_of, report_of, settled_questions, shared_questions
from department_agents.desk.views import Views
from department_agents.refusals import Flaw
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_check, a_task
from tests.unit.agents.test_desk import FORM, VISIT
from tests.unit.agents.test_report_rules import answers, flaws, with_finding

KNOWN = RecognisedCard(
    department="market", visited_date=date(2026, 3, 17), reference="R1-a.market.o.mr-1", value="是"
)
OBJECT = "uscc:91110000101623741K"


def settled(**how: Any) -> CheckCard:
    """Give a check whose shared question is recognised, or asked by another organ."""
    card = a_check()
    own, shared = card.checkpoints
    return card.model_copy(update={"checkpoints": (own, shared.model_copy(update=how))})


@pytest.mark.parametrize("how", [{"recognised": KNOWN}, {"asked_by": "market"}])
def test_a_settled_question_needs_no_answer_and_takes_none_without_reason(
    how: dict[str, Any],
) -> None:
    checks = (settled(**how),)
    both = answers(exit="是", licence="否")
    reopened = [both[0], {**both[1], "reopened": "现场未见许可证"}]

    assert flaws(with_finding(answers=answers(exit="是")), checks=checks) == []
    assert flaws(with_finding(answers=reopened), checks=checks) == []
    (flaw,) = flaws(with_finding(answers=both), checks=checks)
    assert (flaw.flaw, flaw.field) == (
        Flaw.REOPENED_WITHOUT_REASON,
        "findings.0.answers.1.reopened",
    )


def test_what_is_reopened_must_be_answered() -> None:
    empty = [*answers(exit="是"), {"checkpoint": "licence", "value": "", "reopened": "须核对"}]

    (flaw,) = flaws(with_finding(answers=empty), checks=(settled(recognised=KNOWN),))

    assert flaw.flaw is Flaw.ANSWER_INVALID


def test_a_shared_question_is_asked_once_for_each_object() -> None:
    other = {"object_id": "premises:2", "object_name": "云溪分店"}
    task = a_task(checks=(a_check("F-01"), a_check("F-02"), a_check("F-01", **other)))

    asked = shared_questions(task)

    assert [(each.key, each.object_name) for each in asked] == [
        ("shared.0.licence", "平川县云溪大酒店"),
        ("shared.2.licence", "云溪分店"),
    ]
    assert settled_questions(task) == ()


async def test_the_form_shows_what_is_recognised_instead_of_asking(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(desk, at_work, a_task(checks=(settled(recognised=KNOWN),)))

    page = (await desk.client.get(f"/visits/{VISIT}")).text
    fields = {key: value for key, value in FORM.items() if key != "a.shared.0.licence"}
    sent = await desk.submit(f"/visits/{VISIT}/findings", fields)

    assert "已认可：是" in page
    assert "2026-03-17" in page
    assert KNOWN.reference in page
    assert sent.status_code == 303
    report = (await at_work.sent())[-1][1]
    assert [one["checkpoint"] for one in report["findings"][0]["answers"]] == ["exit"]


async def test_an_officer_reopens_a_recognised_question_with_a_reason(
    desk: Desk, at_work: AgentAtWork
) -> None:
    task = a_task(checks=(settled(recognised=KNOWN),))
    await accepted(desk, at_work, task)

    refused = await desk.submit(f"/visits/{VISIT}/findings", FORM)
    reason = {"r.shared.0.licence": "现场未见许可证"}
    sent = await desk.submit(f"/visits/{VISIT}/findings", FORM | reason)

    assert refused.status_code == 422
    assert "要重新询问，请写明理由" in refused.text
    assert sent.status_code == 303
    report = (await at_work.sent())[-1][1]
    again = report["findings"][0]["answers"][1]
    assert (again["value"], again["reopened"]) == ("是", "现场未见许可证")
    shown = (await desk.client.get(f"/visits/{VISIT}")).text
    assert "重新询问：现场未见许可证" in shown
    view = await Views(at_work.agent.database).task(VISIT)
    assert view is not None
    assert view.report is not None
    fields = fields_of(task, view.report)
    assert report_of(task, fields)["findings"] == report["findings"]  # type: ignore[arg-type] # no uploads


async def test_the_answer_of_the_organ_that_asks_for_all_reaches_the_form(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(desk, at_work, a_task(checks=(settled(asked_by="market-regulation"),)))

    before = (await desk.client.get(f"/visits/{VISIT}")).text
    await at_work.receive(a_shared("是"))
    after = (await desk.client.get(f"/visits/{VISIT}")).text

    assert "在本次检查中询问一次" in before
    assert "已询问：是" in after
    assert "悬挂在收银台" in after
    tasks = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()
    assert [each["shared_code"] for each in tasks[0]["others_answers"]] == ["licence"]


def a_shared(value: str) -> ResultShared:
    answer = SharedAnswer(shared_code="licence", value=value, note="悬挂在收银台")
    line = ResultLine(
        object_id=OBJECT,
        object_name="平川县云溪大酒店",
        item="mr-1",
        item_name="登记事项检查",
        result_codes=("1",),
        problem=None,
        follow_up=("none",),
        answers=(answer,),
    )
    return ResultShared(
        visit_id=VISIT,
        from_department="market-regulation",
        report_version=1,
        visited_date=date(2026, 11, 21),
        results=(line,),
    )


async def accepted(desk: Desk, at_work: AgentAtWork, task: TaskPublished) -> None:
    await at_work.receive(task)
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})
