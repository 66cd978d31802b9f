"""The plan over HTTP: drafted, checked with remedies, counted while typing, amended."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from coordinator.domain.registers import Grading, RiskClass
from tests.builders import an_item, an_object
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

LINE: dict[str, Any] = {
    "name": "旅馆业联合检查",
    "kind": "joint",
    "domain": "旅馆业",
    "lead": "market-regulation",
    "participants": ["fire-rescue"],
    "items": ["mr-9", "fr-9"],
    "conditions": {"tags": ["spa"], "gradings": {"food-risk": ["D"]}},
    "strata": {"*": {"numerator": 1, "denominator": 10}},
    "window_from": "2027-05-03",
    "window_to": "2027-05-28",
}


@pytest.fixture
def store() -> FakeStore:
    """The county with ten spas, of which four have food risk D, and one is closed."""
    store = a_store()
    store.collections["objects"].values.clear()
    grading = Grading.model_validate(
        {"scheme": "food-risk", "value": "D", "source": "县局", "date": "2026-01-05"}
    )
    put(
        store,
        "objects",
        *(
            an_object(
                n,
                tags=("spa",),
                risk_class=RiskClass.D if n == 1 else None,
                gradings=(grading,) if n <= 4 else (),
                status="closed" if n == 4 else "active",
                place="place-1" if n < 3 else f"place-{n}",
            )
            for n in range(1, 11)
        ),
    )
    put(store, "items", an_item("mr-9", "market-regulation"), an_item("fr-9", "fire-rescue"))
    return store


@pytest.fixture
def office(store: FakeStore) -> TestClient:
    return a_client(store, "office1")


def put_line(client: TestClient, code: str = "N1", **changes: Any) -> Any:
    return client.put(f"/v1/plans/plan-2027/lines/{code}", json=LINE | changes)


def test_a_line_is_put_shown_with_all_its_fields_and_deleted(office: TestClient) -> None:
    made = put_line(office, selection="random", times_a_year=1, draw_level="county-county")

    shown = office.get("/v1/plans/plan-2027").json()["lines"]
    gone = office.delete("/v1/plans/plan-2027/lines/N1")

    assert made.status_code == 200
    assert shown == [made.json()]
    assert (shown[0]["draw_level"], shown[0]["strata_by"]) == ("county-county", "credit")
    assert shown[0]["conditions"]["gradings"] == {"food-risk": ["D"]}
    assert gone.status_code == 204
    assert office.get("/v1/plans/plan-2027").json()["lines"] == []


def test_a_line_is_not_deleted_twice_nor_put_into_an_adopted_plan(office: TestClient) -> None:
    missing = office.delete("/v1/plans/plan-2027/lines/N1")
    late = office.put("/v1/plans/plan-2026/lines/N1", json=LINE)

    assert (missing.status_code, missing.json()["title"]) == (404, "plan-line-unknown")
    assert (late.status_code, late.json()["title"]) == (409, "move-not-allowed")


@pytest.mark.parametrize("login", ["market1", "auditor1"])
def test_only_the_office_puts_and_deletes_lines(store: FakeStore, login: str) -> None:
    client = a_client(store, login)

    answers = [put_line(client), client.delete("/v1/plans/plan-2027/lines/N1")]

    assert {answer.json()["title"] for answer in answers} == {"role-not-allowed"}


def test_a_line_is_not_put_for_another_site(office: TestClient) -> None:
    answer = office.put("/v1/plans/plan-2027/lines/N1", json=LINE, headers={"X-CSRF-Token": ""})

    assert answer.json()["title"] == "cross-site-request"


def test_the_breaches_come_with_figures_and_remedy_in_words_and_data(office: TestClient) -> None:
    put_line(office, strata={"*": {"numerator": 1, "denominator": 2}})

    found = office.get("/v1/plans/plan-2027/breaches").json()["breaches"]

    wide = [each for each in found if each["rule"] == "ratio-too-high"]
    assert [each["remedy"] for each in wide] == [
        {"action": "lower-ratio", "stratum": "*", "to": "1/10"}
    ]
    assert "50 %" in wide[0]["detail"]
    assert "1/10" in wide[0]["detail"]


def test_a_frame_is_counted_while_typing(office: TestClient) -> None:
    asked = "tags=spa&gradings=food-risk:D&strata=*:1/2:1&strata_by=credit"

    found = office.get(f"/v1/frames/count?{asked}").json()

    assert found == {
        "objects": 4,
        "eligible": 3,
        "places": 2,
        "by_stratum": {"-": 3},
        "expected": {"-": 2},
        "expected_draw": 2,
        "expected_ratio": "2/3",
        "weights": [],
    }


def test_a_count_tells_what_weights_do_to_the_chances(office: TestClient) -> None:
    asked = "tags=spa&strata=*:1/3&weighting=own&weights=food-risk:D:4"

    found = office.get(f"/v1/frames/count?{asked}").json()

    assert (found["eligible"], found["expected_draw"]) == (9, 3)
    heavy, light = found["weights"]
    assert (heavy["weight"], heavy["eligible"], light["weight"], light["eligible"]) == (4, 3, 1, 6)
    assert heavy == {
        "stratum": "-",
        "weight": 4,
        "eligible": 3,
        "expected": "2",
        "chance": "66.7 %",
        "times": "4",
        "certain": False,
    }
    assert light["expected"] == "1"


def test_a_count_takes_the_weights_of_the_profile_of_its_plan(office: TestClient) -> None:
    asked = "tags=spa&strata=*:1/3&weighting=profile"

    found = office.get(f"/v1/frames/count?{asked}&plan_id=plan-2027").json()
    unknown = office.get(f"/v1/frames/count?{asked}&plan_id=plan-1999")

    assert (found["expected_draw"], found["weights"]) == (3, [])
    assert unknown.status_code == 404


def test_weights_that_nobody_would_use_are_refused(office: TestClient) -> None:
    weights = [{"by": "credit", "value": "D", "weight": 4}]

    idle = put_line(office, weights=weights)
    light = put_line(office, weighting="own", weights=[{"by": "credit", "value": "D", "weight": 0}])
    taken = put_line(office, weighting="own", weights=weights, items_always=["MA-01"])

    assert (idle.status_code, light.status_code) == (422, 422)
    assert taken.json()["weights"] == weights
    assert taken.json()["items_always"] == ["MA-01"]


def test_strata_of_a_grading_scheme_and_a_fixed_number_are_counted(office: TestClient) -> None:
    by_scheme = office.get(
        "/v1/frames/count?tags=spa&strata_by=food-risk&strata=D:1/1&strata=*:1/10"
    ).json()
    fixed = office.get("/v1/frames/count?tags=spa&number=4").json()

    assert by_scheme["expected"] == {"-": 1, "D": 3}
    assert (fixed["by_stratum"], fixed["expected"]) == ({"-": 9}, {"*": 4})


@pytest.mark.parametrize(
    "asked", ["strata=D", "strata=D:1/0", "gradings=food", "number=0", "colour=red", "weights=D:4"]
)
def test_a_count_that_is_not_understood_is_refused(office: TestClient, asked: str) -> None:
    answer = office.get(f"/v1/frames/count?{asked}")

    assert (answer.status_code, answer.json()["title"]) == (422, "request-invalid")


@pytest.mark.parametrize(
    "path", ["/v1/frames/count", "/v1/plans/plan-2027/breaches", "/v1/plans/plan-2027/burden"]
)
def test_departments_do_not_see_counts_made_from_internal_classes(
    store: FakeStore, path: str
) -> None:
    answer = a_client(store, "market1").get(path)

    assert answer.status_code == 403


def test_an_amendment_is_proposed_listed_and_adopted_by_another_person(
    store: FakeStore, office: TestClient
) -> None:
    line = LINE | {"window_from": "2026-05-04", "window_to": "2026-05-29"}
    body = {"reason": "县政府交办", "line": {"code": "T1", **line}}
    made = office.post("/v1/plans/plan-2026/temporary-lines", json=body)
    path = "/v1/plans/plan-2026/amendments"

    alone = office.post(f"{path}/plan-2026.1/adopt", json={"document": "7号"})
    done = a_client(store, "office2").post(f"{path}/plan-2026.1/adopt", json={"document": "7号"})
    [listed] = office.get(path).json()["values"]

    assert made.json() == {
        "act": "add-temporary-line",
        "subject": "plan-2026.1",
        "state": "proposed",
    }
    assert alone.json()["title"] == "two-persons-needed"
    assert done.json()["state"] == "adopted"
    assert (listed["reason"], listed["document"]) == ("县政府交办", "7号")
    assert {each["line"] for each in listed["difference"]} == {"T1"}


def test_a_change_without_its_line_is_refused(office: TestClient) -> None:
    body = {"reason": "x", "changes": [{"kind": "change", "code": "L1"}]}

    answer = office.post("/v1/plans/plan-2026/amendments", json=body)

    assert answer.json()["title"] == "request-invalid"


def test_forecast_burden_year_end_and_difference_answer(office: TestClient) -> None:
    put_line(office)

    forecast = office.get("/v1/plans/plan-2027/forecast").json()
    burden = office.get("/v1/plans/plan-2027/burden").json()
    year_end = office.get("/v1/plans/plan-2026/year-end").json()
    difference = office.get("/v1/plans/plan-2027/difference/plan-2026").json()

    assert forecast["visits"] == 1
    assert {load["department"] for load in forecast["loads"]} == {
        "fire-rescue",
        "market-regulation",
    }
    assert (burden["cap"], burden["places"]) == (4, 2)
    assert year_end == {"breaches": []}
    # N1 bears the name of L1 and is compared with it.
    assert {each["line"] for each in difference["differences"]} == {"L1", "L2"}
