"""Copy notices and transfers on the receiving desk: taken in once, answered once, reminded."""

from datetime import date

from contracts.clocks import ClockReminded
from contracts.follow_up import (
    CaseTransferred,
    CopyNoticeReminded,
    CopyNoticeSent,
    CopyNoticeWithdrawn,
    RectificationReminded,
)
from department_agents.store.rows import NoticeRow, TaskRow, TaskState
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import NOW, a_task
from tests.unit.agents.test_credit import CORRECTED, DELISTED, LISTED

NOTICE = CopyNoticeSent(
    notice_id="N-1",
    visit_id="V-1",
    object_id="uscc:91110000101623741K",
    object_name="平川县云溪大酒店",
    from_department="health",
    department="fire",
    letter_number="平卫抄〔2026〕3号",
    matter="疏散通道堆放杂物",
    basis="《消防法》第二十八条",
    answer_due=date(2099, 12, 5),
)
TRANSFER = CaseTransferred(
    transfer_id="T-1",
    visit_id="V-1",
    object_id="uscc:91110000101623741K",
    object_name="平川县云溪大酒店",
    subject="uscc:91110000101623741K",
    subject_name="平川县云溪大酒店",
    from_department="health",
    department="fire",
    severity="ordinary",
    letter_number="平卫移〔2026〕1号",
    matter="消防设施失效",
    reason="职责分工",
    materials=("照片",),
    answer_due=date(2099, 12, 5),
)
ANSWER = {"outcome": "handled", "answer": "已清理", "person": "王五"}
AT = {"answered_at": "2026-11-21T09:00:00+08:00"}


async def test_a_copy_notice_is_answered_once_and_the_answer_goes_to_the_office(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(NOTICE)
    await at_work.receive(NOTICE)

    listed = await desk.client.get("/api/letters", headers=desk.bearer)
    wordless = await desk.api("/letters/N-1/answer", {**ANSWER, **AT, "answer": " "})
    answered = await desk.api("/letters/N-1/answer", {**ANSWER, **AT})
    again = await desk.api("/letters/N-1/answer", {**ANSWER, **AT})
    unknown = await desk.api("/letters/N-9/answer", {**ANSWER, **AT})

    assert [each["state"] for each in listed.json()] == ["received"]
    assert [each.status_code for each in (wordless, answered, again, unknown)] == [
        422,
        202,
        409,
        404,
    ]
    assert [name for name, _data in await at_work.sent()] == ["CopyNoticeAnswered"]


async def test_a_transfer_is_returned_with_a_reason_only(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(TRANSFER)

    bare = await desk.api("/letters/T-1/answer", {"accepted": False, "person": "王五", **AT})
    returned = await desk.api(
        "/letters/T-1/answer",
        {"accepted": False, "reason": "不属本单位", "person": "王五", **AT},
    )

    assert (bare.status_code, returned.status_code) == (422, 202)


async def test_the_page_shows_reminders_and_a_withdrawn_notice_takes_no_answer(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(NOTICE)
    await at_work.receive(
        CopyNoticeReminded(
            notice_id="N-1",
            department="fire",
            letter_number="平卫抄〔2026〕3号",
            answer_due=date(2099, 12, 5),
            days_left=1,
        )
    )
    await desk.log_in()
    waiting = await desk.client.get("/letters")
    await at_work.receive(
        CopyNoticeWithdrawn(
            notice_id="N-1", department="fire", letter_number="3号", reason="重复抄告"
        )
    )
    withdrawn = await desk.client.get("/letters")
    late = await desk.api("/letters/N-1/answer", {**ANSWER, **AT})

    assert "办公室已提醒 1 次" in waiting.text
    assert "重复抄告" in withdrawn.text
    assert "发出答复" not in withdrawn.text
    assert late.status_code == 409


async def test_the_desk_warns_of_an_overdue_order(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(
        RectificationReminded(
            rectification_id="X-1",
            visit_id="V-1",
            object_id="o",
            object_name="平川县云溪大酒店",
            department="fire",
            problem="通道堵塞",
            due_date=date(2026, 11, 1),
            days_left=-1,
        )
    )
    await desk.log_in()

    page = await desk.client.get("/letters")

    assert "整改提醒：平川县云溪大酒店" in page.text
    assert "已逾期" in page.text


async def test_the_desk_shows_the_last_reminder_of_what_is_due_but_not_of_what_is_reported(
    desk: Desk, at_work: AgentAtWork
) -> None:
    first = ClockReminded(
        clock="feedback",
        about="V-1",
        department="fire",
        due_date=date(2026, 11, 20),
        days_over=0,
        number=1,
    )
    later = first.model_copy(update={"days_over": 3, "number": 2})
    report = first.model_copy(update={"clock": "findings", "about": "V-2"})
    for message in (first, later, report):
        await at_work.receive(message)
    async with at_work.agent.database.transaction() as session:
        session.add(
            TaskRow(
                visit_id="V-2",
                body=a_task(visit_id="V-2").model_dump_json(),
                state=TaskState.REPORTED,
                date_from=date(2026, 11, 1),
                received_at=NOW,
            )
        )
    await desk.log_in()

    page = await desk.client.get("/letters")
    listed = await desk.client.get("/api/reminders", headers=desk.bearer)

    assert [(each["about"], each["number"]) for each in listed.json()] == [("V-1", 2)]
    assert "向被检查单位反馈" in page.text
    assert "已逾期 3 天" in page.text


async def test_every_change_of_a_list_is_kept_and_acknowledged(at_work: AgentAtWork) -> None:
    for change in (LISTED, CORRECTED, DELISTED):
        await at_work.receive(change)

    kept = await at_work.rows(NoticeRow)
    assert [each.kind for each in kept] == ["EntityListed", "EntityCorrected", "EntityDelisted"]
    assert await at_work.sent() == [
        ("ListingAcknowledged", {"listing_id": each.listing_id, "sequence": each.sequence})
        for each in (LISTED, CORRECTED, DELISTED)
    ]


async def test_a_letter_for_another_department_is_not_taken(at_work: AgentAtWork) -> None:
    await at_work.receive(NOTICE.model_copy(update={"department": "health"}))

    assert await at_work.park_reasons() == ["the message is for health, we are fire"]
