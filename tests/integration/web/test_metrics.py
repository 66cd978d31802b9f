"""`/metrics` is there for who brings the token, and nowhere else."""

import pytest

from coordinator.adapters.metrics import exposition
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

TOKEN = "scrape-me"  # noqa: S105 - of this test only


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer other", "Bearer scrape-me "])
def test_without_the_token_there_is_no_such_page(given: str) -> None:
    client = a_client(a_store(), "", metrics_token=TOKEN, exposition=exposition)

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_an_office_that_set_no_token_has_no_such_page() -> None:
    client = a_client(a_store(), "office1", exposition=exposition)

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_token_gets_figures_and_nobodys_data() -> None:
    client = a_client(a_store(), "", metrics_token=TOKEN, exposition=exposition)

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.headers["content-type"].startswith("text/plain")
    assert "onevisit_messages_parked 1.0" in answer.text
    assert 'onevisit_agent_state{agent="dept-health",state="silent"} 1.0' in answer.text
    assert "平川" not in answer.text
    assert "uscc:" not in answer.text
