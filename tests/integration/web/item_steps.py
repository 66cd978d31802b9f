"""Steps of the item list over pages and API: propose, merge, publish."""

from typing import Any

from fastapi.testclient import TestClient

from tests.integration.web.client import a_client
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
ITEM = "MA-01"


def form_of(client: TestClient, **changes: Any) -> dict[str, Any]:
    return {
        "csrf": client.headers["X-CSRF-Token"],
        "code": "MA-09",
        "name": "特种设备使用登记检查",
        "category": "特种设备",
        "object_type": "特种设备使用单位",
        "item_class": "general",
        "legal_bases": "《特种设备安全法》第三十三条\n《特种设备安全监察条例》第二十五条",
        "subject_organs": "县级市场监管部门",
        "levels": ["county"],
        "methods": ["现场", "书面"],
        "estimated_minutes": "30",
        "valid_from": "2026-05-01",
        "checkpoint-0-code": "MA-09-1",
        "checkpoint-0-text": "是否办理使用登记",
        "checkpoint-0-kind": "yes_no",
        "checkpoint-0-wording_yes": "已办理并在有效期内",
        "checkpoint-1-kind": "yes_no",
        "reason": "法律修订，新增事项",
        **changes,
    }


def propose(store: FakeStore, **changes: Any) -> str:
    client = a_client(store, "market3")
    answer = client.post("/console/registers/item-form", data=form_of(client, **changes))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0].rpartition("/")[2]


def act(store: FakeStore, login: str, path: str, **entry: Any) -> Any:
    answer = a_client(store, login).post(f"/v1/{path}", json=entry)
    assert answer.status_code == 200, answer.text
    return answer.json()


def publish(store: FakeStore) -> None:
    """Propose, merge and publish one new item."""
    proposal = propose(store)
    draft = act(store, "office1", "item-lists", proposals=[proposal])["subject"]
    act(
        store,
        "office2",
        f"item-lists/{draft}/publish",
        file_number="平联办（2026）8号",
        effective_date="2026-05-01",
    )
