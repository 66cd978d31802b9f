"""The published list for everybody; links of the joint list; duties of posts."""

from dataclasses import replace

import pytest

from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.item_steps import HTML, ITEM, act, propose, publish


@pytest.fixture
def store() -> FakeStore:
    return a_store()


def test_the_public_reads_items_versions_and_what_changed(store: FakeStore) -> None:
    publish(store)
    site = a_client(store)

    listed = site.get("/items").text
    item = site.get("/items/MA-09").text
    version = site.get("/item-lists/1").text

    assert "最新是第 1 版，2026-05-01 起生效" in listed
    assert "尚未生效" in listed
    assert "是否办理使用登记" in item
    assert "已办理并在有效期内" in item
    assert "平联办（2026）8号" in version
    assert 'href="/items/MA-09"' in version


def test_drafts_and_reasons_of_proposals_are_not_public(store: FakeStore) -> None:
    proposal = propose(store)
    act(store, "office1", "item-lists", proposals=[proposal])
    site = a_client(store)

    assert site.get("/items/MA-09", headers=HTML).status_code == 404
    assert site.get("/item-lists/1", headers=HTML).status_code == 404
    for path in ("/items", "/item-lists"):
        assert "特种设备使用登记检查" not in site.get(path).text


def test_the_public_list_is_searched_by_department_category_and_object(store: FakeStore) -> None:
    publish(store)
    site = a_client(store)

    for query in ("category=特种设备", "object_type=特种设备使用单位", "q=使用登记"):
        text = site.get(f"/items?{query}").text
        assert "特种设备使用登记检查" in text
        assert "登记事项检查" not in text.replace("使用登记检查", "")


def test_annex_1_holds_the_nine_official_columns(store: FakeStore) -> None:
    publish(store)
    client = a_client(store)

    answer = client.get("/item-lists/1/annex-1.xlsx")

    assert answer.status_code == 200
    assert "spreadsheetml" in answer.headers["content-type"]


def test_the_api_gives_versions_with_what_they_change(store: FakeStore) -> None:
    publish(store)
    client = a_client(store, "market3")

    lists = client.get("/v1/item-lists").json()
    (version,) = lists["values"]
    whole = client.get(f"/v1/item-lists/{version['list_id']}").json()

    assert version["number"] == 1
    assert [(c["code"], c["kind"]) for c in version["changes"]] == [("MA-09", "added")]
    assert {item["code"] for item in whole["items"]} >= {"MA-09", ITEM}
    assert client.get("/v1/items/MA-09").json()["checkpoints"][0]["code"] == "MA-09-1"


def test_a_row_is_linked_and_unlinked_by_the_office_with_its_history(store: FakeStore) -> None:
    client = a_client(store, "office1")
    token = {"csrf": client.headers["X-CSRF-Token"]}
    page = client.get("/console/registers/joint-list/4").text
    client.post("/console/acts/link-joint-row/4", data={**token, "item": ITEM})
    linked = client.get("/console/registers/joint-list/4").text
    client.post("/console/acts/unlink-joint-row/4", data={**token, "item": ITEM})
    unlinked = client.get("/console/registers/joint-list/4").text

    assert f'name="item" value="{ITEM}"' in page
    assert "unlink-joint-row" in linked
    assert "解除联合清单一行的关联" in unlinked
    assert store.collections["joint_list"].values[4,].linked_items == ()


def test_the_rows_that_still_need_a_person_are_found(store: FakeStore) -> None:
    text = a_client(store, "office1").get("/console/registers/joint-list?missing=linked_items").text

    assert "旅馆业治安管理检查" in text
    assert "登记事项检查" not in text


def test_a_published_conflict_of_shared_codes_is_shown_to_the_office(store: FakeStore) -> None:
    asked = {"checkpoint-0-shared_code": "licence"}
    first = propose(store, **asked)
    draft = act(store, "office1", "item-lists", proposals=[first])["subject"]
    publish = {"file_number": "8号", "effective_date": "2026-05-01"}
    act(store, "office2", f"item-lists/{draft}/publish", **publish)
    snapshots = store.collections["item_versions"].values
    own = snapshots[1, "MA-09"]
    point = own.item.checkpoints[0].model_copy(update={"text": "是否张挂"})
    other = snapshots[1, "FI-01"]
    changed = other.item.model_copy(update={"checkpoints": (point,)})
    snapshots[1, "FI-01"] = replace(other, item=changed)

    text = a_client(store, "office1").get("/console/registers/item-lists/1").text

    assert "1 处共用要点码问法不同" in text
    assert "MA-09" in text


def test_duties_are_drafted_and_published_by_two_persons_of_a_department(
    store: FakeStore,
) -> None:
    draft = act(
        store,
        "market1",
        "duty-lists",
        post="现场检查人员",
        duties=["出示证件", "逐项检查"],
        exemptions=["照单检查仍未发现隐蔽问题"],
        basis="《优化营商环境条例》第五十四条",
    )["subject"]
    alone = a_client(store, "market1").post(
        f"/v1/duty-lists/{draft}/publish", json={"effective_date": "2026-05-01"}
    )
    hidden = a_client(store).get(f"/duties/{draft}", headers=HTML)
    act(store, "market2", f"duty-lists/{draft}/publish", effective_date="2026-05-01")

    assert alone.status_code == 409
    assert hidden.status_code == 404
    text = a_client(store).get(f"/duties/{draft}").text
    assert "逐项检查" in text
    assert "照单检查仍未发现隐蔽问题" in text
    assert "现场检查人员" in a_client(store).get("/duties").text
    assert a_client(store, "fire1").get(f"/console/registers/duties/{draft}").status_code == 200
