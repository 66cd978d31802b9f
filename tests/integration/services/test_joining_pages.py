"""Leads over HTTP from register to visit, who sees what of them, and the year in figures."""

from datetime import date, timedelta
from typing import Any

from httpx2 import ASGITransport, AsyncClient

from coordinator.domain.lifecycle import DueState
from tests.builders import FIRE, MARKET
from tests.integration.services.page_clients import HTML, act, page, people
from tests.integration.services.test_joining import (
    a_report,
    a_visit_of,
    accepted,
    dues,
    lead_at,
    objects_at,
    own_visit,
)
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play
from tests.served import app_of

CHIEF, CLERK, OTHER = ("office-a", None), ("mr-1", MARKET), ("fr-1", FIRE)


async def listed(client: AsyncClient, path: str) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = (await client.get(f"/v1{path}")).json()["values"]
    return values


async def test_a_lead_goes_from_the_register_into_a_visit(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    thing = (await objects_at(drawn, visit.place))[0]
    clerk, chief = await people(drawn, CLERK, CHIEF)

    made = await act(
        clerk,
        "/leads",
        kind="complaint",
        source="12345热线",
        object_id=thing,
        department=MARKET,
        items=["mr-1"],
        matter="无照经营",
        received_date=drawn.clock.today().isoformat(),
        deadline="2026-05-01",
    )
    await act(clerk, f"/leads/{made['subject']}/accept", reason="内容具体")

    [due] = await dues(drawn)
    assert (made["state"], due.state, due.visit_id) == ("received", "joined", visit.visit_id)
    assert "无照经营" in await page(chief, f"/console/leads/{made['subject']}")
    assert visit.visit_id in await page(chief, f"/console/due-checks/{due.due_id}")
    assert "并入的复查和线索" in await page(chief, f"/console/visits/{visit.visit_id}")
    assert "含并入的复查和线索 1 项" in await page(chief, "/console/burden")


async def test_a_department_learns_of_the_visit_with_its_task_and_not_before(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn)
    due = await lead_at(drawn, visit)
    [clerk] = await people(drawn, CLERK)
    paths = (
        f"/console/leads/{due.source_id}",
        "/console/due-checks",
        f"/console/due-checks/{due.due_id}",
        f"/console/due-checks?q={visit.visit_id}",
        "/console/due-checks?state=joined",
    )

    before = [await page(clerk, path) for path in paths]
    [hidden] = await listed(clerk, "/due-checks")
    found = await listed(clerk, f"/due-checks?q={visit.visit_id}")

    for text in before:
        assert f"/console/visits/{visit.visit_id}" not in text
        assert "已并入上门任务" not in text
    assert (hidden["state"], hidden["visit_id"], found) == ("waiting", "", [])
    await drawn.publish(ROUND)
    [shown] = await listed(clerk, "/due-checks")
    assert (shown["state"], shown["visit_id"]) == ("joined", visit.visit_id)
    assert visit.visit_id in await page(clerk, f"/console/due-checks/{due.due_id}")


async def test_other_departments_see_nothing_of_a_lead(drawn: Play) -> None:
    due = await lead_at(drawn, await a_visit_of(drawn))
    [other] = await people(drawn, OTHER)

    assert await listed(other, "/leads") == []
    assert await listed(other, "/due-checks") == []
    for path in (f"/console/leads/{due.source_id}", f"/console/due-checks/{due.due_id}"):
        assert (await other.get(path, headers=HTML)).status_code == 403


async def test_what_is_due_alone_says_until_when_and_gets_a_visit_of_its_own(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    due = await lead_at(drawn, await a_visit_of(drawn), deadline=date(2026, 4, 10))
    clerk, chief = await people(drawn, CLERK, CHIEF)
    assert "须在 2026-04-10 前单独上门" in await page(clerk, f"/console/leads/{due.source_id}")
    assert "须单独上门：最迟 2026-04-10" in await page(clerk, "/console/due-checks")

    day = drawn.clock.today().isoformat()
    order = await own_visit(drawn)
    entry = {"officers": order.officers, "frequency_reason": order.frequency_reason}
    await act(clerk, f"/due-checks/{due.due_id}/own-visit", day=day, **entry)

    [alone] = await dues(drawn)
    assert alone.officers in await page(clerk, f"/console/due-checks/{due.due_id}")
    found = {"result_codes": ["1"], "follow_up": ["none"]}
    await act(clerk, f"/due-checks/{due.due_id}/outcome", **found)
    assert [each.state for each in await dues(drawn)] == [DueState.DONE]
    shown = await page(chief, f"/console/burden/place?place={due.place}&year=2026")
    assert "另计：投诉举报核查" in shown


async def test_visits_that_pile_up_are_listed_with_who_comes(drawn: Play) -> None:
    visit = await a_visit_of(drawn)
    [chief] = await people(drawn, CHIEF)
    assert "上门集中" in await page(chief, "/console/burden/warnings")

    day = drawn.clock.today()
    entry = {
        "place": visit.place,
        "department": MARKET,
        "day": day.isoformat(),
        "code": "complaint",
    }
    await act(chief, "/burden/entries", note="投诉1", **entry)
    made = await act(chief, "/burden/entries", note="投诉2", **entry)

    warned = await page(chief, "/console/burden/warnings")
    after_logging = await page(chief, f"/console/burden/entries/{made['subject']}")
    of_round = await page(chief, f"/console/burden/warnings?round_id={ROUND}&organ={MARKET}")
    [found] = (await chief.get("/v1/burden/warnings?year=2026")).json()
    for text in (warned, after_logging, of_round):
        assert "短期内上门 3 次" in text
    assert found["place"] == visit.place
    assert {sign["signal"] for sign in found["signs"]} == {"close-together", "same-organ"}


async def test_what_a_covert_visit_holds_shows_in_no_figure_before_its_time(
    adopted: Play,
) -> None:
    chief, anybody = await people(adopted, CHIEF, CLERK)
    paths = ("/console/burden/warnings", "/console/burden/annual", "/visits/2026")
    before = [await page(chief, path) for path in paths]

    await adopted.drawn_round(COVERT_ROUND, "L9")

    visit = await a_visit_of(adopted, round_id=COVERT_ROUND)
    assert [await page(chief, path) for path in paths] == before
    place = await page(chief, f"/console/burden/place?place={visit.place}&year=2026")
    assert "这一年没有上门" in place
    hidden = await chief.get(f"/console/burden/entries/{visit.visit_id}", headers=HTML)
    assert hidden.status_code == 404
    lead = await accepted(adopted, a_report(adopted, (await objects_at(adopted, visit.place))[0]))
    assert visit.visit_id not in await page(anybody, f"/console/leads/{lead.lead_id}")


async def finished(play: Play) -> None:
    """Let every visit of the round be made."""
    for task in await play.tasks(ROUND):
        await play.report(task)


async def test_the_annual_statistics_show_every_organ_and_the_former_year(
    dispatched: Play,
) -> None:
    [chief] = await people(dispatched, CHIEF)
    none_yet = (await chief.get("/v1/burden/annual?year=2026")).json()
    await finished(dispatched)

    found = (await chief.get("/v1/burden/annual?year=2026")).json()

    async with dispatched.work(AUDITOR) as work:
        visits = [v for v in await work.visits.where(round_id=ROUND) if not v.desk]
        organs = {each.code for each in await work.departments.where()}
    assert none_yet["total"]["now"]["visits"] == 0
    assert found["total"]["now"]["visits"] == len(visits)
    assert {row["code"] for row in found["rows"]} == organs
    for row in found["rows"]:
        taking_part = [v for v in visits if row["code"] in v.departments]
        assert row["now"]["visits"] == len(taking_part)
        assert row["now"]["joint"] == sum(len(v.departments) > 1 for v in taking_part)
        assert row["former_year"]["visits"] == 0
    for by in ("level", "region", "industry"):
        grouped = (await chief.get(f"/v1/burden/annual?year=2026&by={by}")).json()
        assert grouped["total"] == found["total"]
        assert sum(row["now"]["visits"] for row in grouped["rows"]) >= len(visits)


async def test_the_statistics_are_a_page_and_files(dispatched: Play) -> None:
    await finished(dispatched)
    [chief] = await people(dispatched, CHIEF)

    shown = await page(chief, "/console/burden/annual?year=2026")
    text = (await chief.get("/console/burden/annual?year=2026&format=csv", headers=HTML)).text
    sheet = await chief.get("/console/burden/annual?year=2026&format=xlsx", headers=HTML)
    next_year = await page(chief, "/console/burden/annual?year=2027&by=industry")

    assert "平均频次 = 上门次数 ÷ 监管场所" in shown
    assert "监管场所,上门场所,上门次数" in text.splitlines()[0]
    assert len(text.splitlines()) == 1 + 3 + 1
    assert sheet.content[:2] == b"PK"
    assert "2026 年上门次数" in next_year


async def test_the_public_reads_how_many_places_were_visited_how_often(
    dispatched: Play,
) -> None:
    await finished(dispatched)
    anybody = AsyncClient(transport=ASGITransport(app_of(dispatched)), base_url="http://public")

    shown = await page(anybody, "/visits/2026")

    async with dispatched.work(AUDITOR) as work:
        visits = [v for v in await work.visits.where(round_id=ROUND) if not v.desk]
        names = {thing.name for thing in await work.objects.where()}
    assert f"到 {len({v.place for v in visits})} 处场所上门检查了 {len(visits)} 次" in shown
    assert not [name for name in names if name in shown]
    assert (await anybody.get("/visits", headers=HTML)).headers["location"] == "/visits/2026"
    assert (await anybody.get("/visits/1999", headers=HTML)).status_code == 404


async def test_a_place_reads_its_own_number_behind_its_code(dispatched: Play) -> None:
    visit = await a_visit_of(dispatched)
    [chief] = await people(dispatched, CHIEF)
    day = (dispatched.clock.today() - timedelta(days=1)).isoformat()
    await act(
        chief,
        "/burden/entries",
        place=visit.place,
        department=MARKET,
        day=day,
        code="patrol",
        note="巡查",
    )
    anybody = AsyncClient(transport=ASGITransport(app_of(dispatched)), base_url="http://public")

    shown = await page(anybody, f"/v/{visit.visit_code}")

    assert "您这里 2026 年此前已接受上门检查 1 次" in shown
