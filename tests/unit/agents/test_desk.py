"""The desk: the same work as pages for people and as JSON for programs."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx2
import pytest

from contracts.results import ResultLine, ResultReturned, ResultShared
from contracts.sanctions import MeasureLifted, MeasureOrdered
from contracts.tasks import TaskOpened
from contracts.vocabulary import Mode
from department_agents.desk.identity import desk_token
from department_agents.desk.server import desk_app
from tests.unit.agents.conftest import AgentAtWork
from tests.unit.agents.office import a_check, a_finding, a_report, a_task

VISIT = "2026-R1-0a0a0a0a0a0a"
MEASURE = MeasureOrdered(
    order_id="M-1",
    listing_id="L-1",
    subject="uscc:91110000101623741K",
    subject_name="平川县云溪大酒店",
    measure="limit-subsidy",
    measure_name="限制享受财政补贴",
    basis="《基础清单》第 3 项",
    department="fire",
    until=date(2027, 11, 20),
    feedback_due=date(2026, 12, 1),
)
FORM: dict[str, Any] = {
    "present": ["p1", "p2"],
    "entered_by": "p1",
    "visited_date": "2026-11-21",
    "a.0.exit": "是",
    "a.shared.licence": "是",
    "c0.checked": "yes",
    "c0.method": "现场",
    "c0.result_codes": ["1"],
    "c0.follow_up": ["none"],
}


class Desk:
    """A browser and a program at the same desk."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.csrf = ""

    async def log_in(self) -> httpx2.Response:
        answer = await self.client.post("/login", data={"token": self.token})
        page = await self.client.get("/")
        self.csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        return answer

    async def submit(self, path: str, fields: dict[str, Any]) -> httpx2.Response:
        return await self.client.post(path, data=fields | {"csrf": self.csrf})

    async def api(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return await self.client.post(f"/api{path}", json=body, headers=self.bearer)


@pytest.fixture
async def desk(at_work: AgentAtWork) -> AsyncIterator[Desk]:
    transport = httpx2.ASGITransport(desk_app(at_work.agent))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield Desk(client, desk_token(at_work.agent.settings.data_folder))


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

    assert form.text.count('name="a.shared.licence" value="是"') == 1
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


async def test_the_api_does_what_the_pages_do(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())

    listed = await desk.client.get("/api/tasks", headers=desk.bearer)
    accepted = await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    reported = await desk.api(f"/tasks/{VISIT}/findings", a_report())
    again = await desk.api(f"/tasks/{VISIT}/findings", a_report())

    assert listed.json()[0]["state"] == "received"
    assert listed.json()[0]["task"]["visit_id"] == VISIT
    assert (accepted.status_code, reported.status_code) == (202, 202)
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    (error,) = again.json()["errors"]
    assert (error["rule"], error["expected"], error["found"]) == (
        "state-wrong",
        "accepted",
        "reported",
    )


async def test_a_returned_report_is_open_again_with_its_reason_and_the_next_version(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    await desk.api(f"/tasks/{VISIT}/findings", a_report())
    await at_work.receive(
        ResultReturned(visit_id=VISIT, department="fire", report_version=1, reason="补充依据")
    )
    await desk.log_in()

    page = await desk.client.get(f"/visits/{VISIT}")
    await desk.api(f"/tasks/{VISIT}/findings", a_report())

    assert "审核退回第 1 版：补充依据" in page.text
    versions = [data["report_version"] for name, data in await at_work.sent() if "Find" in name]
    assert versions == [1, 2]


async def test_an_unknown_visit_is_not_found(desk: Desk) -> None:
    answer = await desk.api("/tasks/nowhere/accept", {"accepted_by": "王五"})

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["rule"] == "visit-unknown"


async def test_a_declined_person_goes_to_the_office_with_the_reason(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    body = {"person_id": "p2", "reason": "回避", "declined_by": "王五"}

    stranger = await desk.api(f"/tasks/{VISIT}/decline", body | {"person_id": "p3"})
    declined = await desk.api(f"/tasks/{VISIT}/decline", body)

    assert stranger.json()["errors"][0]["expected"] == "p1, p2, e1"
    assert declined.status_code == 202
    assert (await at_work.sent())[-1][1]["person_id"] == "p2"


async def test_a_measure_is_answered_and_answered_again_when_lifted(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(MEASURE)
    body = {"reason": None, "person": "赵六", "done_at": "2026-11-21T14:00:00+08:00"}

    too_early = await desk.api("/measures/M-1/feedback", body | {"outcome": "lifted"})
    applied = await desk.api("/measures/M-1/feedback", body | {"outcome": "applied"})
    await at_work.receive(
        MeasureLifted(
            order_id="M-1",
            listing_id="L-1",
            subject=MEASURE.subject,
            department="fire",
            reason="repaired",
        )
    )
    await desk.log_in()
    page = await desk.client.get("/measures")
    lifted = await desk.submit("/measures/M-1/feedback", {"outcome": "lifted", "person": "赵六"})

    assert too_early.json()["errors"][0]["rule"] == "outcome-wrong"
    assert (applied.status_code, lifted.status_code) == (202, 303)
    assert "待解除" in page.text
    outcomes = [data["outcome"] for _, data in await at_work.sent()]
    assert outcomes == ["applied", "lifted"]


async def test_a_refused_measure_needs_a_reason(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(MEASURE)
    body = {"outcome": "refused", "person": "赵六", "done_at": "2026-11-21T14:00:00+08:00"}

    answer = await desk.api("/measures/M-1/feedback", body | {"reason": " "})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "reason"


async def test_results_of_others_are_shown_and_acknowledged(
    desk: Desk, at_work: AgentAtWork
) -> None:
    line = ResultLine(
        object_id="uscc:1",
        object_name="平川县云溪大酒店",
        item="M-01",
        item_name="登记事项检查",
        result_codes=("1",),
        problem=None,
        follow_up=("none",),
    )
    await at_work.receive(
        ResultShared(
            visit_id=VISIT,
            from_department="market",
            report_version=1,
            visited_date=date(2026, 11, 21),
            results=(line,),
        )
    )
    await desk.log_in()

    page = await desk.client.get("/shared")

    assert "登记事项检查" in page.text
    assert "1 未发现问题" in page.text
    assert (await at_work.sent())[-1] == (
        "ResultAcknowledged",
        {"visit_id": VISIT, "from_department": "market", "report_version": 1},
    )


async def test_readiness_tells_counts_and_no_contents(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())

    answer = (await desk.client.get("/readyz")).json()

    assert (answer["status"], answer["consuming"], answer["rehearsal"]) == ("ready", False, True)
    assert answer["tasks"] == {"received": 1}
    assert "云溪" not in str(answer)


async def test_pages_forbid_foreign_scripts(desk: Desk) -> None:
    answer = await desk.client.get("/login")

    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "演练" in answer.text


async def test_a_report_whose_text_is_not_text_names_the_field(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    report = a_report(findings=[a_finding(method=7)])

    answer = await desk.api(f"/tasks/{VISIT}/findings", report)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "findings.0.method"
