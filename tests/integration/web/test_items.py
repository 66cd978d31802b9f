"""Console pages of the item list: read, proposed, returned, merged."""

from itertools import product

import pytest

from coordinator.domain.lifecycle import ProposalState
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.item_steps import HTML, ITEM, act, form_of, propose, publish

PAGES = (
    "/console/registers/items",
    "/console/registers/items?q=登记&department=market-regulation",
    f"/console/registers/items/{ITEM}",
    "/console/registers/item-lists",
    "/console/registers/item-lists/1",
    "/console/registers/item-proposals",
    "/console/registers/joint-list",
    "/console/registers/joint-list/3",
    "/console/registers/joint-list/4",
    "/console/registers/duties",
)


@pytest.fixture
def store() -> FakeStore:
    return a_store()


@pytest.mark.parametrize("login", ["office1", "market3", "auditor1"])
def test_everybody_on_the_console_reads_the_lists(store: FakeStore, login: str) -> None:
    publish(store)
    client = a_client(store, login)

    for path, language in product(PAGES, ("zh", "en")):
        answer = client.get(path, params={"lang": language}, headers=HTML)
        assert answer.status_code == 200, (path, answer.text)


def test_an_item_page_shows_what_it_is_and_where_it_is_planned(store: FakeStore) -> None:
    text = a_client(store, "market3").get(f"/console/registers/items/{ITEM}").text

    assert "《企业信息公示暂行条例》（国务院令第654号）第十四条、第十五条" in text
    assert "旅馆业联合检查" in text
    assert f'href="/console/registers/item-form/{ITEM}"' in text
    assert "propose-item-end" in text


def test_only_its_own_department_is_offered_to_change_an_item(store: FakeStore) -> None:
    for login in ("fire1", "office1", "auditor1"):
        text = a_client(store, login).get(f"/console/registers/items/{ITEM}").text
        assert "item-form" not in text
        assert "propose-item-end" not in text


def test_a_new_item_is_proposed_with_its_checkpoints(store: FakeStore) -> None:
    proposal_id = propose(store)

    (proposal,) = store.collections["item_proposals"].values.values()
    assert (proposal.proposal_id, proposal.department) == (proposal_id, "market-regulation")
    assert [point.code for point in proposal.item.checkpoints] == ["MA-09-1"]
    assert len(proposal.item.legal_bases) == 2
    text = a_client(store, "office1").get(f"/console/registers/item-proposals/{proposal_id}").text
    assert "是否办理使用登记" in text
    assert "return-item-proposal" in text


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(store: FakeStore) -> None:
    client = a_client(store, "market3")
    data = form_of(client, legal_bases="", estimated_minutes="半小时", **{"checkpoint-0-text": ""})

    answer = client.post("/console/registers/item-form", data=data, headers=HTML)

    assert answer.status_code == 422
    assert "检查依据：至少选择一项" in answer.text or "检查依据：" in answer.text
    assert "预计分钟：应为整数" in answer.text
    assert "第 1 个要点 要点：不能为空" in answer.text
    assert "特种设备使用登记检查" in answer.text
    assert "MA-09-1" in answer.text
    assert store.collections["item_proposals"].values == {}


def test_faults_of_the_rules_are_all_said_at_once(store: FakeStore) -> None:
    client = a_client(store, "market3")
    data = form_of(client, methods=["望气"], valid_to="2026-01-01", code="新事项")

    answer = client.post("/console/registers/item-form", data=data, headers=HTML)

    assert answer.status_code == 422
    for words in ("编码“新事项”", "检查方式“望气”", "止日早于起日"):
        assert words in answer.text


def test_more_room_for_checkpoints_sends_nothing(store: FakeStore) -> None:
    client = a_client(store, "market3")

    answer = client.post("/console/registers/item-form", data=form_of(client, more="1"))

    assert answer.status_code == 200
    assert 'name="checkpoint-2-code"' in answer.text
    assert store.collections["item_proposals"].values == {}


def test_a_change_shows_field_by_field_what_differs(store: FakeStore) -> None:
    client = a_client(store, "market3")
    text = client.get(f"/console/registers/item-form/{ITEM}").text
    data = form_of(client, name="登记与公示检查", checkpoint_none="")
    answer = client.post(f"/console/registers/item-form/{ITEM}", data=data)

    page = client.get(answer.headers["location"]).text

    assert 'value="登记事项检查"' in text
    assert '<del class="was">登记事项检查</del>' in page
    assert '<ins class="is">登记与公示检查</ins>' in page


def test_the_office_merges_what_it_chose_and_another_person_publishes(store: FakeStore) -> None:
    proposal = propose(store)
    first = a_client(store, "office1")
    page = first.get("/console/registers/item-merge").text
    answer = first.post(
        "/console/acts/merge-item-proposals",
        data={"csrf": first.headers["X-CSRF-Token"], "proposals": [proposal]},
    )
    draft = str(answer.headers["location"]).partition("?")[0]

    assert f'value="{proposal}"' in page
    assert "publish-item-list" not in first.get(draft).text
    assert "publish-item-list" in a_client(store, "office2").get(draft).text


def test_merging_nothing_is_refused_with_a_reason(store: FakeStore) -> None:
    client = a_client(store, "office1")

    answer = client.post(
        "/console/acts/merge-item-proposals", data={"csrf": client.headers["X-CSRF-Token"]}
    )

    assert answer.status_code == 422
    assert "至少选择一项" in answer.text


def test_a_department_neither_merges_nor_sees_other_proposals(store: FakeStore) -> None:
    proposal = propose(store)
    other = a_client(store, "fire1")

    assert other.get("/console/registers/item-merge", headers=HTML).status_code == 403
    page = other.get(f"/console/registers/item-proposals/{proposal}", headers=HTML)
    assert page.status_code == 403
    assert "特种设备" not in other.get("/console/registers/item-proposals").text


def test_a_returned_proposal_shows_its_reason_to_the_department(store: FakeStore) -> None:
    proposal = propose(store)
    act(store, "office1", f"item-proposals/{proposal}/return", reason="请附部门规章")

    text = a_client(store, "market3").get(f"/console/registers/item-proposals/{proposal}").text

    assert "办公室退回：请附部门规章" in text
    found = store.collections["item_proposals"].values[proposal,]
    assert found.state is ProposalState.RETURNED


def test_the_form_does_not_call_who_checks_optional() -> None:
    page = a_client(a_store(), "market3").get("/console/registers/item-form", headers=HTML).text

    label = page[page.index('for="in-subject_organs"') :].partition("</label>")[0]
    assert "可不填" not in label
    assert "检查层级、检查主体、指定机关至少填一项" in page
