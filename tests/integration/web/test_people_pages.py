"""Pages of inspectors and recusals: certificates, absences, and whose people somebody sees."""

from datetime import date, timedelta

import pytest

from coordinator.domain.registers import Absence, Recusal
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.test_register_pages import FIRM, HTML, shown


def test_an_inspector_has_a_page_with_absences_recusals_and_the_certificate() -> None:
    store = a_store()
    known = store.collections["inspectors"].values[("i000",)]
    absence = Absence(from_date=date(2026, 5, 1), to_date=date(2026, 5, 5), reason="培训")
    soon = store.at.date() + timedelta(days=20)
    put(
        store,
        "inspectors",
        known.model_copy(update={"absences": (absence,), "certificate_to": soon}),
    )
    put(
        store,
        "recusals",
        Recusal(person_id="i000", object_id=FIRM, reason="近亲属任职", declared_by="person"),
    )

    page = shown(store, "/console/registers/inspectors/i000")

    for words in ("培训", "近亲属任职", "本人", "还有 20 天到期", "平川县第7商贸有限公司"):
        assert words in page


@pytest.mark.parametrize(("days", "number"), [(-1, 1), (10, 2), (60, 3)])
def test_inspectors_are_listed_by_when_their_certificate_ends(days: int, number: int) -> None:
    store = a_store()
    today = store.at.date()
    for position, left in enumerate((-5, 5, 60)):
        key = (f"i{position:03d}",)
        known = store.collections["inspectors"].values[key]
        ends = today + timedelta(days=left)
        put(store, "inspectors", known.model_copy(update={"certificate_to": ends}))
    until = (today + timedelta(days=days)).isoformat()

    page = shown(store, f"/console/registers/inspectors?certificate_to={until}")

    assert f"{number} 条" in page


def test_a_department_sees_its_own_people_only() -> None:
    client = a_client(a_store(), "fire1")

    own = client.get("/console/registers/inspectors/i001", headers=HTML)
    other = client.get("/console/registers/inspectors/i000", headers=HTML)

    assert own.status_code == 200
    assert "修改人员资料" in own.text
    assert other.status_code == 403
    assert client.get("/v1/inspectors/i000").status_code == 403
    assert client.get("/v1/inspectors?department=health").status_code == 403
    assert client.get("/v1/inspectors").json()["total"] == 5


def test_recusals_of_other_departments_stay_theirs() -> None:
    store = a_store()
    for person in ("i000", "i001"):
        recusal = Recusal(person_id=person, object_id=FIRM, reason="亲属", declared_by="office")
        put(store, "recusals", recusal)

    assert "1 条" in shown(store, "/console/registers/recusals", "fire1")
    assert "2 条" in shown(store, "/console/registers/recusals")
