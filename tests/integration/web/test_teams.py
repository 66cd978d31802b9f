"""Teams on the console: who may be replaced by whom, who was, and who met whom again."""

from datetime import timedelta

import pytest

from contracts.vocabulary import DrawOutcome
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.team_draw import MemberChange
from tests.integration.web.builders import AT, a_round
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
FORM = "/console/acts/replace-member/v0002/i001"


def a_change(number: int, **facts: object) -> MemberChange:
    known: dict[str, object] = {
        "change_id": f"v0002.fire-rescue.1.{number}",
        "round_id": "2026-Q2",
        "visit_id": "v0002",
        "unit": "v0002",
        "department": "fire-rescue",
        "slot": 1,
        "number": number,
        "person_out": "i009",
        "person_in": "i001",
        "reason": "recusal",
        "note": "与负责人系近亲属",
        "changed_at": AT + timedelta(days=number),
        "changed_by": "office1",
    }
    return MemberChange(**known | facts)  # type: ignore[arg-type] # known above


@pytest.fixture
def store() -> FakeStore:
    store = a_store()
    put(store, "member_changes", a_change(1))
    return store


def test_a_visit_says_who_was_replaced_and_why(store: FakeStore) -> None:
    page = a_client(store, "office1").get("/console/visits/v0002", headers=HTML).text

    assert "人员变动" in page
    assert "与负责人系近亲属" in page
    assert "<span>回避<br>" in page


def test_the_office_may_replace_anybody_and_a_department_its_own(store: FakeStore) -> None:
    seat = 'href="/console/acts/replace-member/v0030/'

    office = a_client(store, "office1").get("/console/visits/v0030", headers=HTML).text
    fire = a_client(store, "fire1").get("/console/visits/v0030", headers=HTML).text
    auditor = a_client(store, "auditor1").get("/console/visits/v0030", headers=HTML).text

    assert (office.count(seat), fire.count(seat), auditor.count(seat)) == (4, 2, 0)


def test_an_open_seat_is_marked(store: FakeStore) -> None:
    put(store, "member_changes", a_change(2, person_out="i001", person_in=None))

    page = a_client(store, "office1").get("/console/visits/v0002", headers=HTML).text

    assert page.count("不能参加，无人可替补") == 1


def test_the_form_offers_the_typed_reasons(store: FakeStore) -> None:
    page = a_client(store, "office1").get(FORM, headers=HTML).text

    assert '<option value="urgent-duty"' in page
    assert "其他人不动" in page


def test_replacements_are_listed_and_given_as_data_to_overseers_only(store: FakeStore) -> None:
    office, fire = a_client(store, "office1"), a_client(store, "fire1")

    page = office.get("/console/teams/changes", headers=HTML).text
    data = office.get("/v1/replacements", params={"department": "fire-rescue"}).json()

    assert "回避" in page
    assert [each["person_in"] for each in data["values"]] == ["i001"]
    assert fire.get("/v1/replacements").status_code == 403
    assert fire.get("/console/teams/changes", headers=HTML).status_code == 403


def test_pairs_that_met_again_are_counted(store: FakeStore) -> None:
    office = a_client(store, "office1")

    figures = office.get("/v1/teams/pairs", params={"round_id": "2026-Q2"}).json()
    page = office.get("/console/teams/pairs", params={"round_id": "2026-Q2"}, headers=HTML).text

    assert (figures["pairs"], figures["repeated"], figures["most"]) == (2, 2, 60)
    assert "最多同组次数" in page
    assert "<span>60</span>" in page


def test_a_plan_says_before_any_ceremony_whether_its_teams_could_be_formed(
    store: FakeStore,
) -> None:
    office = a_client(store, "office1")
    path = "/console/plans/plan-2026/quotas"

    empty = office.get(path, headers=HTML).text
    found = office.get("/v1/plans/plan-2026/quotas", params={"line": "L1"}).json()
    page = office.get(path, params={"line": "L1"}, headers=HTML).text

    assert "推算" in empty
    assert found["lines"] == ["L1"]
    assert found["met"] == all(not each["missing"] for each in found["departments"])
    assert f"预计上门 {found['visits']} 次" in page
    assert office.get("/v1/plans/plan-2026/quotas", params={"line": "no"}).status_code == 404


def test_a_supplement_is_offered_where_teams_were_infeasible(store: FakeStore) -> None:
    office, fire = a_client(store, "office1"), a_client(store, "fire1")

    form = office.get("/console/acts/open-supplement/2026-Q2", headers=HTML).text
    refused = office.post("/v1/rounds/2026-Q2/supplement", headers={})

    assert "已抽中的对象不变" in form
    assert refused.status_code == 409
    assert "supplement-not-needed" in refused.text
    assert fire.post("/v1/rounds/2026-Q2/supplement").status_code == 403


def test_a_round_leads_to_its_supplement_and_back_on_both_sites(store: FakeStore) -> None:
    put(
        store,
        "rounds",
        a_round(round_id="2026-Q3", state=RoundState.INFEASIBLE),
        a_round(round_id="2026-Q3.T1", state=RoundState.OPEN, supplement_of="2026-Q3", lines=()),
    )
    office, anybody = a_client(store, "office1"), a_client(store)

    base = office.get("/console/rounds/2026-Q3", headers=HTML).text
    supplement = office.get("/console/rounds/2026-Q3.T1", headers=HTML).text
    public = anybody.get("/rounds/2026-Q3", headers=HTML).text

    assert 'href="/console/acts/open-supplement/2026-Q3"' in base
    assert 'href="/console/rounds/2026-Q3.T1"' in base
    assert 'href="/console/rounds/2026-Q3"' in supplement
    assert "open-supplement" not in supplement
    assert 'href="/rounds/2026-Q3.T1"' in public


def test_everybody_sees_how_often_people_were_replaced_and_nobody_who(store: FakeStore) -> None:
    put(store, "rounds", a_round(round_id="2026-Q2", outcome=DrawOutcome.DONE))

    page = a_client(store).get("/rounds/2026-Q2", headers=HTML).text

    assert "回避 1" in page
    assert "i009" not in page
    assert "近亲属" not in page
