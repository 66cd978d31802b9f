"""Pages of a plan: started, checked, forecast, amended, adopted, and told to everybody."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    ChangeKind,
    Conditions,
    LineChange,
    PlanFigures,
    PlanLine,
    Selection,
    StratumRule,
)
from coordinator.domain.annual_plan.amending import differences
from coordinator.domain.lifecycle import PlanState, RoundState
from tests.integration.web.builders import AT, a_round
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.plans import HTML, LONGEST, a_drafting_store, a_line, adopted

PLAN = "/console/plans/plan-2027"
FIGURES = PlanFigures(
    number_of_lines=3,
    joint_lines=3,
    visits=47,
    joint_visits=47,
    random_visits=47,
    visits_by_line={"L1": 32, "L2": 8, "L9": 7},
)


def _page(store: FakeStore, path: str, login: str = "office1") -> str:
    answer = a_client(store, login).get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def _post(client: TestClient, path: str, **form: Any) -> Any:
    return client.post(path, data={"csrf": client.headers["X-CSRF-Token"], **form}, headers=HTML)


def _start(**changes: str) -> dict[str, str]:
    form = {
        "year": "2029",
        "title": "平川县2029年度联合抽查工作计划",
        "plan_id": "plan-2029",
        "copied_from": "",
        "policy": "sample-county",
    }
    return {**form, **changes}


@pytest.mark.parametrize(
    "tail", ["", "/check", "/forecast", "/burden", "/matching", "/changes", "/policy"]
)
@pytest.mark.parametrize("lines", [0, 1, 50])
def test_every_page_of_a_plan_stands_with_any_number_of_lines(tail: str, lines: int) -> None:
    several = [a_line(f"27-{number:02d}", name=LONGEST) for number in range(lines)]

    text = _page(a_drafting_store(*several), PLAN + tail)

    assert "平川县2027年度联合抽查工作计划" in text


def test_the_list_of_plans_offers_to_draft_one_to_the_office_only() -> None:
    store = a_drafting_store()

    assert "/console/plans/new" in _page(store, "/console/plans")
    assert "/console/plans/new" not in _page(store, "/console/plans", "market1")


def test_an_empty_plan_is_drafted_under_the_profile_that_was_chosen() -> None:
    store = a_drafting_store()
    client = a_client(store, "office1")

    answer = _post(client, "/console/plans/new", **_start(policy="dacheng-2019"))

    assert answer.headers["location"] == "/console/plans/plan-2029"
    plan = store.collections["plans"].values[("plan-2029",)]
    assert plan.policy.startswith("dacheng-2019@")
    assert plan.state is PlanState.DRAFT


def test_a_plan_starts_as_a_copy_of_a_former_one() -> None:
    store = a_drafting_store()

    answer = _post(
        a_client(store, "office1"), "/console/plans/new", **_start(copied_from="plan-2026")
    )

    assert answer.status_code == 303
    lines = [
        line
        for line in store.collections["plan_lines"].values.values()
        if line.plan_id == "plan-2029"
    ]
    assert sorted(line.name for line in lines) == ["商场超市联合检查", "旅馆业联合检查"]
    assert {line.window_from.year for line in lines} == {2029}
    assert "平川县2026年度联合抽查工作计划" in _page(store, "/console/plans/plan-2029/changes")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"year": "明年"}, "year"),
        ({"plan_id": "../x"}, "plan_id"),
        ({"plan_id": "new"}, "plan_id"),
    ],
)
def test_a_start_that_does_not_fit_keeps_what_was_entered(
    changes: dict[str, str], field: str
) -> None:
    store = a_drafting_store()

    answer = _post(a_client(store, "office1"), "/console/plans/new", **_start(**changes))

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert ("plan-2029",) not in store.collections["plans"].values


def test_a_plan_code_that_is_taken_is_said_on_the_form() -> None:
    answer = _post(
        a_client(a_drafting_store(), "office1"), "/console/plans/new", **_start(plan_id="plan-2027")
    )

    assert answer.status_code == 409
    assert 'value="plan-2027"' in answer.text


def test_a_draft_takes_a_figure_of_its_own() -> None:
    store = a_drafting_store()

    answer = _post(
        a_client(store, "office1"),
        PLAN + "/policy",
        **{"policy": "sample-county", "set:plan.general_ratio_max": "1/5"},
    )

    assert answer.status_code == 303
    plan = store.collections["plans"].values[("plan-2027",)]
    assert plan.overrides == {"plan.general_ratio_max": "1/5"}
    assert 'value="1/5"' in _page(store, PLAN + "/policy")


def test_a_figure_that_does_not_fit_is_refused_beside_its_field() -> None:
    store = a_drafting_store()

    answer = _post(
        a_client(store, "office1"),
        PLAN + "/policy",
        **{"policy": "sample-county", "set:plan.general_ratio_max": "viel"},
    )

    assert answer.status_code == 422
    assert 'value="viel" class="short" aria-label' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_an_adopted_plan_keeps_its_rules() -> None:
    store = a_drafting_store()

    answer = _post(
        a_client(store, "office1"), "/console/plans/plan-2026/policy", policy="dacheng-2019"
    )

    assert answer.status_code == 409
    assert "保存规则" not in _page(store, "/console/plans/plan-2026/policy")


def test_the_check_names_every_breach_with_line_figures_remedy_and_field() -> None:
    high = a_line("27-01", strata={"*": StratumRule(numerator=1, denominator=2)})
    inverted = a_line("27-02", window_from=date(2027, 5, 2), window_to=date(2027, 5, 1))

    text = _page(a_drafting_store(high, inverted), PLAN + "/check")

    assert "改正后才能提交" in text
    assert "50 %" in text
    assert "10 %" in text
    assert f'href="{PLAN}/lines/27-01#field-strata"' in text
    assert f'href="{PLAN}/lines/27-02#field-window_from"' in text


def test_the_check_of_a_sound_plan_says_so_and_offers_to_submit() -> None:
    text = _page(a_drafting_store(a_line()), PLAN + "/check")

    assert "没有不符合规定之处" in text
    assert "/console/acts/submit-plan/plan-2027" in text
    assert "100\u00a0%" in text  # joint rate


def test_the_next_step_of_a_submitted_plan_is_another_persons() -> None:
    store = a_drafting_store(a_line())
    plan = store.collections["plans"].values[("plan-2027",)]
    put(store, "plans", replace(plan, state=PlanState.SUBMITTED, submitted_by="office1"))

    assert "等待另一人发布" in _page(store, PLAN, "office1")
    assert "adopt-plan" not in _page(store, PLAN, "office1")
    assert "adopt-plan" in _page(store, PLAN, "office2")


def test_a_plan_that_came_back_says_why() -> None:
    store = a_drafting_store()
    adopted(store, "plan-2027", return_reason="第三季度过于集中")

    assert "已退回：第三季度过于集中" in _page(store, PLAN)


def test_the_forecast_says_which_department_is_over_its_capacity() -> None:
    store = a_drafting_store(a_line("27-01", selection=Selection.ALL))
    store.collections["inspectors"].values.clear()

    text = _page(store, PLAN + "/forecast")

    assert "预计全年 40 次上门" in text
    assert "2 个部门月超出能力" in text
    assert "消防救援大队 1 个月" in text


def test_the_burden_shows_places_over_the_cap_as_a_list_to_export() -> None:
    several = [
        a_line(
            f"27-{month:02d}",
            selection=Selection.ALL,
            window_from=date(2027, month, 1),
            window_to=date(2027, month, 20),
        )
        for month in range(1, 7)
    ]
    store = a_drafting_store(*several)

    text = _page(store, PLAN + "/burden")
    table = a_client(store, "office1").get(PLAN + "/burden?format=csv").text

    assert "个场所可能超出上限" in text
    assert "40" in table.splitlines()[1]


def test_annex_2_of_a_draft_says_that_it_is_one() -> None:
    documents = FakeDocuments()
    client = a_client(a_drafting_store(a_line()), "office1", documents=documents)

    assert client.get(PLAN + "/annex-2.xlsx").content == b"PK-fake"
    assert client.get(PLAN + "/annex-2.pdf").content == b"%PDF-fake"

    (_, data), _pdf = documents.asked
    assert data["label"] == "附件2"
    assert "未发布" in data["subtitle"]
    assert data["rows"][0][1:4] == ("27-01", "旅馆业联合检查", "跨部门联合")
    assert data["rows"][0][6] == "5\u00a0%，至少 2"
    assert data["rows"][0][8:10] == ("市场监督管理局", "消防救援大队")
    assert data["source"].startswith("平川县联席会议办公室 http")
    assert data["printed_at"].startswith("2026-11-21T14:00")


def test_annexes_speak_chinese_whatever_the_page_speaks() -> None:
    documents = FakeDocuments()
    client = a_client(a_drafting_store(a_line()), "office1", documents=documents)

    client.get(PLAN + "/annex-2.xlsx?lang=en")

    assert documents.asked[0][1]["rows"][0][8] == "市场监督管理局"


def _amended() -> FakeStore:
    before = a_line("L1", plan_id="plan-2026")
    after = replace(before, window_to=date(2027, 5, 15))
    amendment = Amendment(
        amendment_id="plan-2026.1",
        plan_id="plan-2026",
        number=1,
        state=AmendmentState.ADOPTED,
        reason="汛期推迟",
        changes=(LineChange(kind=ChangeKind.CHANGE, code="L1", line=after),),
        difference=differences([before], [after]),
        proposed_by="office1",
        proposed_at=AT,
        document="平联办（2026）9号",
        decided_by="office2",
        decided_at=AT,
    )
    store = a_drafting_store(after)
    put(store, "plan_amendments", amendment)
    adopted(store, version=2, figures=FIGURES)
    return store


def test_everybody_reads_the_plan_in_sentences_with_its_figures_and_files() -> None:
    text = _page(_amended(), "/plans/plan-2026", "")

    assert "平联办（2026）3号" in text
    assert "市场监督管理局牵头，会同消防救援大队，检查 2 个事项。" in text
    assert "对象：监管标签：旅馆。数量：5\u00a0%，至少 2。" in text
    assert "100\u00a0% = 随机 40 ÷ 全部 40" in text  # the seven of L9 are of a line not shown
    assert "/plans/plan-2026/annex-2.pdf" in text


def test_everybody_reads_amendments_with_reason_and_difference() -> None:
    text = _page(_amended(), "/plans/plan-2026", "")

    for said in ("第 1 次调整", "平联办（2026）9号", "汛期推迟", "2027-04-30", "2027-05-15"):
        assert said in text


TARGET = "uscc:911309990000000042"


def _covert() -> tuple[FakeStore, PlanLine]:
    line = a_line(
        "L9",
        plan_id="plan-2026",
        name="暗中检查",
        mode=Mode.COVERT,
        conditions=Conditions(objects=(TARGET,)),
    )
    change = LineChange(kind=ChangeKind.ADD, code="L9", line=line)
    amendment = Amendment(
        amendment_id="plan-2026.1",
        plan_id="plan-2026",
        number=1,
        state=AmendmentState.ADOPTED,
        reason="暗中检查的理由",
        changes=(change,),
        difference=differences([], [line]),
        proposed_by="office1",
        proposed_at=AT,
        decided_at=AT,
    )
    store = a_drafting_store(line)
    put(store, "plan_amendments", amendment)
    return store, line


def test_nothing_tells_of_a_covert_line_before_its_round_is_disclosed() -> None:
    store, _line = _covert()
    documents = FakeDocuments()

    page = a_client(store).get("/plans/plan-2026", headers=HTML).text
    a_client(store, documents=documents).get("/plans/plan-2026/annex-2.xlsx")

    assert "暗中检查" not in page
    assert [row[1] for row in documents.asked[0][1]["rows"]] == ["L1", "L2"]


def test_a_covert_line_is_told_after_its_round() -> None:
    store, _line = _covert()
    put(
        store,
        "rounds",
        a_round(round_id="2026-C1", mode=Mode.COVERT, lines=("L9",), state=RoundState.DISCLOSED),
    )

    text = a_client(store).get("/plans/plan-2026", headers=HTML).text

    assert "暗中检查" in text
    assert "暗中检查的理由" in text


@pytest.mark.parametrize(
    "path",
    [
        "/console/plans/plan-2026",
        "/console/plans/plan-2026/changes",
        "/console/plans/plan-2026/annex-2.xlsx",
        "/v1/plans/plan-2026",
        "/v1/plans/plan-2026/amendments",
    ],
)
def test_whom_a_covert_line_names_stays_from_departments_until_its_round_is_over(path: str) -> None:
    store, _line = _covert()
    documents = FakeDocuments()

    answer = a_client(store, "fire1", documents=documents).get(path)
    told = answer.text + str(documents.asked)

    assert answer.status_code == 200
    assert "暗中检查" in told
    assert TARGET.removeprefix("uscc:") not in told


def test_the_office_and_after_the_round_everybody_knows_whom_a_covert_line_named() -> None:
    store, _line = _covert()

    office = a_client(store, "office1").get("/v1/plans/plan-2026").text
    amended = a_client(store, "office1").get("/v1/plans/plan-2026/amendments").text
    over = a_round(round_id="2026-C1", mode=Mode.COVERT, lines=("L9",), state=RoundState.DISCLOSED)
    put(store, "rounds", over)
    department = a_client(store, "fire1").get("/v1/plans/plan-2026").text

    assert TARGET in office
    assert TARGET in amended
    assert TARGET in department


@pytest.mark.parametrize("tail", ["", "/annex-2.pdf", "/annex-2.xlsx"])
def test_a_draft_is_not_public(tail: str) -> None:
    answer = a_client(a_drafting_store()).get(f"/plans/plan-2027{tail}", headers=HTML)

    assert answer.status_code == 404
