"""The desk's JSON API, and what its answers change: reports, declines, measures, shared results."""

from datetime import UTC, date, datetime

from contracts.results import DisclosureWithdrawn, ResultLine, ResultReturned, ResultShared
from contracts.sanctions import MeasureAmended, MeasureLifted, MeasureOrdered, MeasureReminded
from contracts.tasks import TaskAmended, TeamChangeCard
from department_agents.store.rows import HandoverRow
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_finding, a_member, a_report, a_task

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


async def test_the_list_gives_the_report_that_was_sent(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})

    before = await desk.client.get("/api/tasks", headers=desk.bearer)
    await desk.api(f"/tasks/{VISIT}/findings", a_report())
    after = await desk.client.get("/api/tasks", headers=desk.bearer)

    assert before.json()[0]["report"] is None
    assert after.json()[0]["report"] == (await at_work.sent())[-1][1]


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


async def test_an_answer_may_be_corrected_until_the_measure_is_lifted(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(MEASURE)
    body = {"reason": "没有可限制的补贴", "person": "赵六"}

    await desk.api(
        "/measures/M-1/feedback",
        body | {"outcome": "applied", "done_at": "2026-11-21T14:00:00+08:00"},
    )
    again = await desk.api(
        "/measures/M-1/feedback",
        body | {"outcome": "not-applicable", "done_at": "2026-11-22T09:00:00+08:00"},
    )

    assert again.status_code == 202
    outcomes = [data["outcome"] for _, data in await at_work.sent()]
    assert outcomes == ["applied", "not-applicable"]


async def test_the_desk_shows_reminders_and_what_a_correction_changed(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(MEASURE)
    await at_work.receive(
        MeasureAmended(
            order_id="M-1",
            listing_id="L-1",
            department="fire",
            subject_name="平川县云溪大酒店有限公司",
            until=date(2026, 12, 31),
            reason="平市监更〔2026〕1号",
        )
    )
    await at_work.receive(
        MeasureReminded(
            order_id="M-1",
            listing_id="L-1",
            department="fire",
            lifting=False,
            due_date=date(2026, 12, 1),
            number=1,
        )
    )
    await desk.log_in()

    page = await desk.client.get("/measures")
    [seen] = (await desk.client.get("/api/measures", headers=desk.bearer)).json()

    assert "平川县云溪大酒店有限公司" in page.text
    assert "请在 2026-12-01 前反馈办理结果" in page.text
    assert (seen["until"], seen["reminded_due"]) == ("2026-12-31", "2026-12-01")
    assert seen["measure"]["until"] == "2027-11-20"


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
    assert '未发现问题 <small class="mono">1</small>' in page.text
    assert (await at_work.sent())[-1] == (
        "ResultAcknowledged",
        {"visit_id": VISIT, "from_department": "market", "report_version": 1},
    )


async def test_the_back_office_hears_that_a_shared_result_was_taken_back(
    at_work: AgentAtWork,
) -> None:
    await at_work.receive(
        DisclosureWithdrawn(
            disclosure_id="d-1",
            object_id="uscc:1",
            visit_id=VISIT,
            item="M-01",
            department="market",
            reason="annulled",
            withdrawn_at=datetime(2026, 11, 22, tzinfo=UTC),
        )
    )

    [handed] = await at_work.rows(HandoverRow)

    assert handed.type == "DisclosureWithdrawn"


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


async def test_a_text_with_a_nul_character_is_refused_by_its_field_and_not_sent(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    report = a_report(findings=[a_finding(problem="堆放\0杂物")])

    answer = await desk.api(f"/tasks/{VISIT}/findings", report)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["rule"]) == ("findings.0.problem", "nul-character")
    assert [name for name, _ in await at_work.sent()] == ["TaskAccepted"]


async def test_a_replaced_person_is_off_the_team_and_the_page_says_who_came_and_why(
    desk: Desk, at_work: AgentAtWork
) -> None:
    task = a_task()
    await at_work.receive(task)
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    change = TeamChangeCard(
        department="fire",
        person_out="p2",
        name_out="姓名p2",
        person_in="p9",
        name_in="姓名p9",
        reason="recusal",
        reason_name="回避",
        changed_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
    )
    kept = tuple(one for one in task.team if one.person_id != "p2")
    amended = TaskAmended(
        visit_id=VISIT,
        department="fire",
        version=2,
        amended_at=change.changed_at,
        team=(*kept, a_member("p9", "fire")),
        changes=(change,),
    )

    await at_work.receive(amended)
    await desk.log_in()

    [listed] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()
    page = (await desk.client.get(f"/visits/{VISIT}")).text
    assert [one["person_id"] for one in listed["task"]["team"]] == ["p1", "p3", "e1", "p9"]
    assert listed["state"] == "accepted"
    assert listed["changes"][0]["person_in"] == "p9"
    assert "姓名p2 → 姓名p9 <small>fire · 回避 · 2026-11-20 09:00</small>" in page


async def test_the_desk_offers_the_typed_reasons_and_takes_words_for_another(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    page = (await desk.client.get(f"/visits/{VISIT}")).text
    form = {"person_id": "p2", "declined_by": "王五", "reason_words": "家中急事"}

    await desk.submit(f"/visits/{VISIT}/decline", form | {"reason": "recusal"})
    await desk.submit(f"/visits/{VISIT}/decline", form | {"reason": "other"})

    assert '<option value="urgent-duty">另有紧急执法任务</option>' in page
    reasons = [data["reason"] for _, data in await at_work.sent()]
    assert reasons == ["recusal", "家中急事"]
