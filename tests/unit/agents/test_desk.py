"""The desk: the same work as pages for people and as JSON for programs."""

from datetime import date
from typing import Any

from contracts.results import FindingsSubmitted, ResultReturned
from contracts.tasks import JoinedCard, TaskOpened
from contracts.vocabulary import Mode
from department_agents.desk.forms import fields_of, report_of
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_check, a_report, a_task

VISIT = "2026-R1-0a0a0a0a0a0a"
FORM: dict[str, Any] = {
    "present": ["p1", "p2"],
    "entered_by": "p1",
    "visited_date": "2026-11-21",
    "a.0.exit": "是",
    "a.shared.0.licence": "是",
    "c0.checked": "yes",
    "c0.method": "现场",
    "c0.result_codes": ["1"],
    "c0.follow_up": ["none"],
}


async def test_the_desk_asks_for_its_token(desk: Desk) -> None:
    wrong = await desk.client.post("/login", data={"token": "guess"})
    page = await desk.client.get("/")
    api = await desk.client.get("/api/tasks", headers={"Authorization": "Bearer guess"})

    assert (wrong.status_code, page.status_code, api.status_code) == (403, 303, 401)
    assert page.headers["location"] == "/login"
    assert "口令不对" in wrong.text


async def test_a_session_is_a_cookie_that_scripts_cannot_read(desk: Desk) -> None:
    answer = await desk.log_in()

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_a_form_without_its_csrf_token_changes_nothing(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()

    answer = await desk.client.post(f"/visits/{VISIT}/accept", data={"accepted_by": "王五"})

    assert answer.status_code == 403
    assert await at_work.sent() == []


async def test_pages_without_work_say_so(desk: Desk) -> None:
    await desk.log_in()

    pages = [await desk.client.get(path) for path in ("/", "/measures", "/shared")]

    assert "还没有收到检查任务" in pages[0].text
    assert "没有需要本部门执行的惩戒措施" in pages[1].text
    assert "还没有其他部门分送的结果" in pages[2].text


async def test_a_visit_is_accepted_filled_in_and_sent_by_pages(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()

    accepted = await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})
    form = await desk.client.get(f"/visits/{VISIT}")
    sent = await desk.submit(f"/visits/{VISIT}/findings", FORM)

    assert (accepted.status_code, sent.status_code) == (303, 303)
    assert form.text.count("疏散通道、安全出口保持畅通") >= 1
    names = [name for name, _ in await at_work.sent()]
    assert names == ["TaskAccepted", "FindingsSubmitted"]


async def test_the_empty_form_has_no_answer_chosen(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})

    form = await desk.client.get(f"/visits/{VISIT}")

    assert " checked" not in form.text
    assert " selected" not in form.text


async def test_a_lead_or_re_inspection_that_goes_along_is_marked_with_its_reason(
    desk: Desk, at_work: AgentAtWork
) -> None:
    joined = JoinedCard(
        source="re-inspection",
        source_id="x1",
        kind="re-inspection",
        kind_name="整改复查",
        reason="疏散通道被占用",
        deadline=date(2026, 11, 30),
    )
    await at_work.receive(a_task(checks=(a_check(line="", joined=(joined,)),)))
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})

    form = await desk.client.get(f"/visits/{VISIT}")

    assert "整改复查：疏散通道被占用（2026-11-30 前查清）" in form.text


async def test_an_empty_form_comes_back_with_every_missing_thing(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})

    answer = await desk.submit(f"/visits/{VISIT}/findings", {})

    assert answer.status_code == 422
    assert "还不能报送" in answer.text
    assert "visited_date" in answer.text


async def test_contradicting_codes_come_back_as_a_sentence_at_their_item(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})
    problem = {"c0.problem": "堆放布草车", "c0.legal_basis": "《消防法》第二十八条"}
    contradiction = {"c0.result_codes": ["1", "3"], "c0.follow_up": ["rectify"]}

    answer = await desk.submit(f"/visits/{VISIT}/findings", FORM | problem | contradiction)

    assert answer.status_code == 422
    assert "结果代码互相矛盾：1 不能与 3 同时选择" in answer.text
    assert 'value="3" checked' in answer.text


async def test_a_shared_question_is_asked_once_and_answers_every_item(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task(checks=(a_check("F-01"), a_check("F-02"))))
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})
    second = {key.replace("c0.", "c1."): value for key, value in FORM.items() if "c0." in key}

    form = await desk.client.get(f"/visits/{VISIT}")
    await desk.submit(f"/visits/{VISIT}/findings", FORM | second | {"a.1.exit": "不适用"})

    assert form.text.count('name="a.shared.0.licence" value="是"') == 1
    report = (await at_work.sent())[-1][1]
    answers = [
        {one["checkpoint"]: one["value"] for one in finding["answers"]}
        for finding in report["findings"]
    ]
    assert answers == [{"exit": "是", "licence": "是"}, {"exit": "不适用", "licence": "是"}]


async def test_a_covert_visit_shows_no_target_until_it_is_opened(
    desk: Desk, at_work: AgentAtWork
) -> None:
    covert = a_task(mode=Mode.COVERT, place=None, checks=(), visit_code=None)
    open_task = a_task()
    await at_work.receive(covert)
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})

    before = await desk.client.get(f"/visits/{VISIT}")
    early = await desk.api(f"/tasks/{VISIT}/findings", a_report())
    assert open_task.place is not None
    await at_work.receive(
        TaskOpened(
            visit_id=VISIT, place=open_task.place, checks=open_task.checks, visit_code="VC-1"
        )
    )
    after = await desk.client.get(f"/visits/{VISIT}")

    assert "暗查对象尚未开启" in before.text
    assert early.json()["errors"][0]["rule"] == "not-opened"
    assert "云溪大酒店" not in before.text
    assert "云溪大酒店" in after.text


PROBLEM: dict[str, Any] = {
    "c0.dispute": "none",
    "c0.result_codes": ["A"],
    "c0.follow_up": ["rectify"],
    "c0.problem": "三层安全出口堆放布草车",
    "c0.legal_basis": "《消防法》第二十八条",
    "a.0.exit": "否",
    "n.0.exit": "两辆",
    "entity_opinion": "无异议",
}


async def test_a_reported_visit_shows_what_was_reported(desk: Desk, at_work: AgentAtWork) -> None:
    await _reported(desk, at_work)

    page = (await desk.client.get(f"/visits/{VISIT}")).text

    assert "报送的结果 <small>第 1 版</small>" in page
    assert "<dt>录入人</dt><dd>姓名p1</dd>" in page
    assert "<dt>到场人员</dt><dd>姓名p1、姓名p2</dd>" in page
    assert '发现问题待后续处理 <small class="mono">A</small>' in page
    for shown in ("三层安全出口堆放布草车", "《消防法》第二十八条", "责令改正", "两辆", "无异议"):
        assert shown in page
    assert "<form" in page
    assert 'id="findings"' not in page


async def test_a_returned_visit_comes_back_with_the_reason_and_the_former_entries(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await _reported(desk, at_work)
    await at_work.receive(
        ResultReturned(visit_id=VISIT, department="fire", report_version=1, reason="补充照片说明")
    )

    page = (await desk.client.get(f"/visits/{VISIT}")).text

    assert "审核退回第 1 版：补充照片说明" in page
    assert 'name="c0.result_codes" value="A" checked' in page
    assert 'name="c0.checked" value="yes" checked' in page
    assert 'name="a.0.exit" value="否" checked' in page
    assert 'name="a.shared.0.licence" value="是" checked' in page
    assert 'name="present" value="p2" checked' in page
    assert '<option value="p1" selected>' in page
    assert 'name="visited_date" required value="2026-11-21"' in page
    assert "三层安全出口堆放布草车</textarea>" in page


async def test_a_returned_form_sent_as_it_came_makes_the_same_report(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await _reported(desk, at_work)
    await at_work.receive(
        ResultReturned(visit_id=VISIT, department="fire", report_version=1, reason="补充照片说明")
    )
    (first,) = [data for name, data in await at_work.sent() if name == "FindingsSubmitted"]
    former = FindingsSubmitted.model_validate(first)

    fields = fields_of(a_task(), former)

    assert report_of(a_task(), fields) == {  # type: ignore[arg-type] # no uploads in this form
        key: value for key, value in first.items() if key not in ("department", "report_version")
    }


async def _reported(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})
    answer = await desk.submit(f"/visits/{VISIT}/findings", FORM | PROBLEM)
    assert answer.status_code == 303, answer.text
