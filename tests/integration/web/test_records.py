"""Records speak words: who did it, which message, on which clock, under which number."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.lifecycle import LetterState, RoundState
from coordinator.domain.team_draw.values import How
from coordinator.services.ports import AuditEntry, DeadLetter, Incoming, Outgoing
from coordinator.web.words import ACTS, DRAWN_HOW, MESSAGES, SYSTEM_ACTS
from tests.integration.web.builders import AT, a_round
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
ON_THE_MACHINE = datetime(2026, 11, 21, 3, 2, tzinfo=UTC)


def _act(number: int, tag: str, actor: str, subject: str, **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "number": number,
        "at": AT + timedelta(days=number),
        "actor": actor,
        "tag": tag,
        "subject": subject,
        "facts": {},
        "previous": "",
        "digest": f"{number:064x}",
    }
    return AuditEntry(**{**values, **changes})


def _sent(number: int, recipient: str, message: str) -> Outgoing:
    return Outgoing(
        outbox_id=number,
        message_id=f"m{number}",
        aggregate="v0001",
        recipient=recipient,
        sequence=number,
        type=message,
        state="sent",
        created_at=ON_THE_MACHINE,
        sent_at=ON_THE_MACHINE,
        last_error=None,
    )


@pytest.fixture
def store() -> FakeStore:
    store = a_store()
    finished = _act(2, "result-intake:visit:finished", "dept-health", "v0001")
    put(
        store,
        "audit_entries",
        _act(1, "dispatch:task:accepted", "dept-health", "v0001"),
        finished,
        _act(3, "lottery:round:ready", "dept-fire-rescue", "2026-Q2"),
        _act(
            4, "lottery:reveal:accepted", "dept-health", "2026-Q2", facts={"contributor": "health"}
        ),
    )
    put(
        store,
        "outgoing",
        _sent(1, "onevisit.dept.health.events", "ResultShared.v1"),
        _sent(2, "onevisit.credit.log", "ResultDisclosed.v1"),
    )
    came = Incoming(
        consumer="coordinator",
        message_id="m9",
        type="CreditEventAcknowledged.v1",
        sender="credit-credit",
        correlation="v0001",
        received_at=ON_THE_MACHINE,
    )
    put(store, "incoming", came)
    return store


def _page(store: FakeStore, path: str) -> str:
    return a_client(store, "office1").get(path, headers=HTML).text


def test_acts_and_messages_of_a_visit_stand_on_their_own_clocks(store: FakeStore) -> None:
    page = _page(store, "/console/visits/v0001")

    history = page.split('<ol class="log">')[1].split("</ol>")[0]
    assert re.findall(r"<time>(.*?)</time>", history) == ["2026-04-03 10:00", "2026-04-02 10:00"]
    assert "2026-11-21" not in history
    messages = page.split("消息（机器时间）")[1].split("</details>")[0]
    assert "2026-11-21 11:02" in messages
    assert "2026-04" not in messages


def test_messages_of_a_visit_are_told_in_words(store: FakeStore) -> None:
    page = _page(store, "/console/visits/v0001")

    for words in ("结果分送", "发往 卫生健康局 · 通知", "发往 信用事件日志", "来自 信用平台"):
        assert words in page
    for code in ("ResultShared", "onevisit.", "credit-credit", "dept-health"):
        assert code not in page


def test_acts_of_one_moment_stand_in_the_order_of_the_chain() -> None:
    store = a_store()
    tags = ("dispatch:visit:published", "dispatch:task:accepted", "review:report:approved")
    for number, tag in enumerate(tags, 1):
        put(store, "audit_entries", _act(number, tag, "office1", "v0001", at=AT))

    page = _page(store, "/console/visits/v0001")

    places = [page.index(word) for word in ("审核通过 ·", "部门接收任务 ·", "下达检查任务 ·")]
    assert places == sorted(places)


def test_what_follows_by_itself_is_credited_to_the_system(store: FakeStore) -> None:
    visit = _page(store, "/console/visits/v0001")
    drawn = _page(store, "/console/rounds/2026-Q2")

    assert "检查完成 · 系统" in visit
    assert "部门接收任务 · 卫生健康局的系统" in visit
    assert "全部揭示，可以抽取 · 系统" in drawn
    assert "一方揭示 · 卫生健康局的系统</li>" in drawn


def test_the_history_says_for_which_department_somebody_acted() -> None:
    store = a_store()
    put(store, "audit_entries", _act(1, "review:report:approved", "market1", "v0001"))

    assert "审核通过 · 李一（市场监督管理局）" in _page(store, "/console/visits/v0001")


def test_the_audit_chain_still_shows_who_is_on_it(store: FakeStore) -> None:
    page = _page(store, "/console/audit")

    assert '系统<br><span class="small">dept-health</span>' in page


def test_every_message_of_the_catalogue_has_words() -> None:
    assert set(MESSAGES) == set(CATALOGUE)
    assert set(DRAWN_HOW) == {how.value for how in How} | {"replaced", "duty", "liaison"}
    assert set(ACTS) >= SYSTEM_ACTS


@pytest.mark.parametrize(
    ("queue", "word"),
    [
        ("onevisit.inbound", "联席会议办公室 · 收件"),
        ("onevisit.inbound.2", "联席会议办公室 · 收件（onevisit.inbound.2）"),
    ],
)
def test_a_parked_letter_names_message_queue_and_sender(queue: str, word: str) -> None:
    store = a_store()
    letter = DeadLetter(
        dead_letter_id=2,
        message_id="0190-bb",
        type="MeasureFeedback.v1",
        queue=queue,
        routing_key="dept.health.MeasureFeedback.v1",
        user_id="dept-health",
        reason="enveloped data are not valid",
        fingerprint="ff",
        state=LetterState.PARKED,
        replay_count=2,
        parked_at=AT,
    )
    put(store, "dead_letters", letter)

    page = _page(store, "/console/messages")
    own = _page(store, f"/console/messages/{letter.dead_letter_id}")

    for words in ("惩戒反馈", word, "卫生健康局的系统"):
        assert words in page
        assert words in own
    assert "/console/acts/retry-letters/ff?number=1" in page
    assert f"/console/acts/retry-letter/{letter.dead_letter_id}" in own
    assert "restore-letter" not in own


def test_experts_and_the_way_of_drawing_are_words_on_the_teams_page() -> None:
    store = a_store()
    expert = TeamMember(
        member_id="v0002.@food-hygiene.1",
        round_id="2026-Q2",
        visit_id="v0002",
        department="@food-hygiene",
        slot=1,
        person_id="e001",
        leader=False,
        expert=True,
        how="path",
    )
    put(store, "team", expert)

    page = _page(store, "/console/teams?q=e001")

    assert "专家 · food-hygiene" in page
    assert "@food-hygiene" not in page
    assert "为补齐缺位调整" in page
    assert "专家 · food-hygiene" in _page(store, "/console/visits/v0002")


@pytest.mark.parametrize("path", ["/console/teams", "/console/checks"])
def test_lists_name_the_task_number(path: str) -> None:
    page = _page(a_store(), f"{path}?q=v0002")

    assert '<a href="/console/visits/v0002">平联抽查（2026）0002号</a>' in page


def test_codes_of_a_result_are_small_beside_their_words_and_said_once() -> None:
    visit = _page(a_store(), "/console/visits/v0001")
    bad = _page(a_store(), "/console/results/r0002")

    assert visit.count("未发现问题") == 1
    assert '发现问题待后续处理 <span class="small mono">A</span>' in visit
    assert '发现问题待后续处理 <span class="small mono">A</span>' in bad


def test_who_entered_and_was_present_is_named() -> None:
    page = _page(a_store(), "/console/results/r0003")

    assert 'data-t="录入人"><span>赵0</span>' in page
    assert 'data-t="到场"><span>赵0、赵5</span>' in page


@pytest.mark.parametrize(("result", "words"), [("ok", "核验通过"), ("x", "核验未通过")])
def test_the_last_step_of_a_round_says_whether_it_verifies(result: str, words: str) -> None:
    store = a_store()
    put(store, "rounds", a_round(state=RoundState.DISCLOSED, verify_result=result))

    page = _page(store, "/console/rounds/2026-Q2")

    assert f"<small>{words}</small>" in page


def test_english_pages_hold_no_chinese_separators(store: FakeStore) -> None:
    client = a_client(store, "office1")

    for path in ("/console/visits/v0001", "/console/results/r0003", "/console/teams", "/console"):
        page = client.get(path, params={"lang": "en"}, headers=HTML).text
        assert not re.search("[、；：，]", page.replace("演练", "")), path


def test_the_delisting_decision_is_linked_and_given_once_delisted() -> None:
    asked = FakeDocuments()
    client = a_client(a_store(), "office1", documents=asked)

    page = client.get("/console/listings/l0009", headers=HTML).text
    answer = client.get("/console/listings/l0009/delisting.pdf")

    assert 'href="/console/listings/l0009/delisting.pdf"' in page
    assert answer.headers["content-type"] == "application/pdf"
    form, data = asked.asked[-1]
    assert form == "delisting-decision"
    assert data["delisting_number"] == "平市监移（2027）1号"
    assert data["delisting_date"] == "2027-05-06"


def test_nobody_gets_a_delisting_decision_before_it_is_made() -> None:
    client = a_client(a_store(), "office1")

    page = client.get("/console/listings/l0007", headers=HTML).text
    answer = client.get("/console/listings/l0007/delisting.pdf")

    assert "delisting.pdf" not in page
    assert answer.status_code == 404


def test_the_words_of_a_chart_are_text_that_does_not_shrink_with_it() -> None:
    store = a_store()
    store.collections["rounds"].values.pop(("2026-Q3",))

    page = _page(store, "/console")

    chart = page.split('<ul class="bars">')[1].split("</ul>")[0]
    assert "<li><span>市场监督管理局</span><svg" in chart
    assert "<text" not in chart
    assert '<div class="figures six">' in page
