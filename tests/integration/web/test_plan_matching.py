"""Pages of a plan's matching and of what-if: suggestions decided with a click, trials repeated."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine, StratumRule
from tests.integration.web.client import a_client
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.plans import HTML, a_drafting_store, a_line

MATCHING = "/console/plans/plan-2027/matching"
WHAT_IF = "/console/plans/plan-2027/what-if"
SAFETY = "旅馆业治安检查"


def two_lines(**changes: Any) -> FakeStore:
    """Give a draft whose two lines over the forty hotels lie ten days apart."""
    later = {"window_from": date(2027, 5, 10), "window_to": date(2027, 5, 28)}
    every = StratumRule(numerator=1, denominator=5)
    return a_drafting_store(
        a_line("27-01", strata={"*": StratumRule(numerator=1, denominator=4)}),
        a_line("27-02", **{"name": SAFETY, "strata": {"*": every}, **later, **changes}),
    )


def _page(store: FakeStore, path: str, login: str = "office1", status: int = 200) -> str:
    answer = a_client(store, login).get(path, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def _act(store: FakeStore, path: str, **form: str) -> Any:
    client = a_client(store, "office1")
    token = client.headers["X-CSRF-Token"]
    return client.post(f"/console/acts/{path}", data={"csrf": token, **form}, headers=HTML)


def the_line(store: FakeStore, code: str) -> PlanLine:
    found: PlanLine = store.collections["plan_lines"].values[(code,)]
    return found


def test_the_page_shows_what_a_move_saves_and_how_that_was_worked_out() -> None:
    text = _page(two_lines(), MATCHING)

    assert "推迟 10 天" in text
    assert "旅馆业联合检查、旅馆业治安检查：同时抽中 8 处，每处 2→1 次，计 8 次" in text
    assert "/console/acts/accept-match/plan-2027/27-01/1/2027-04-17" in text


def test_a_suggestion_is_taken_up_with_one_click_and_a_reason_that_is_there_already() -> None:
    store = two_lines()
    act = "accept-match/plan-2027/27-01/1/2027-04-17"
    form = _page(store, f"/console/acts/{act}")
    assert "旅馆业联合检查由 2027-04-07 至 2027-04-30 移到 2027-04-17 至 2027-05-10" in form

    answer = _act(store, act, reason="与治安检查同期")

    assert answer.headers["location"] == f"{MATCHING}?done=accept-match"
    assert the_line(store, "27-01").window_from == date(2027, 4, 17)
    text = _page(store, MATCHING)
    assert "已采纳" in text
    assert "同期，预计少上门 8 次" in text


def test_what_was_taken_up_is_undone_and_what_was_turned_down_reconsidered() -> None:
    store = two_lines()
    _act(store, "accept-match/plan-2027/27-01/1/2027-04-17", reason="同期")
    [accepted] = store.collections["match_decisions"].values.values()

    _act(store, f"undo-match/plan-2027/{accepted.decision_id}", reason="春季人手不足")

    assert the_line(store, "27-01").window_from == date(2027, 4, 7)
    _act(store, "refuse-match/plan-2027/27-01/1/2027-04-17", reason="不宜推迟")
    assert "推迟 10 天" not in _page(store, MATCHING)
    refused = list(store.collections["match_decisions"].values.values())[-1]
    _act(store, f"reconsider-match/plan-2027/{refused.decision_id}")
    assert "推迟 10 天" in _page(store, MATCHING)


def test_a_suggestion_without_a_reason_or_for_no_day_is_refused() -> None:
    store = two_lines()

    without = _act(store, "accept-match/plan-2027/27-01/1/2027-04-17")
    no_day = a_client(store, "office1").get(
        "/console/acts/accept-match/plan-2027/27-01/1/soon", headers=HTML
    )
    useless = _act(store, "accept-match/plan-2027/27-01/1/2027-04-08", reason="提前")

    assert (without.status_code, no_day.status_code, useless.status_code) == (422, 404, 409)
    assert "已不能减少上门" in useless.text


def test_lines_that_can_not_meet_say_why() -> None:
    text = _page(two_lines(mode=Mode.COVERT), MATCHING)

    assert "一条事先告知，一条暗查，不能同批" in text
    assert "没有可以移动、又能减少上门的检查时间" in text


def test_the_api_gives_the_formula_in_fractions() -> None:
    answer = a_client(two_lines(), "office1").get("/v1/plans/plan-2027/matching?common_days=3")

    move = answer.json()["moves"][0]
    assert (move["line"], move["number"], move["days"]) == ("27-01", 1, 12)
    assert move["parts"] == [{"lines": ["27-01", "27-02"], "places": "8", "before": 2, "after": 1}]
    assert (move["saving"], move["per_day"]) == ("8", "2/3")
    [pair] = answer.json()["pairs"]
    assert (pair["places"], pair["expected"], pair["margin"], pair["gap"]) == (40, "8", 0.0, 10)


@pytest.mark.parametrize("path", [MATCHING, WHAT_IF, f"{WHAT_IF}/steps"])
def test_a_department_sees_neither_page_nor_tab(path: str) -> None:
    store = two_lines()

    answer = a_client(store, "market1").get(path, headers=HTML)

    assert answer.status_code == 403
    assert MATCHING not in _page(store, "/console/plans/plan-2027", "market1")
    assert MATCHING in _page(store, "/console/plans/plan-2027")


def test_a_trial_shows_what_merging_saves_for_departments_and_lines() -> None:
    text = _page(two_lines(window_from=date(2027, 4, 20)), f"{WHAT_IF}?by=expected&line=27-01")

    assert "市场监督管理局" in text
    assert text.count("超出上限") == 0
    assert 'value="27-02" aria-label="旅馆业治安检查">' in text  # not chosen this time


def test_ratios_that_can_not_be_read_and_an_empty_choice_are_said_beside_the_form() -> None:
    text = _page(two_lines(), f"{WHAT_IF}?by=expected&share.27-01=viel", status=422)

    assert "抽取比例应写作 5% 或 1/20，实为“viel”。" in text
    assert "请至少选一条任务。" in text
    assert "5%&#34;" not in text


def test_the_same_rehearsal_key_gives_the_same_trial_and_the_page_offers_a_fresh_one() -> None:
    store = two_lines()
    asked = f"{WHAT_IF}?by=rehearsal&key=试一试&line=27-01&line=27-02"

    once, again = _page(store, asked), _page(store, asked)

    assert _without_token(once) == _without_token(again)
    assert "演练号 试一试：读取了" in once
    assert 'id="key" name="key" value=""' not in _page(store, WHAT_IF)


def _without_token(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if "csrf" not in line)


def test_a_trial_is_exported_with_its_key() -> None:
    asked = f"{WHAT_IF}?by=rehearsal&key=k7&line=27-01&line=27-02&format=csv"

    answer = a_client(two_lines(), "office1").get(asked, headers=HTML)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == [
        "类别",
        "编码",
        "名称",
        "各去各的",
        "合并以后",
        "减少",
        "演练号",
        "抽样比例",
    ]
    assert rows[1][0] == "合计"
    assert {row[6] for row in rows[1:]} == {"k7"}
    assert [row[1] for row in rows if row[0] == "计划任务"] == ["27-01", "27-02"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "结果"), ("en", "Rehearsal key k7")])
def test_a_long_trial_tells_how_far_it_is_and_ends_with_its_page(lang: str, word: str) -> None:
    client = a_client(two_lines(), "office1")
    asked = f"{WHAT_IF}/steps?by=rehearsal&key=k7&line=27-01&line=27-02&lang={lang}"

    lines = [json.loads(line) for line in client.get(asked).text.splitlines()]

    assert lines[:-1] == [
        {"done": 1, "of": 2, "line": "27-01"},
        {"done": 2, "of": 2, "line": "27-02"},
    ]
    assert word in lines[-1]["page"]


def test_pages_without_lines_say_what_to_do_first() -> None:
    store = a_drafting_store()

    assert "没有可以移动、又能减少上门的检查时间" in _page(store, MATCHING)
    assert "先在计划里写明在本平台执行的任务" in _page(store, WHAT_IF)
