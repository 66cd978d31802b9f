"""Exchange with platforms and sharing on the console: who sees what, and what can be done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coordinator.domain.distribution import ResultSubscription, Share
from coordinator.domain.exchange import ExchangeBatch, ExchangeRecord, body_of, with_body
from coordinator.domain.lifecycle import ExchangeState
from coordinator.domain.policy import ExchangeKind
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
KEY = "credit-publicity.result.d0001"
SHARE = "v0001.market-regulation.fire-rescue.1"


def a_record(**changes: Any) -> ExchangeRecord:
    record = ExchangeRecord(
        record_id=KEY,
        platform="credit-publicity",
        kind=ExchangeKind.RESULT,
        subject="d0001",
        title="平川某店 · 登记事项检查",
        body="",
        digest="",
        state=ExchangeState.REFUSED,
        made_at=AT,
        batch=1,
        sent_at=AT,
        reason="机关代码未备案",
    )
    return replace(with_body(record, body_of({"disclosure": "d0001"})), **changes)


def a_share(**changes: Any) -> Share:
    values: dict[str, Any] = {
        "share_id": SHARE,
        "round_id": "2026-Q2",
        "visit_id": "v0001",
        "from_department": "market-regulation",
        "to_department": "fire-rescue",
        "version": 1,
        "shared_at": AT,
    }
    return Share(**{**values, **changes})


@pytest.fixture
def store() -> FakeStore:
    filled = a_store()
    filled.at = AT + timedelta(days=30)
    put(filled, "exchange_records", a_record())
    batch = ExchangeBatch(
        batch_id="credit-publicity.1",
        platform="credit-publicity",
        number=1,
        file_name="credit-publicity-000001.jsonl",
        content=b"{}\n",
        digest="ab" * 32,
        number_of_records=1,
        made_at=AT,
        written_at=AT,
    )
    put(filled, "exchange_batches", batch)
    put(filled, "shares", a_share())
    return filled


def test_the_office_sees_what_a_platform_refused_and_why(store: FakeStore) -> None:
    client = a_client(store, "office1")

    page = client.get("/console/exchange", headers=HTML).text
    record = client.get(f"/console/exchange/records/{KEY}", headers=HTML).text
    overview = client.get("/console", headers=HTML).text

    assert "平台退回" in page
    assert "机关代码未备案" in record
    assert "send-record-again" in record
    assert "公示平台退回 1 条数据" in overview
    assert "1 批逾时没有回执" in overview


def test_a_batch_that_can_not_be_written_alarms_and_one_of_a_former_platform_does_not(
    store: FakeStore,
) -> None:
    [written] = store.collections["exchange_batches"].values.values()
    stuck = replace(written, batch_id="credit-publicity.2", number=2, written_at=None)
    former = replace(written, batch_id="former.1", platform="former", number=1)
    put(store, "exchange_batches", stuck, former)
    client = a_client(store, "office1")

    page = client.get("/console/exchange/batches", headers=HTML).text
    overview = client.get("/console", headers=HTML).text

    for text in (page, overview):
        assert "1 批逾时没有回执" in text
        assert "1 批一直没能写进平台的文件夹" in text


def test_a_daily_list_that_does_not_come_alarms_on_the_overview_and_where_it_is_brought(
    store: FakeStore,
) -> None:
    client = a_client(store, "office1")

    page = client.get("/console/exchange/reconciliations", headers=HTML).text
    overview = client.get("/console", headers=HTML).text

    for text in (page, overview):
        assert "国家企业信用信息公示系统 已超过 48 小时没有每日清单" in text
        assert "监管”平台 已超过" not in text


@pytest.mark.parametrize("tab", ["", "/batches", "/replies", "/reconciliations"])
def test_departments_do_not_see_the_exchange_and_auditors_do(store: FakeStore, tab: str) -> None:
    path = f"/console/exchange{tab}"

    assert a_client(store, "market1").get(path, headers=HTML).status_code == 403
    assert a_client(store, "auditor1").get(path, headers=HTML).status_code == 200


def test_a_record_is_sent_again_with_a_note(store: FakeStore) -> None:
    client = a_client(store, "office1")

    empty = client.post(f"/v1/exchange-records/{KEY}/again", json={"note": " "})
    done = client.post(f"/v1/exchange-records/{KEY}/again", json={"note": "已备案"})

    assert empty.status_code == 422
    assert (done.status_code, done.json()["state"]) == (200, "pending")
    listed = client.get("/v1/exchange-records", params={"state": "pending"}).json()
    assert [(each["attempt"], each["note"]) for each in listed["values"]] == [(2, "已备案")]


def test_an_uploaded_list_is_compared_and_shows_what_differs(store: FakeStore) -> None:
    # Records and their digests are two readings of one table.
    for reading in ("exchange_records", "exchange_digests"):
        put(store, reading, a_record(state=ExchangeState.ACCEPTED, reason=None))
    client = a_client(store, "office1")
    form = {"platform": "credit-publicity", "csrf": client.headers["X-CSRF-Token"]}
    path = "/console/exchange/reconciliations"

    answer = client.post(
        path, data=form, files={"file": ("l.csv", b"record,digest\nx,1\n")}, headers=HTML
    )
    page = client.get(answer.headers["location"], headers=HTML).text
    listed = client.get(path, headers=HTML).text

    assert answer.status_code == 303
    assert "平台缺少" in page
    assert KEY in page
    assert "有差异" in listed


@pytest.mark.parametrize("content", [b"", b"id,hash\n", b"\xff\xfe\x00"])
def test_a_list_that_can_not_be_read_is_refused_on_the_form(
    store: FakeStore, content: bytes
) -> None:
    client = a_client(store, "office1")
    form = {"platform": "credit-publicity", "csrf": client.headers["X-CSRF-Token"]}

    answer = client.post(
        "/console/exchange/reconciliations",
        data=form,
        files={"file": ("l.csv", content)},
        headers=HTML,
    )

    assert answer.status_code == 422
    assert "没有对成" in answer.text
    assert not store.collections["reconciliations"].values


def test_a_comparison_needs_the_token_and_the_office(store: FakeStore) -> None:
    path = "/console/exchange/reconciliations"
    files = {"file": ("l.csv", b"record,digest\n")}

    without = a_client(store, "office1").post(path, data={"platform": "x"}, files=files)
    auditor = a_client(store, "auditor1")
    form = {"platform": "credit-publicity", "csrf": auditor.headers["X-CSRF-Token"]}

    assert without.status_code == 403
    assert auditor.post(path, data=form, files=files, headers=HTML).status_code == 403


def test_a_silent_receiver_shows_to_sender_and_office_and_can_be_sent_to_again(
    store: FakeStore,
) -> None:
    office = a_client(store, "office1")
    sender = a_client(store, "market1")
    receiver = a_client(store, "fire1")

    listed = office.get("/console/distribution", headers=HTML).text
    assert "逾时未签收" in listed
    assert 'href="?to_department=fire-rescue"' in listed
    assert "1 份结果逾时未签收" in sender.get("/console", headers=HTML).text
    assert "resend-share" in sender.get(f"/console/distribution/shares/{SHARE}", headers=HTML).text
    page = receiver.get(f"/console/distribution/shares/{SHARE}", headers=HTML)
    assert page.status_code == 200
    assert "resend-share" not in page.text


def test_a_share_is_seen_by_its_two_departments_and_overseers_only(store: FakeStore) -> None:
    other = a_share(share_id="v0001.market-regulation.health.1", to_department="health")
    covert = a_share(share_id="v0900.market-regulation.health.1", round_id="2026-C1")
    put(store, "shares", other, covert)
    fire, office = a_client(store, "fire1"), a_client(store, "office1")

    def status(client: Any, share: Share) -> int:
        answer = client.get(f"/console/distribution/shares/{share.share_id}", headers=HTML)
        return int(answer.status_code)

    assert status(fire, other) == 404
    assert status(office, other) == 200
    assert status(office, covert) == 404
    listed = fire.get("/v1/shares").json()["values"]
    assert {each["to_department"] for each in listed} == {"fire-rescue"}


def test_subscriptions_show_who_gets_which_objects_and_end_by_their_own(store: FakeStore) -> None:
    made = ResultSubscription(
        subscription_id="s0001",
        department="market-regulation",
        object_type="premises",
        reason="日常监管",
        asked_by="market2",
        asked_at=AT,
    )
    put(store, "result_subscriptions", made)
    path = "/console/distribution/subscriptions"

    own = a_client(store, "market2").get(path, headers=HTML).text
    others = a_client(store, "fire1").get(path, headers=HTML).text

    assert "经营场所" in own
    assert "end-subscription" in own
    assert "end-subscription" not in others
    assert "日常监管" in others
