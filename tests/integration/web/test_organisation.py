"""The organisation and the calendar on the console and over the API; who sees whose matters."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.registers.organisation import Level, Region
from coordinator.domain.working_days import CalendarDay, CalendarYear
from coordinator.services.ports import AuditEntry
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_uploads import FakeUploads
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
MARKET, FIRE = "market-regulation", "fire-rescue"
ORGAN_PAGE = f"/console/departments/{MARKET}"


def with_superior() -> FakeStore:
    """Put the fire brigade below market regulation, as a superior and its lower organ."""
    store = a_store()
    lower = store.collections["departments"].values[(FIRE,)]
    put(store, "departments", replace(lower, superior=MARKET))
    return store


def _post(client: Any, act: str, keys: str, **entered: str) -> Any:
    data = {"csrf": client.headers["X-CSRF-Token"], **entered}
    return client.post(f"/console/acts/{act}/{keys}", data=data, headers=HTML)


def test_organs_stand_below_their_superiors_with_level_and_region() -> None:
    store = with_superior()
    put(store, "regions", Region(code="130999", name="平川县", level=Level.COUNTY))

    page = a_client(store, "auditor1").get("/console/departments", headers=HTML).text

    above, below = page.index(ORGAN_PAGE), page.index(f"/console/departments/{FIRE}")
    assert above < below < page.index("/console/departments/ecology-environment")
    assert "depth-1" in page
    assert "平川县 130999" in page
    assert "县级" in page


def test_an_organ_shows_its_place_sections_designations_and_those_below_it() -> None:
    page = a_client(with_superior(), "office1").get(ORGAN_PAGE, headers=HTML).text

    for words in ("信用监管科", "衡市监指〔2026〕1号", "下级机关", "有效", "消防救援大队"):
        assert words in page
    assert "/console/acts/designate/market-regulation" in page


def test_only_the_office_is_offered_to_change_an_organ() -> None:
    for login in ("auditor1", "market1"):
        page = a_client(a_store(), login).get(ORGAN_PAGE, headers=HTML).text

        assert "/console/acts/" not in page


def test_the_form_of_an_organ_begins_with_what_is_stored() -> None:
    page = a_client(a_store(), "office1").get(f"/console/acts/place-organ/{MARKET}", headers=HTML)

    assert 'value="130999"' in page.text
    assert '<option value="county" selected>' in page.text


def test_placing_an_organ_is_kept_with_what_changed() -> None:
    store = a_store()
    client = a_client(store, "office1")

    answer = _post(
        client,
        "place-organ",
        MARKET,
        level="city",
        region="130900",
        legal_capacity="own",
    )

    assert answer.status_code == 303, answer.text
    organ = store.collections["departments"].values[(MARKET,)]
    assert (organ.level, organ.region, organ.public_key) == (Level.CITY, "130900", "{}")
    page = client.get(ORGAN_PAGE, headers=HTML).text
    assert "登记机关或更改机关资料" in page
    assert "辖区：130900；层级：市级" in page


def test_an_organ_above_itself_is_refused_on_the_form() -> None:
    answer = _post(
        a_client(with_superior(), "office1"),
        "place-organ",
        MARKET,
        level="county",
        region="130999",
        superior=FIRE,
        legal_capacity="own",
    )

    assert answer.status_code == 422
    assert "上下级关系成了一个圈" in answer.text


def test_a_section_is_registered_changed_and_closed_by_forms() -> None:
    store = a_store()
    client = a_client(store, "office1")

    added = _post(
        client,
        "add-section",
        MARKET,
        code="mr-2",
        name="食品安全科",
        duties="提出抽查事项\n录入",
    )
    edited = _post(
        client,
        "edit-section",
        f"{MARKET}/mr-2",
        name="食品科",
        duties="录入",
        tags="restaurant\nhotel",
        regions="640221",
    )
    shown = client.get(ORGAN_PAGE, headers=HTML).text
    section = store.collections["sections"].values[("mr-2",)]
    closed = _post(client, "remove-section", f"{MARKET}/mr-2")

    assert [each.status_code for each in (added, edited, closed)] == [303, 303, 303]
    assert (section.name, section.duties) == ("食品科", ("录入",))
    assert section.supervises == Conditions(tags=("restaurant", "hotel"), regions=("640221",))
    assert "监管标签：" in shown
    assert "未申报" in shown  # the other section
    assert ("mr-2",) not in store.collections["sections"].values
    assert "撤销科室" in client.get(ORGAN_PAGE, headers=HTML).text


@pytest.mark.parametrize(
    "keys",
    [f"edit-section/{FIRE}/mr-1", f"remove-section/{FIRE}/mr-1", f"end-designation/{FIRE}/g0001"],
)
def test_what_belongs_to_another_organ_is_not_found_under_this_one(keys: str) -> None:
    act, _slash, rest = keys.partition("/")
    client = a_client(a_store(), "office1")

    answer = _post(client, act, rest, name="x", last_day="2026-12-31")

    assert answer.status_code == 404


def test_a_designation_is_registered_and_ended_by_forms() -> None:
    store = a_store()
    client = a_client(store, "office1")

    made = _post(
        client,
        "designate",
        FIRE,
        region="130998",
        document="衡消指〔2026〕2号",
        valid_from="2026-04-01",
    )
    ended = _post(client, "end-designation", f"{MARKET}/g0001", last_day="2026-04-30")

    assert (made.status_code, ended.status_code) == (303, 303)
    documents = {each.document: each for each in store.collections["designations"].values.values()}
    assert documents["衡消指〔2026〕2号"].department == FIRE
    assert documents["衡市监指〔2026〕1号"].valid_to == date(2026, 4, 30)


def test_the_organisation_is_there_as_data() -> None:
    client = a_client(with_superior(), "fire1")

    assert client.get("/v1/organs", params={"superior": MARKET}).json()["total"] == 1
    assert client.get("/v1/sections", params={"department": MARKET}).json()["total"] == 1
    assert client.get("/v1/designations").json()["values"][0]["region"] == "130998"
    assert client.get("/v1/regions").json()["total"] == 0


def test_a_superior_sees_the_matters_of_its_lower_organs_and_never_acts_on_them() -> None:
    store = with_superior()
    superior, lower = a_client(store, "market1"), a_client(store, "fire1")

    own = superior.get("/v1/rectifications").json()["total"]
    page = superior.get("/console/rectifications/x0001", headers=HTML)
    acted = _post(superior, "report-rectification", "x0001", evidence="已清理")

    assert own > a_client(a_store(), "market1").get("/v1/rectifications").json()["total"]
    assert page.status_code == 200
    assert "/console/acts/" not in page.text
    assert acted.status_code == 403
    assert lower.get("/v1/rectifications").json()["total"] <= own


def test_a_lower_organ_does_not_see_its_superiors_matters() -> None:
    store = with_superior()
    results = store.collections["results"].values.values()
    theirs = next(each.result_id for each in results if each.department == MARKET)

    answer = a_client(store, "fire1").get(f"/console/results/{theirs}", headers=HTML)

    assert answer.status_code == 403


def test_a_superior_does_not_see_a_covert_result_of_a_lower_organ() -> None:
    store = with_superior()
    [result] = [
        each for each in store.collections["results"].values.values() if each.result_id == "r0002"
    ]
    covert = next(
        each for each in store.collections["rounds"].values.values() if each.mode is Mode.COVERT
    )
    hidden = replace(result, department=FIRE, round_id=covert.round_id, visit_id="v0901")
    put(store, "results", hidden)
    superior = a_client(store, "market1")

    assert superior.get("/console/results/r0002", headers=HTML).status_code == 404
    listed = superior.get("/v1/results").json()["values"]
    assert "r0002" not in {each["result_id"] for each in listed}


# ---- calendar


def _with_2027(store: FakeStore) -> FakeStore:
    year = CalendarYear(
        year=2027, official=True, source="国办发明电〔2026〕5号", imported_at=AT, import_number=4
    )
    put(store, "calendar_years", year)
    rest = [CalendarDay(day=date(2027, 1, n), working=False, name="元旦") for n in (1, 2, 3)]
    put(store, "calendar_days", *rest, CalendarDay(day=date(2027, 1, 9), working=True))
    return store


def test_a_year_shows_its_holidays_and_make_up_days() -> None:
    page = a_client(a_store(), "office1").get("/console/calendar?year=2026", headers=HTML).text

    assert page.count('class="month"') == 12
    assert "248" in page
    assert "正式" in page
    assert "2026-05-09" in page


def test_an_imported_year_shows_its_source_and_names() -> None:
    page = a_client(_with_2027(a_store()), "office1").get(
        "/console/calendar?year=2027", headers=HTML
    )

    assert "国办发明电〔2026〕5号" in page.text
    assert "2027-01-01 至 2027-01-03" in page.text


def test_a_year_without_calendar_says_what_that_means() -> None:
    page = a_client(a_store(), "auditor1").get("/console/calendar?year=2031", headers=HTML).text

    assert "未公布" in page
    assert "导入后自动重算" in page
    assert "/console/registers/imports/new" not in page


@pytest.mark.parametrize("year", ["0", "99999", "-1"])
def test_a_year_that_is_no_year_shows_the_present_one(year: str) -> None:
    page = a_client(a_store(), "office1").get(f"/console/calendar?year={year}", headers=HTML)

    assert page.status_code == 200
    assert "2026 年放假安排" in page.text


def test_deadlines_that_moved_stand_with_both_dates() -> None:
    store = a_store()
    entry = AuditEntry(
        number=9001,
        at=AT,
        actor="office1",
        tag="registers:deadline:recomputed",
        subject="disclosures/d0001",
        facts={
            "field": "due_date",
            "before": "2027-01-04",
            "after": "2027-01-05",
            "provisional": False,
        },
        previous="",
        digest="",
    )
    put(store, "audit_entries", entry)

    page = a_client(store, "office1").get("/console/calendar", headers=HTML).text
    of_department = a_client(store, "market1").get("/console/calendar", headers=HTML).text

    assert "<del>2027-01-04</del>" in page
    assert "/console/disclosures/d0001" in page
    assert "2027-01-05" not in of_department


@pytest.mark.parametrize(("month", "warned"), [(10, False), (11, True)])
def test_sixty_days_before_its_end_the_calendar_asks_for_the_next_year(
    month: int, warned: bool
) -> None:
    store = a_store()
    store.at = store.at.replace(month=month, day=15)

    ready = a_client(store).get("/readyz").json()
    office = a_client(store, "office1").get("/console/departments", headers=HTML).text
    department = a_client(store, "market1").get("/console/departments", headers=HTML).text

    assert ready["calendar_until"] == "2026-12-31"
    assert ready["warnings"] == (["calendar-ends"] if warned else [])
    assert ("正式放假安排只到 2026-12-31" in office) is warned
    assert "正式放假安排只到" not in department


def test_a_year_comes_in_over_the_api_and_is_there_as_data() -> None:
    store = a_store()
    client = a_client(store, "office1")
    year = {
        "source": "国办发明电〔2026〕5号",
        "official": True,
        "days": [{"day": "2027-01-01", "working": False, "name": "元旦"}],
    }

    done = client.post("/v1/calendar/2027", json=year)
    wrong = client.post("/v1/calendar/2028", json=year)

    assert done.status_code == 200, done.text
    assert client.get("/v1/calendar/2027").json()["days"][0]["name"] == "元旦"
    assert wrong.json()["title"] == "calendar-years-mixed"
    assert wrong.json()["row"] == 1


def test_the_table_of_regions_names_what_took_over_from_a_code_that_ended() -> None:
    store = a_store()
    ended = Region(
        code="640222",
        name="陶乐县",
        level=Level.COUNTY,
        parent="640200",
        valid_to=date(2003, 12, 31),
        successor="640221",
    )
    put(store, "regions", ended, Region(code="640221", name="平罗县", level=Level.COUNTY))

    found = a_client(store, "auditor1").get("/console/regions?parent=640200", headers=HTML).text

    assert "2003-12-31 停用" in found
    assert "640221" in found
    assert "平罗县" not in found
    assert "/console/registers/imports/new" not in found


@pytest.mark.parametrize("kind", ["calendar", "regions"])
def test_calendar_and_regions_are_brought_as_files_by_the_office_alone(kind: str) -> None:
    path = f"/console/registers/imports/new?kind={kind}"

    office, clerk = (
        a_client(a_store(), login, uploads=FakeUploads()) for login in ("office1", "market1")
    )
    offered = office.get(path, headers=HTML).text
    department = clerk.get(path, headers=HTML).text

    assert f'value="{kind}" required checked' in offered
    assert f'value="{kind}"' not in department
