"""Experts draft problems and officers decide; disputes are settled before leaving and noted."""

import json
from datetime import date
from typing import Any

import pytest

from contracts.results import FindingsSubmitted
from department_agents.code_table import load_code_table
from department_agents.dispute_rules import flaws_of_disputes
from department_agents.draft_rules import flaws_of_drafts
from department_agents.refusals import AnswerRefusedError, Flaw
from deploy.local.recorded_people.fieldwork import Findings
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_finding, a_report, a_task
from tests.unit.agents.test_desk import FORM, PROBLEM, VISIT

CODES = load_code_table(None)
OBJECT = "uscc:91110000101623741K"
PHOTO = {
    "sha256": "a" * 64,
    "kind": "photo",
    "media_type": "image/jpeg",
    "size": 7,
    "taken_at": "2026-11-21T09:30:00+08:00",
    "taken_by": "e1",
}
DRAFT: dict[str, Any] = {
    "expert": "e1",
    "entered_by": "e1",
    "object_id": OBJECT,
    "item": "F-01",
    "checkpoint": "exit",
    "problem": "三层安全出口上锁",
    "legal_basis": "《消防法》第二十八条",
    "evidence": [PHOTO],
}
DECIDED: dict[str, Any] = DRAFT | {
    "number": 1,
    "drafted_at": "2026-11-21T09:40:00+08:00",
    "adopted": True,
    "decided_by": "p1",
    "decided_at": "2026-11-21T10:00:00+08:00",
    "reason": None,
}
NO_DISPUTE = {"state": "none", "handled_by": "p1"}
SETTLED = {
    "state": "settled",
    "handled_by": "p1",
    "handled_at": "2026-11-21T10:30:00+08:00",
    "claim": "门锁为临时措施",
    "settlement": "当场打开并演示疏散，店长认可",
}
BAD = {
    "result_codes": ["3"],
    "problem": "三层安全出口上锁",
    "legal_basis": "《消防法》第二十八条",
    "follow_up": ["rectify"],
}
WITH_EXPERT: dict[str, Any] = {"present": ["p1", "p2", "e1"]}


def report(**changes: Any) -> FindingsSubmitted:
    filled = {"department": "fire", "report_version": 1, **a_report(**WITH_EXPERT | changes)}
    return FindingsSubmitted.model_validate_json(json.dumps(filled))


def found(dispute: dict[str, Any] | None, **changes: Any) -> list[dict[str, Any]]:
    return [a_finding(**BAD | changes | ({"dispute": dispute} if dispute else {}))]


async def drafted(at_work: AgentAtWork, *drafts: dict[str, Any]) -> Any:
    """Accept a visit and enter drafts; gives the counter's take."""
    await at_work.receive(a_task())
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})
    for each in drafts:
        await take("ProblemDrafted", {"visit_id": VISIT, **DRAFT, **each})
    return take


def decision(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"visit_id": VISIT, "number": number, "adopted": True, "decided_by": "p1"} | changes


@pytest.mark.parametrize(
    ("changes", "flaw", "field"),
    [
        ({"expert": "p3", "entered_by": "p1"}, Flaw.NOT_AN_EXPERT, "expert"),
        ({"entered_by": "p3"}, Flaw.NOT_IN_TEAM, "entered_by"),
        ({"item": "X-9"}, Flaw.FINDING_NOT_ASKED, "item"),
        ({"checkpoint": "other"}, Flaw.ANSWER_NOT_ASKED, "checkpoint"),
        ({"problem": " "}, Flaw.TEXT_MISSING, "problem"),
        ({"legal_basis": ""}, Flaw.TEXT_MISSING, "legal_basis"),
        ({"evidence": []}, Flaw.DRAFT_WITHOUT_PROOF, "evidence"),
    ],
)
async def test_a_draft_needs_an_expert_of_the_team_a_basis_and_a_photo(
    at_work: AgentAtWork, changes: dict[str, Any], flaw: Flaw, field: str
) -> None:
    with pytest.raises(AnswerRefusedError) as refused:
        await drafted(at_work, changes)

    assert [(one.flaw, one.field) for one in refused.value.refusals] == [(flaw, field)]


async def test_an_expert_never_decides_and_a_no_has_its_reason(at_work: AgentAtWork) -> None:
    take = await drafted(at_work, {})

    by_expert, of_others, silent, unknown = [
        await _refused(take, "DraftDecided", decision(**changes))
        for changes in (
            {"decided_by": "e1"},
            {"decided_by": "p3"},
            {"adopted": False, "reason": " "},
            {"number": 7},
        )
    ]

    assert (by_expert, of_others) == ([Flaw.NOT_IN_TEAM], [Flaw.NOT_IN_TEAM])
    assert (silent, unknown) == ([Flaw.TEXT_MISSING], [Flaw.DRAFT_UNKNOWN])


async def _refused(take: Any, kind: str, answer: dict[str, Any]) -> list[Flaw]:
    with pytest.raises(AnswerRefusedError) as refused:
        await take(kind, answer)
    return [one.flaw for one in refused.value.refusals]


async def test_no_report_leaves_while_a_draft_is_undecided(at_work: AgentAtWork) -> None:
    take = await drafted(at_work, {}, {"problem": "应急灯不亮", "checkpoint": None})
    await take("DraftDecided", decision())
    bad = a_report(findings=found(NO_DISPUTE), **WITH_EXPERT)

    undecided = await _refused(take, "FindingsSubmitted", bad)
    await take("DraftDecided", decision(2, adopted=False, decided_by="p2", reason="灯在检修"))
    clean = await _refused(take, "FindingsSubmitted", a_report(**WITH_EXPERT))
    alone = await _refused(take, "FindingsSubmitted", bad | {"present": ["p1", "p2"]})
    await take("FindingsSubmitted", bad)

    assert (undecided, clean) == ([Flaw.DRAFT_UNDECIDED], [Flaw.DRAFT_NOT_A_FINDING])
    assert set(alone) == {Flaw.DRAFT_UNACCOMPANIED, Flaw.EVIDENCE_TAKEN_BY}
    _name, sent = (await at_work.sent())[-1]
    assert [
        (each["number"], each["expert"], each["adopted"], each["decided_by"], each["reason"])
        for each in sent["drafts"]
    ] == [(1, "e1", True, "p1", None), (2, "e1", False, "p2", "灯在检修")]


async def test_a_decision_may_be_taken_anew_until_the_report_is_out(at_work: AgentAtWork) -> None:
    take = await drafted(at_work, {})
    await take("DraftDecided", decision())

    await take("DraftDecided", decision(adopted=False, reason="现场已打开，属误判"))
    await take("FindingsSubmitted", a_report(**WITH_EXPERT))

    assert (await at_work.sent())[-1][1]["drafts"][0]["adopted"] is False
    assert await _refused(take, "DraftDecided", decision()) == [Flaw.STATE_WRONG]


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"expert": "p2"}, Flaw.NOT_AN_EXPERT),
        ({"decided_by": "e1"}, Flaw.NOT_IN_TEAM),
        ({"adopted": False}, Flaw.TEXT_MISSING),
        ({"item": "X-9", "adopted": False, "reason": "无关"}, Flaw.FINDING_NOT_ASKED),
    ],
)
def test_a_back_office_that_brings_its_drafts_is_held_to_the_same(
    changes: dict[str, Any], flaw: Flaw
) -> None:
    value = report(findings=found(NO_DISPUTE), drafts=[DECIDED | changes])

    assert flaw in [one.flaw for one in flaws_of_drafts(value, a_task(), CODES)]


@pytest.mark.parametrize(
    ("findings", "flaws"),
    [
        (found(NO_DISPUTE), []),
        (found(SETTLED), []),
        (found(SETTLED | {"state": "unresolved"}), []),
        ([a_finding()], []),
        (found(None), [Flaw.DISPUTE_UNANSWERED]),
        (found(NO_DISPUTE | {"claim": "有异议"}), [Flaw.DISPUTE_CONTRADICTS]),
        (found(NO_DISPUTE | {"handled_by": "e1"}), [Flaw.NOT_IN_TEAM]),
        (found(SETTLED | {"claim": ""}), [Flaw.TEXT_MISSING]),
        (found(SETTLED | {"settlement": " "}), [Flaw.TEXT_MISSING]),
        (found(SETTLED | {"handled_at": None}), [Flaw.DISPUTE_OTHER_DAY]),
        (found(SETTLED | {"handled_at": "2026-11-22T09:00:00+08:00"}), [Flaw.DISPUTE_OTHER_DAY]),
        (found(SETTLED | {"handled_at": "2026-11-20T23:30:00Z"}), []),
        ([a_finding(dispute=SETTLED)], [Flaw.DISPUTE_WITHOUT_PROBLEM]),
    ],
)
def test_whether_a_problem_is_disputed_is_always_said(
    findings: list[dict[str, Any]], flaws: list[Flaw]
) -> None:
    value = report(findings=findings)

    assert [one.flaw for one in flaws_of_disputes(value, a_task(), CODES, None)] == flaws


def test_a_visit_in_writing_and_an_older_finding_are_not_asked_about_disputes() -> None:
    value = report(findings=found(None))
    again = value.model_copy(update={"supplement_reason": "补查"})

    assert list(flaws_of_disputes(value, a_task(desk=True), CODES, None)) == []
    assert list(flaws_of_disputes(again, a_task(), CODES, value)) == []


def drafted_by_hand(desk: Desk, **changes: str) -> dict[str, Any]:
    """Give the desk's form of a draft, and its photo, as arguments of a request."""
    fields = {
        "csrf": desk.csrf,
        "expert": "e1",
        "entered_by": "p2",
        "place": "0|exit",
        "problem": DRAFT["problem"],
        "legal_basis": DRAFT["legal_basis"],
        "visited_date": "2026-11-21",
        "d.taken_time": "09:30",
        "d.taken_by": "e1",
    }
    photo = {"d.files": ("出口.jpg", b"a photo", "image/jpeg")}
    return {"data": fields | changes, "files": photo}


async def test_the_desk_puts_an_adopted_draft_into_the_form(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await drafted(at_work)
    await desk.log_in()
    here = f"/visits/{VISIT}"

    wrong = await desk.client.post(f"{here}/drafts", **drafted_by_hand(desk, place=""))
    entered = await desk.client.post(f"{here}/drafts", **drafted_by_hand(desk))
    waiting = (await desk.client.get(here)).text
    fields = {"decision": "adopt", "decided_by": "p1"}
    decided = await desk.submit(f"{here}/drafts/1/decide", fields)
    page = (await desk.client.get(here)).text

    assert (wrong.status_code, entered.status_code, decided.status_code) == (422, 303, 303)
    assert "没有保存，请改正" in wrong.text
    assert "出口.jpg" in wrong.text  # the file is kept here, and need not be chosen again
    assert "待决定 1 项" in waiting
    assert "姓名e1（专家）提出，姓名p1采纳：三层安全出口上锁" in page
    assert 'name="c0.checked" value="yes" checked' in page
    assert 'name="a.0.exit" value="否" checked' in page
    assert ">三层安全出口上锁</textarea>" in page
    assert "出口.jpg" in page.split('id="findings"')[1]


async def test_the_form_asks_about_disputes_and_shows_what_was_said(
    desk: Desk, at_work: AgentAtWork
) -> None:
    take = await drafted(at_work, {})
    await take("DraftDecided", decision())
    await desk.log_in()
    here, form = f"/visits/{VISIT}", FORM | PROBLEM | {"present": ["p1", "p2", "e1"]}
    settled = {
        "c0.dispute": "settled",
        "c0.claim": SETTLED["claim"],
        "c0.settlement": SETTLED["settlement"],
        "c0.handled_time": "10:30",
    }

    refused = await desk.submit(f"{here}/findings", form | {"c0.dispute": ""})
    sent = await desk.submit(f"{here}/findings", form | settled)

    assert "没有争议也要选“无争议”" in refused.text
    assert sent.status_code == 303, sent.text
    _name, said = (await at_work.sent())[-1]
    assert said["findings"][0]["dispute"]["handled_at"] == "2026-11-21T10:30:00+08:00"
    shown = (await desk.client.get(here)).text
    assert "姓名e1，姓名p1采纳" in shown
    assert "有争议，已当场处理" in shown
    [listed] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()
    assert [(each["number"], each["state"]) for each in listed["drafts"]] == [(1, "adopted")]


async def test_programs_draft_and_decide_too(desk: Desk, at_work: AgentAtWork) -> None:
    await drafted(at_work)

    entered = await desk.api(f"/tasks/{VISIT}/drafts", DRAFT)
    unknown = await desk.api(
        f"/tasks/{VISIT}/drafts/9/decide", {"adopted": True, "decided_by": "p1"}
    )
    rejected = await desk.api(
        f"/tasks/{VISIT}/drafts/1/decide",
        {"adopted": False, "decided_by": "p2", "reason": "不属检查内容"},
    )

    assert (entered.status_code, unknown.status_code, rejected.status_code) == (202, 404, 202)


async def test_the_recorded_people_of_the_whole_run_say_that_nothing_is_disputed(
    at_work: AgentAtWork,
) -> None:
    take = await drafted(at_work)
    people = Findings(problem_every=1, problem_text="{item}不符合要求", follow_up=("rectify",))
    told = a_task().model_dump(mode="json")

    await take("FindingsSubmitted", people.report(told, date(2026, 11, 21), 1))

    [finding] = (await at_work.sent())[-1][1]["findings"]
    assert finding["dispute"]["state"] == "none"
