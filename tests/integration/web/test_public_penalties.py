"""A penalty on the public site and on the console: its last day, and that it is over."""

from datetime import date

import pytest

from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PublicationEnd
from tests.integration.web.builders import AT, EARLY_TARGET
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.county_sanctions import a_publication
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
ADDRESS = "/penalties/pp0001"


def result_address(store: FakeStore) -> str:
    found = store.collections["disclosures"].values.values()
    return next(f"/results/{d.disclosure_id}" for d in found if d.result_id == "r0001")


def test_a_shown_penalty_stands_at_its_address_and_with_its_result_with_its_last_day() -> None:
    store = a_store()
    client = a_client(store)

    page = client.get(ADDRESS, headers=HTML)
    result = client.get(result_address(store), headers=HTML).text

    assert page.status_code == 200
    for said in ("平市监罚（2026）12号", "一般", "国家发展改革委令第36号", "2026-10-28"):
        assert said in page.text
    assert ADDRESS in result
    assert "2026-10-28" in result


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shown_until": date(2026, 3, 31)}, "公示期满"),
        (
            {
                "state": PublicationState.ENDED,
                "end": PublicationEnd.REPAIRED,
                "ended_at": AT,
            },
            "信用修复",
        ),
    ],
)
def test_one_that_is_over_says_since_when_and_why_and_nothing_of_its_content(
    changes: dict[str, object], said: str
) -> None:
    store = a_store()
    put(store, "penalty_publications", a_publication(**changes))
    client = a_client(store)

    page = client.get(ADDRESS, headers=HTML)
    result = client.get(result_address(store), headers=HTML).text

    assert page.status_code == 410
    assert said in page.text
    assert "国家发展改革委令第36号" in page.text
    assert EARLY_TARGET not in page.text
    assert "平市监罚（2026）12号" not in page.text
    assert "平市监罚（2026）12号" not in result


@pytest.mark.parametrize("state", [PublicationState.WAITING, PublicationState.NOT_SHOWN])
def test_one_that_never_showed_is_nowhere(state: PublicationState) -> None:
    store = a_store()
    put(store, "penalty_publications", a_publication(state=state, times_shown=0, shown_at=None))
    client = a_client(store)

    assert client.get(ADDRESS, headers=HTML).status_code == 404
    assert "平市监罚（2026）12号" not in client.get(result_address(store), headers=HTML).text


def test_the_console_shows_the_last_day_and_the_minimum_to_the_organ_and_to_no_other() -> None:
    store = a_store()
    client = a_client(store, "market1")

    one = client.get("/console/penalties/pp0001", headers=HTML)
    all_of_them = client.get("/console/penalties", headers=HTML).text
    other = a_client(store, "fire1").get("/console/penalties/pp0001", headers=HTML)

    assert "2026-10-28" in one.text
    assert "2026-07-28" in one.text
    assert "/console/penalties/pp0001" in all_of_them
    assert other.status_code == 403
