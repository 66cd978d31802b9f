"""The ceremony on pages: who is late by name, what may be done, and the screen in the room."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.draw_record import Source
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.cancelling import Cancellation
from coordinator.domain.lottery.ceremony import Contributor
from coordinator.domain.lottery.silence import VoidAttempt, VoidCause
from coordinator.services.ports import AuditEntry
from tests.integration.web.builders import AT, a_round
from tests.integration.web.client import a_client
from tests.integration.web.county import SECRET_VALUE, a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
ROUND = "2026-Q3"
SCREEN = f"/console/rounds/{ROUND}/screen"
UNDRAWN = {
    "draw_requested_by": None,
    "drawn_by": None,
    "drawn_at": None,
    "outcome": None,
    "transcript_hash": None,
}
CODES = ("fire-rescue", "health", "market-regulation", "office")

A_CANCELLATION = Cancellation(
    round_id=ROUND,
    reason="plan-changed",
    note="并入第三季度",
    requested_by="office1",
    requested_at=AT,
    lines=("L3",),
    awaited=("health",),
)


def a_ceremony(state: RoundState, revealed: tuple[str, ...] = (), **changes: Any) -> FakeStore:
    """Give a county whose round 2026-Q3 is in this state, past its deadline unless told."""
    store = a_store()
    values = {"title": "第三季度", "lines": ("L3",), "deadline_at": store.at - timedelta(hours=1)}
    drawn = a_round(round_id=ROUND, state=state, attempt=2, **{**UNDRAWN, **values, **changes})
    store.collections["rounds"].values[(ROUND,)] = drawn
    for code in CODES:
        store.collections["contributors"].values[(ROUND, code)] = Contributor(
            round_id=ROUND,
            code=code,
            head="cd" * 32,
            receipt_at="2026-04-01T02:00:00Z",
            receipt_attempt=2,
            value=SECRET_VALUE if code in revealed else None,
            value_attempt=2 if code in revealed else 1,
            number_of_reminders=2,
            reminded_at=AT,
            number_silent=3 if code == "health" else 0,
        )
    put(
        store,
        "void_attempts",
        VoidAttempt(
            round_id=ROUND,
            attempt=1,
            cause=VoidCause.SILENCE,
            commit_hash="ab" * 32,
            silent=("health",),
            revealed=("fire-rescue", "office"),
            statements={"health": "机房停电"},
            reason="health: 机房停电 [at signature]",
            transcript_hash="cd" * 32,
            frozen_at=AT,
            deadline_at=AT,
            voided_at=AT,
            voided_by="office1",
        ),
    )
    return store


def page(store: FakeStore, path: str, person: str = "office1") -> str:
    answer = a_client(store, person).get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_withheld_reveal_shows_with_its_name_on_round_and_screen() -> None:
    store = a_ceremony(RoundState.REVEALING, revealed=("fire-rescue", "office"))

    shown, screen = page(store, f"/console/rounds/{ROUND}"), page(store, SCREEN)
    public = a_client(store).get(f"/rounds/{ROUND}", headers=HTML).text

    assert (
        shown.count("逾期未揭示") == screen.count("! 逾期未揭示") == public.count("逾期未揭示") == 2
    )
    assert "已提醒 2 次" in shown
    assert "机房停电" in shown
    assert "作废本次抽签" in shown
    assert "期限已过" in screen
    for text in (shown, screen, public):
        assert "市场监" in text
        assert SECRET_VALUE not in text


def test_before_the_deadline_nobody_is_late_and_nothing_is_voided() -> None:
    store = a_ceremony(RoundState.REVEALING)
    ahead = store.at + timedelta(hours=2, minutes=3)
    rounds = store.collections["rounds"].values
    rounds[(ROUND,)] = replace(rounds[(ROUND,)], deadline_at=ahead)

    shown, screen = page(store, f"/console/rounds/{ROUND}"), page(store, SCREEN)

    assert "逾期未揭示" not in shown + screen
    assert "/console/acts/void-attempt" not in shown
    assert "/console/acts/remind-contributors" in shown
    assert "2:03:00" in screen


def test_the_screen_looks_again_with_and_without_script_until_the_draw() -> None:
    waiting = page(a_ceremony(RoundState.FROZEN), SCREEN)
    drawn = page(a_store(), "/console/rounds/2026-Q2/screen")

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting
    assert "data-refresh-seconds" in waiting
    assert "refresh" not in drawn.replace("data-refresh-seconds", "refresh")


def test_the_screen_names_no_object_that_the_public_page_does_not() -> None:
    store = a_store()
    names = [each.name for each in store.collections["objects"].values.values()]

    for round_id in ("2026-Q2", "2026-C1"):
        screen = page(store, f"/console/rounds/{round_id}/screen")
        public = a_client(store).get(f"/rounds/{round_id}", headers=HTML).text
        assert {name for name in names if name in screen} <= {n for n in names if n in public}
        assert round_id != "2026-C1" or not [name for name in names if name in screen]


def test_a_person_sees_the_acts_that_are_due_and_never_both_halves() -> None:
    asked = a_ceremony(
        RoundState.FROZEN, refreeze_requested_by="office1", refreeze_reason="人员调离"
    )

    first, second = (page(asked, f"/console/rounds/{ROUND}", who) for who in ("office1", "office2"))

    assert "/console/acts/refreeze-round" not in first
    assert "/console/acts/refreeze-round" in second
    assert "已提出重新冻结" in first


def test_an_open_round_past_its_deadline_can_be_extended_or_given_up() -> None:
    store = a_ceremony(RoundState.OPEN)
    contributors = store.collections["contributors"].values
    contributors[(ROUND, "health")] = replace(contributors[(ROUND, "health")], head=None)

    shown = page(store, f"/console/rounds/{ROUND}")

    assert "/console/acts/note-silence" in shown
    assert "/console/acts/request-cancellation" in shown
    assert "/console/acts/cancel-round" not in shown
    form = page(store, f"/console/acts/request-cancellation/{ROUND}")
    assert "有部门始终不提交承诺" in form


def test_whoever_asked_to_cancel_is_named_and_another_confirms() -> None:
    store = a_ceremony(RoundState.FROZEN)
    put(store, "cancellations", A_CANCELLATION)

    first, second = (page(store, f"/console/rounds/{ROUND}", who) for who in ("office1", "office2"))

    assert "/console/acts/cancel-round" not in first
    assert "/console/acts/cancel-round" in second
    assert "已提出撤销批次" in first


def test_a_cancelled_round_says_why_and_who_had_not_answered_to_everybody() -> None:
    store = a_ceremony(RoundState.CANCELLED, lines=())
    decided = replace(A_CANCELLATION, decided_by="office2", decided_at=AT)
    put(store, "cancellations", decided)

    shown = page(store, f"/console/rounds/{ROUND}")
    public = a_client(store).get(f"/rounds/{ROUND}", headers=HTML).text

    for text in (shown, public):
        assert "计划任务须调整" in text
        assert "并入第三季度" in text
        assert "卫生健康" in text
        assert "已撤销" in text
    assert "L3" in shown
    assert "office1" not in public


def test_who_was_silent_often_enough_has_its_button_while_the_round_is_open() -> None:
    store = a_ceremony(RoundState.OPEN)

    shown = page(store, f"/console/rounds/{ROUND}")

    assert f"/console/acts/leave-out/{ROUND}/health" in shown
    assert shown.count("/console/acts/leave-out/") == 1


def test_an_external_source_shows_its_value_and_takes_the_publishers_file() -> None:
    source = Source(name="nist:2:1234567", at="2026-04-01T00:00:00Z")
    store = a_ceremony(RoundState.REVEALING, sources=(source,))
    client = a_client(store, "office1")
    assert "已公布，等待录入" in client.get(f"/console/rounds/{ROUND}", headers=HTML).text

    form = {"csrf": client.headers["X-CSRF-Token"], "name": source.name}
    path = f"/console/rounds/{ROUND}/source-file"
    pulse = b'{"pulse": {"chainIndex": 2, "pulseIndex": 1234567, "outputValue": "%s"}}'
    wrong = client.post(path, data=form, files={"file": ("p.json", b"\xff")}, headers=HTML)
    right = client.post(
        path,
        data=form,
        files={"file": ("p.json", pulse % (b"EF" * 64))},
        headers=HTML,
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "ef" * 64 in client.get(f"/console/rounds/{ROUND}", headers=HTML).text


def test_the_api_says_who_is_late_and_which_attempts_were_void() -> None:
    store = a_ceremony(RoundState.REVEALING, revealed=("fire-rescue", "office"))

    seen = a_client(store, "office1").get(f"/v1/rounds/{ROUND}").json()

    late = [each["code"] for each in seen["contributors"] if each["late"]]
    (void,) = seen["void_attempts"]
    assert late == ["health", "market-regulation"]
    assert (void["silent"], void["statements"]) == (["health"], {"health": "机房停电"})
    assert SECRET_VALUE not in str(seen)


def test_reminders_are_sent_from_the_console_and_counted() -> None:
    store = a_ceremony(RoundState.REVEALING, revealed=("office",))
    client = a_client(store, "office1")

    answer = client.post(f"/v1/rounds/{ROUND}/remind")

    assert answer.status_code == 200, answer.text
    assert len(store.post.sent) == 3
    acts = store.collections["audit_entries"].values.values()
    reminded = [each for each in acts if each.tag == "lottery:contributor:reminded"]
    assert [each.facts["number"] for each in reminded] == [3, 3, 3]
    assert all(isinstance(each, AuditEntry) for each in reminded)
