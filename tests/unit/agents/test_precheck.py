"""Before a visit: the phone tells what others know, who asks for which paper, who comes along."""

from datetime import UTC, date, datetime
from typing import Any

from contracts.tasks import (
    DocumentCard,
    KnownFact,
    PlaceCard,
    PrecheckCard,
    PrecheckRefreshed,
    TaskOpened,
)
from contracts.vocabulary import Mode
from department_agents.report_rules import officers_of
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_check, a_member, a_task

VISIT = "2026-R1-0a0a0a0a0a0a"


def a_fact(**changes: Any) -> KnownFact:
    fields: dict[str, Any] = {
        "object_id": "premises:1",
        "object_name": "平川县云溪大酒店",
        "field": "rectifications",
        "field_name": "未完结的责令改正",
        "text": "通道堆物",
        "source_name": "卫生健康局",
        "date": date(2026, 2, 2),
    }
    return KnownFact(**fields | changes)


def a_card(*facts: KnownFact) -> PrecheckCard:
    papers = (
        ("营业执照", "market", ("fire", "market"), ""),
        ("消防演练记录", "fire", ("fire", "market"), ""),
        ("食品经营许可证", "market", ("market",), "食品经营许可证 JY1"),
    )
    return PrecheckCard(
        compared_at=datetime(2026, 11, 19, 1, tzinfo=UTC),
        facts=facts or (a_fact(),),
        documents=tuple(
            DocumentCard(name=name, asked_by=by, departments=who, on_file=file)
            for name, by, who, file in papers
        ),
    )


async def page_of(desk: Desk) -> str:
    return (await desk.client.get(f"/visits/{VISIT}")).text


async def test_the_task_tells_what_others_know_and_which_paper_to_ask_for(
    desk: Desk, at_work: AgentAtWork
) -> None:
    flag = a_fact(field="key-unit", field_name="重点单位", text="", source_name="", date=None)
    await at_work.receive(a_task(precheck=a_card(flag, a_fact(), a_fact(undisclosed=True))))
    await desk.log_in()

    page = await page_of(desk)
    [listed] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()

    assert "各部门已掌握 3 项" in page
    assert page.count("尚未公示") == 1
    assert "2026-11-19 09:00 比对" in page
    assert "通道堆物 <small>卫生健康局 · 2026-02-02</small>" in page
    assert "是 <small>名录库</small>" in page
    assert "由market索取，不要重复索取" in page
    assert "本部门索取 <small>同时供market使用</small>" in page
    assert "不再索取 <small>档案已有：食品经营许可证 JY1</small>" in page
    assert listed["task"]["precheck"]["facts"][1]["text"] == "通道堆物"


async def test_a_task_of_an_office_that_compares_nothing_has_no_such_part(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await at_work.receive(a_task())
    await desk.log_in()

    assert "预查比对" not in await page_of(desk)


async def test_a_new_comparison_replaces_the_old_one(desk: Desk, at_work: AgentAtWork) -> None:
    await at_work.receive(a_task(precheck=a_card()))
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})

    await at_work.receive(
        PrecheckRefreshed(
            visit_id=VISIT, department="fire", precheck=a_card(a_fact(text="已经清理"))
        )
    )
    await desk.log_in()

    page = await page_of(desk)
    assert "已经清理" in page
    assert "通道堆物" not in page


async def test_a_covert_task_tells_nothing_before_its_target_is_opened(
    desk: Desk, at_work: AgentAtWork
) -> None:
    hidden: dict[str, Any] = {"mode": Mode.COVERT, "place": None, "checks": (), "visit_code": None}
    await at_work.receive(a_task(**hidden))
    await desk.log_in()
    before = await page_of(desk)

    place = PlaceCard(place="premises:1", name="云溪", address="滨河路", region="130100")
    await at_work.receive(
        TaskOpened(
            visit_id=VISIT,
            place=place,
            checks=(a_check(),),
            visit_code="VC-1",
            precheck=a_card(),
        )
    )

    assert "预查比对" not in before
    assert "通道堆物" in await page_of(desk)


async def test_a_liaison_is_named_and_is_no_officer_who_could_enter_findings(
    desk: Desk, at_work: AgentAtWork
) -> None:
    team = (a_member("p1", "fire", leader=True), a_member("p2", "fire"))
    task = a_task(team=(*team, a_member("l1", "fire", liaison=True)))
    await at_work.receive(task)
    await desk.api(f"/tasks/{VISIT}/accept", {"accepted_by": "王五"})
    await desk.log_in()

    page = await page_of(desk)

    assert officers_of(task) == ["p1", "p2"]
    assert "姓名l1（联络员）" in page
    choices = page[page.index('<select id="entered_by"') : page.index("</select>")]
    assert 'value="p1"' in choices
    assert 'value="l1"' not in choices
