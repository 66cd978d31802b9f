"""Pre-check comparison on the page of a visit, in the API and in the notice."""

from typing import Any

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from coordinator.services.ports import Credential, Role
from coordinator.web.console.precheck import documents_to_bring
from coordinator.web.language import CHINESE, speaking
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.post_box import letters
from tests.integration.services.test_precheck import (
    PERMIT,
    PUBLISHED,
    UNPUBLISHED,
    a_visit_of,
    know,
    met_before,
)
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import Play, office
from tests.served import app_of


async def test_the_notice_asks_once_and_for_nothing_that_is_on_file(drawn: Play) -> None:
    visit = await a_visit_of(drawn, FIRE, HEALTH, MARKET)
    await know(drawn, visit)

    with speaking(CHINESE):
        async with drawn.work(office()) as work:
            asked = await documents_to_bring(work, visit)
            for item in await work.items.where():
                papers = {"documents": ("食品经营许可证",)}
                await work.items.save(item.model_copy(update=papers))
            nothing = await documents_to_bring(work, visit)

    assert asked == ["消防演练记录", "营业执照"]
    assert nothing == ["所需材料登记机关均已掌握，无需另行准备"]


async def logged_in(play: Play, app: FastAPI, login: str, department: str | None) -> AsyncClient:
    role = Role.OFFICE if department is None else Role.DEPARTMENT
    person = Credential(
        login=login, name=login, password=_HASH, role=role, department=department, approver=True
    )
    async with play.work(office()) as work:
        await work.credentials.save(person)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://office")
    answer = await client.post("/v1/login", json={"login": login, "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client


async def test_the_page_and_the_api_show_it_and_the_button_compares_again(
    dispatched: Play,
) -> None:
    visit = await a_visit_of(dispatched, FIRE, HEALTH, MARKET)
    thing = await know(dispatched, visit)
    await met_before(dispatched, thing, FIRE, HEALTH)
    path = f"/v1/visits/{visit.visit_id}/precheck"
    app = app_of(dispatched)
    boss = await logged_in(dispatched, app, "office-w", None)
    market = await logged_in(dispatched, app, "market-w", MARKET)

    page = await boss.get(f"/console/visits/{visit.visit_id}", headers={"Accept": "text/html"})
    english = await boss.get(f"/console/visits/{visit.visit_id}?lang=en")
    seen = (await boss.get(path)).json()
    own = (await market.get(path)).json()
    done = await market.post(path)

    assert "预查比对" in page.text
    assert PERMIT in page.text
    assert f"限期清理{UNPUBLISHED}" in page.text
    assert "资料只索取一次" in page.text
    assert page.text.count("未公示") == 3
    assert "Comparison before the visit" in english.text
    assert {"field": "credit-class", "text": "D"}.items() <= _fact(seen, "credit-class").items()
    assert _fact(seen, "rectifications")["undisclosed"]
    assert UNPUBLISHED not in str(own)
    assert _fact(own, "events")["source_name"] == "12315"
    assert done.status_code == 200
    assert len(await letters(dispatched, "PrecheckRefreshed")) == 3


async def test_the_inspected_and_the_public_see_nothing_of_it(dispatched: Play) -> None:
    visit = await a_visit_of(dispatched, FIRE, HEALTH, MARKET)
    thing = await know(dispatched, visit)
    await met_before(dispatched, thing, FIRE, HEALTH)
    app = app_of(dispatched)
    public = AsyncClient(transport=ASGITransport(app), base_url="http://office")

    refused = await public.get(f"/v1/visits/{visit.visit_id}/precheck")
    code = await public.get(f"/v/{visit.visit_code}")
    other = await logged_in(dispatched, app, "fire-w", FIRE)
    hotel = await a_visit_of(dispatched, HEALTH, MARKET)
    absent = await other.get(f"/v1/visits/{hotel.visit_id}/precheck")

    assert refused.status_code == 401
    assert code.status_code == 200
    for words in (PERMIT, UNPUBLISHED, PUBLISHED, "138****5678", "预查比对"):
        assert words not in code.text
    assert absent.status_code == 404


def _fact(seen: dict[str, Any], field: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in seen["facts"] if each["field"] == field)
    return found
