"""The form of a plan's line: saved on every step, nothing entered is lost, counted on request."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from coordinator.domain.annual_plan import (
    Conditions,
    LineSource,
    PlanLine,
    StratumRule,
    Weighting,
    Window,
)
from coordinator.domain.policy import DrawWeight
from coordinator.web.console.annual_plan.line_form import entered, fill_of
from tests.integration.web.client import a_client
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.plans import HTML, a_drafting_store, a_form, a_line, adopted

NEW = "/console/plans/plan-2027/lines/new"
LINE = "/console/plans/plan-2027/lines/27-01"
_NO_RATIO = {"stratum": [""], "ratio": [""], "minimum": [""]}


def _send(client: TestClient, path: str, **changes: Any) -> Any:
    form = a_form(csrf=client.headers["X-CSRF-Token"], **changes)
    return client.post(path, data=form, headers=HTML)


def _stored(store: FakeStore, code: str = "27-01") -> PlanLine:
    line: PlanLine = store.collections["plan_lines"].values[(code,)]
    return line


def test_a_new_line_is_stored_and_the_form_goes_on_with_the_next_section() -> None:
    store = a_drafting_store()

    answer = _send(a_client(store, "office1"), NEW)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{LINE}?saved=1#part-what"
    line = _stored(store)
    assert line.conditions.tags == ("旅馆",)
    assert line.strata == {"*": StratumRule(numerator=1, denominator=20, minimum=2)}
    assert (line.window_from, line.window_to) == (date(2027, 4, 7), date(2027, 4, 30))


def test_a_line_may_be_stored_before_it_is_whole() -> None:
    store = a_drafting_store()

    answer = _send(a_client(store, "office1"), NEW, items=[], **_NO_RATIO)

    assert answer.status_code == 303
    text = a_client(store, "office1").get(LINE, headers=HTML).text
    assert "处不符合规定，提交前须改正" in text
    assert 'href="#field-strata"' in text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": " "}, "name", "任务名称：没有填写"),
        ({"code": "../x"}, "code", "任务编号：应为字母"),
        ({"code": "new"}, "code", "任务编号：不能用"),
        ({"lead": ""}, "lead", "发起部门：没有选择"),
        ({"window_from": "明天"}, "window_from", "检查开始日期：应为日期"),
        ({"ratio": ["5", ""]}, "strata", "抽取比例应写作 5% 或 1/20，实为“5”"),
        ({"ratio": ["1/0", ""]}, "strata", "实为“1/0”"),
        ({"minimum": ["两户", ""]}, "strata", "最少户数应为整数，实为“两户”"),
        ({"number": "-3"}, "number", "应为不小于 1 的整数，实为“-3”"),
        ({"number": "0"}, "number", "应为不小于 1 的整数，实为“0”"),
        ({"quota-fire-rescue": "x"}, "quotas", "应为不小于 1 的整数"),
        ({"gradings": "food-risk"}, "gradings", "分级应写作"),
        ({"mode": "loud"}, "mode", "告知方式：不在允许的取值中"),
    ],
)
def test_what_does_not_fit_is_said_above_and_beside_and_everything_entered_stays(
    changes: dict[str, Any], field: str, said: str
) -> None:
    store = a_drafting_store()

    answer = _send(a_client(store, "office1"), NEW, domain="只在这里写过的领域", **changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#field-{field}"' in answer.text
    assert f'id="error-{field}"' in answer.text
    assert "只在这里写过的领域" in answer.text
    assert ("27-01",) not in store.collections["plan_lines"].values


def test_the_count_is_given_without_saving() -> None:
    store = a_drafting_store()

    answer = _send(a_client(store, "office1"), NEW, do="count", name="", tags="旅馆")

    assert answer.status_code == 200
    assert '<b data-of="eligible">40</b>' in answer.text
    assert '<b data-of="expected_draw">2</b>' in answer.text
    assert ("27-01",) not in store.collections["plan_lines"].values


def test_nothing_is_counted_while_a_ratio_cannot_be_read() -> None:
    answer = _send(
        a_client(a_drafting_store(), "office1"), NEW, do="count", ratio=["5", ""], stratum=["*", ""]
    )

    assert '<b data-of="expected_draw">—</b>' in answer.text


def test_items_are_found_without_losing_those_that_are_ticked() -> None:
    store = a_drafting_store(a_line())

    answer = _send(a_client(store, "office1"), LINE, do="find", find="消防")

    assert 'value="FI-01" checked' in answer.text
    assert 'value="MA-01" checked' in answer.text
    assert 'value="HE-01"' not in answer.text


def test_the_code_of_a_stored_line_stays() -> None:
    store = a_drafting_store(a_line())

    answer = _send(a_client(store, "office1"), LINE, code="27-09")

    assert answer.status_code == 422
    assert "任务编号：保存后不能改" in answer.text


def test_every_field_survives_the_way_through_the_form() -> None:
    line = a_line(
        conditions=Conditions(
            tags=("旅馆", "民宿"),
            kinds=("enterprise",),
            regions=("130999",),
            risk_classes=("C", "-"),
            gradings={"food-risk": ("C", "D")},
            events=("complaint",),
            event_months=6,
            key_unit=False,
            lists=("focus",),
            objects=("uscc:911309990000000001",),
        ),
        strata={
            "D": StratumRule(numerator=3, denominator=10),
            "*": StratumRule(numerator=1, denominator=3, minimum=2),
        },
        later_windows=(Window(from_date=date(2027, 9, 1), to_date=date(2027, 9, 9)),),
        times_a_year=2,
        quotas={"fire-rescue": 3},
        items_drawn=1,
        items_always=("MA-01",),
        weighting=Weighting.OWN,
        weights=(DrawWeight(by="credit", value="D", weight=4),),
        weight_months=6,
        fresh_months=0,
        recognises=False,
        checked_afresh=("MA-01",),
        directed=False,
        expert_fields=("消防技术",),
        report_days=2,
    )

    found = entered(fill_of(line))

    assert found.problems == []
    assert found.values["conditions"]["gradings"] == {"food-risk": ("C", "D")}
    assert found.values["conditions"]["key_unit"] == "false"
    assert found.values["conditions"]["event_months"] == 6
    assert found.values["strata"]["*"] == {"numerator": 1, "denominator": 3, "minimum": 2}
    assert found.values["strata"]["D"] == {"numerator": 3, "denominator": 10, "minimum": 0}
    assert found.values["quotas"] == {"fire-rescue": 3}
    assert found.values["weights"] == ({"by": "credit", "value": "D", "weight": 4},)
    assert (found.values["weighting"], found.values["weight_months"]) == ("own", 6)
    assert (found.values["fresh_months"], found.values["items_always"]) == (0, ("MA-01",))
    assert (found.values["recognises"], found.values["checked_afresh"]) == (False, ("MA-01",))
    assert found.values["directed"] is False
    assert found.values["later_windows"] == ({"from_date": "2027-09-01", "to_date": "2027-09-09"},)


WEIGHED = {
    "weighting": "own",
    "weight_by": ["credit", "event", "tag"],
    "weight_value": ["D", "complaint", ""],
    "weight": ["4", "3", ""],
}


def test_a_line_is_weighed_counted_and_shown_with_what_that_does() -> None:
    store = a_drafting_store()
    client = a_client(store, "office1")
    _send(client, NEW)

    counted = _send(client, LINE, do="count", **WEIGHED).text
    _send(client, LINE, **WEIGHED)
    page = client.get(LINE, headers=HTML).text
    assert "权数对机会的影响" in counted
    assert 'value="complaint"' in page
    assert [(each.by, each.value, each.weight) for each in _stored(store).weights] == [
        ("credit", "D", 4),
        ("event", "complaint", 3),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"weight": ["0", "3", ""]},
        {"weight": ["4", "x", ""]},
        {"weight_value": ["", "complaint", ""]},
        {"fresh_months": "bald"},
    ],
)
def test_a_weight_that_cannot_be_read_is_named_and_nothing_is_lost(
    changes: dict[str, Any],
) -> None:
    client = a_client(a_drafting_store(), "office1")

    answer = _send(client, NEW, **WEIGHED | changes)

    assert answer.status_code == 422
    assert "实为" in answer.text
    assert 'value="complaint"' in answer.text


def test_a_former_line_is_shown_to_be_saved_again() -> None:
    store = a_drafting_store()
    client = a_client(store, "office1")
    _send(client, NEW)
    _send(client, LINE, name="改坏了的名称", ratio=["50%", ""], tags="")
    last = max(entry.number for entry in store.collections["audit_entries"].values.values())

    page = client.get(f"{LINE}?before={last}", headers=HTML).text

    assert 'value="旅馆业联合检查"' in page
    assert 'value="5\u00a0%"' in page
    assert "还没有保存" in page
    assert _stored(store).name == "改坏了的名称"


def test_a_removed_line_can_be_brought_back() -> None:
    store = a_drafting_store()
    client = a_client(store, "office1")
    _send(client, NEW)
    client.post("/v1/plans/plan-2027/lines/27-01/remove", json={})
    last = max(entry.number for entry in store.collections["audit_entries"].values.values())

    page = client.get(f"{LINE}?before={last}", headers=HTML)
    answer = _send(client, LINE)

    assert page.status_code == 200
    assert answer.status_code == 303
    assert _stored(store).name == "旅馆业联合检查"


def test_a_line_of_an_adopted_plan_is_changed_by_an_amendment_with_its_reason() -> None:
    store = a_drafting_store(
        a_line(
            "26-09", plan_id="plan-2026", window_from=date(2026, 9, 1), window_to=date(2026, 9, 30)
        )
    )
    adopted(store)
    path = "/console/plans/plan-2026/lines/26-09"
    changed = {
        "code": "26-09",
        "window_from": "2026-10-08",
        "window_to": "2026-10-30",
        "amendment_reason": "汛期推迟",
    }

    asked = a_client(store, "office1").get(path, headers=HTML).text
    answer = _send(a_client(store, "office1"), path, **changed)

    assert "提出调整" in asked
    assert "检查开始日期须在" in asked
    assert answer.headers["location"] == "/console/plans/plan-2026/changes"
    assert _stored(store, "26-09").window_from == date(2026, 9, 1)
    page = a_client(store, "office2").get("/console/plans/plan-2026/changes", headers=HTML).text
    assert "汛期推迟" in page
    assert "2026-09-01" in page
    assert "2026-10-08" in page
    assert "发布调整" in page


def test_an_amendment_without_reason_is_refused_and_keeps_what_was_entered() -> None:
    store = a_drafting_store(
        a_line(
            "26-09", plan_id="plan-2026", window_from=date(2026, 9, 1), window_to=date(2026, 9, 30)
        )
    )
    path = "/console/plans/plan-2026/lines/26-09"

    answer = _send(
        a_client(store, "office1"),
        path,
        code="26-09",
        window_to="2026-09-29",
        window_from="2026-09-01",
    )

    assert answer.status_code == 409
    assert "没有保存" in answer.text
    assert 'value="2026-09-29"' in answer.text


def test_a_new_line_of_an_adopted_plan_is_temporary() -> None:
    store = a_drafting_store()
    path = "/console/plans/plan-2026/lines/new"

    answer = _send(
        a_client(store, "office1"),
        path,
        code="26-T1",
        window_from="2026-09-01",
        window_to="2026-09-30",
        reason="上级交办的专项检查",
        amendment_reason="上级交办的专项检查",
    )

    assert answer.headers["location"] == "/console/plans/plan-2026/changes"
    amendment = store.collections["plan_amendments"].values[("plan-2026.1",)]
    assert amendment.changes[0].line.source is LineSource.TEMPORARY


@pytest.mark.parametrize("login", ["market1", "auditor1"])
def test_only_the_office_writes_lines(login: str) -> None:
    store = a_drafting_store(a_line())
    client = a_client(store, login)

    assert client.get(LINE, headers=HTML).status_code == 403
    assert _send(client, LINE, name="别的名称").status_code == 403
    assert _stored(store).name == "旅馆业联合检查"


def test_a_form_without_the_token_of_the_session_saves_nothing() -> None:
    store = a_drafting_store(a_line())
    client = a_client(store, "office1")

    answer = client.post(LINE, data=a_form(name="别的名称"), headers=HTML)

    assert answer.status_code == 403
    assert _stored(store).name == "旅馆业联合检查"


def test_a_line_that_no_plan_has_is_not_found() -> None:
    answer = a_client(a_drafting_store(), "office1").get(LINE, headers=HTML)

    assert answer.status_code == 404
