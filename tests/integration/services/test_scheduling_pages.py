"""The schedule over HTTP: pages, forms and acts, the enterprise's choice, calendars by secret."""

import re
from datetime import UTC

from httpx2 import ASGITransport, AsyncClient
from icalendar import Calendar

from coordinator.domain.scheduling import Appointment, FeedScope
from coordinator.services import dispatch
from coordinator.services.ports import Credential, Role
from tests.builders import FIRE, HEALTH
from tests.integration.services.test_scheduling import appointments, be_away, scheduled, visits
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import AUDITOR, ROUND, Play, office
from tests.served import app_of

HTML = {"Accept": "text/html"}


async def a_client(play: Play, login: str, department: str | None = None) -> AsyncClient:
    """Log somebody in: of the office, or of a department."""
    role = Role.OFFICE if department is None else Role.DEPARTMENT
    person = Credential(
        login=login, name=login, password=_HASH, role=role, department=department, approver=True
    )
    async with play.work(office()) as work:
        await work.credentials.save(person)
    client = AsyncClient(transport=ASGITransport(app_of(play)), base_url="http://office")
    answer = await client.post("/v1/login", json={"login": login, "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client


async def page(client: AsyncClient, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_the_office_proposes_accepts_and_reads_the_weeks(drawn: Play) -> None:
    client = await a_client(drawn, "office-a")
    path = f"/console/rounds/{ROUND}/schedule"

    before = await page(client, path)
    proposed = await client.post(f"/v1/rounds/{ROUND}/schedule")
    waiting = await page(client, path)
    accepted = await client.post(f"/v1/rounds/{ROUND}/schedule/accept")
    after = await page(client, path)
    people = await page(client, f"{path}?by=person")
    seen = (await client.get(f"/v1/rounds/{ROUND}/schedule")).json()

    assert "还没有排定日程" in before
    assert (proposed.status_code, accepted.status_code) == (200, 200)
    assert "日程待采用" in waiting
    assert "日程已采用" in after
    names = {each.place_name for each in (await visits(drawn)).values() if not each.desk}
    assert all(name in after and name in people for name in names)
    assert len(seen["appointments"]) == len(names)
    assert "每次检查都能按排定的时间成立" in await page(client, f"{path}/check")


async def test_a_department_reads_its_own_visits_only_and_accepts_nothing(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    client = await a_client(drawn, "fire-a", FIRE)

    text = await page(client, f"/console/rounds/{ROUND}/schedule")
    refused = await client.post(f"/v1/rounds/{ROUND}/schedule/accept")
    checked = await client.get(f"/v1/rounds/{ROUND}/schedule/check")

    for each in (await visits(drawn)).values():
        assert (each.place_name in text) == (FIRE in each.departments and not each.desk)
    assert (refused.status_code, checked.status_code) == (403, 403)


async def test_both_remedies_stand_on_the_page_when_somebody_falls_ill(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    client = await a_client(drawn, "office-a")
    set_to = await appointments(drawn)
    async with drawn.work(AUDITOR) as work:
        seat = (await work.team.where(visit_id=set(set_to), department=HEALTH))[0]
    await be_away(drawn, seat.person_id, set_to[seat.visit_id].day)

    warned = await page(client, f"/console/rounds/{ROUND}/schedule")
    remedies = await page(client, f"/console/rounds/{ROUND}/schedule/check")
    english = await page(client, f"/console/rounds/{ROUND}/schedule/check?lang=en")
    without = await client.post(f"/v1/rounds/{ROUND}/schedule/replan", json={})
    done = await client.post(f"/v1/rounds/{ROUND}/schedule/replan", json={"reason": "1 人病假"})

    assert "次检查的时间已不能成立" in warned
    assert "办法一：改时间" in remedies
    assert f"replace-member/{seat.visit_id}/{seat.person_id}" in remedies
    assert "It is proven that fewer will not do." in english
    assert (without.status_code, done.status_code) == (422, 200)
    last = await page(client, f"/console/rounds/{ROUND}/schedule/check?lang=zh")
    assert "每次检查都能按排定的时间成立" in last


async def test_whoever_holds_the_code_chooses_and_a_wrong_code_tells_nothing(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    set_to = await appointments(drawn)
    visit = (await visits(drawn))[next(iter(set_to))]
    public = AsyncClient(transport=ASGITransport(app_of(drawn)), base_url="http://office")
    path = f"/v/{visit.visit_code}/time"

    shown = await page(public, path)
    wanted = re.findall(r'name="time" value="([^"]+)"', shown)
    chosen = await public.post(path, data={"time": wanted[-1]})
    again = await public.post(path, data={"time": "2026-04-07 night"})
    empty = await public.post(path, data={})
    other_site = await public.post(
        path, data={"time": wanted[0]}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    unknown = await page(public, "/v/NOTACODE/time")

    assert visit.place_name in shown
    assert chosen.status_code == 303
    now = (await appointments(drawn))[visit.visit_id]
    assert f"{now.day.isoformat()} {now.slot}" == wanted[-1]
    assert (again.status_code, empty.status_code, other_site.status_code) == (409, 409, 403)
    assert "没有可以显示的检查时间" in unknown
    office_sees = await page(await a_client(drawn, "office-a"), f"/console/visits/{visit.visit_id}")
    assert "企业选定" in office_sees


async def test_a_subscription_is_read_without_login_until_it_is_revoked(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    client = await a_client(drawn, "health-a", HEALTH)
    public = AsyncClient(transport=ASGITransport(app_of(drawn)), base_url="http://office")

    made = (
        await client.post("/v1/calendar-feeds", json={"scope": "department", "subject": HEALTH})
    ).json()
    answer = await public.get(made["path"])
    calendar = Calendar.from_ical(answer.content)
    refused = await client.post("/v1/calendar-feeds", json={"scope": "department", "subject": FIRE})
    await client.post(f"/v1/calendar-feeds/{made['feed_id']}/revoke")
    gone = await public.get(made["path"])

    assert answer.headers["content-type"].startswith("text/calendar")
    events = {str(each["uid"]).partition("@")[0]: each for each in calendar.walk("VEVENT")}
    known, set_to = await visits(drawn), await appointments(drawn)
    assert set(events) == {v for v in set_to if HEALTH in known[v].departments}
    for visit_id, event in events.items():
        local = event["dtstart"].dt.astimezone(UTC)
        assert _minutes(local.hour + 8, local.minute) == set_to[visit_id].starts
        assert known[visit_id].place_name in str(event["summary"])
    assert (refused.status_code, gone.status_code) == (403, 404)


async def test_the_secret_address_is_shown_once_and_the_file_comes_with_a_login(
    drawn: Play,
) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    client = await a_client(drawn, "health-a", HEALTH)
    public = AsyncClient(transport=ASGITransport(app_of(drawn)), base_url="http://office")
    async with drawn.work(AUDITOR) as work:
        seat = (await work.team.where(round_id=ROUND, department=HEALTH))[0]

    form = {"csrf": client.headers["X-CSRF-Token"], "subject": f"person {seat.person_id}"}
    made = await client.post("/console/subscriptions", data=form, headers=HTML)
    [address] = re.findall(r"http://office(/calendars/[0-9a-f]{64}\.ics)", made.text)
    later = await page(client, "/console/subscriptions")
    file = await client.get(f"/v1/calendars/person/{seat.person_id}.ics")
    stranger = await public.get(f"/v1/calendars/person/{seat.person_id}.ics")
    nothing = await client.post(
        "/console/subscriptions", data={**form, "subject": "team x"}, headers=HTML
    )

    assert address not in later
    assert (await public.get(address)).content == file.content
    assert stranger.status_code == 401
    assert nothing.status_code == 409
    async with drawn.work(AUDITOR) as work:
        entries = await dispatch.calendar_entries(work, FeedScope.PERSON, seat.person_id)
    assert file.content.count(b"BEGIN:VEVENT") == len(entries) > 0


async def test_the_notice_names_the_day_and_the_choice(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    client = await a_client(drawn, "office-a")
    visit_id, appointment = next(iter((await appointments(drawn)).items()))

    answer = await client.get(f"/console/visits/{visit_id}/notice.pdf")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert _is_told(appointment)


def _is_told(appointment: Appointment) -> bool:
    return appointment.told_at is not None and appointment.choose_until is not None


def _minutes(hours: int, minutes: int) -> int:
    return hours * 60 + minutes
