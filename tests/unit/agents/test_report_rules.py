"""What a report of findings must satisfy: each rule of 2-rules.md 2.6 by one broken example."""

import json
from datetime import date
from typing import Any

import pytest

from contracts.results import FindingsSubmitted
from contracts.tasks import CheckpointCard
from contracts.vocabulary import CheckpointKind
from department_agents.code_table import load_code_table
from department_agents.refusals import Flaw, Refusal
from department_agents.report_rules import ReportRules, flaws_of
from tests.unit.agents.office import a_check, a_finding, a_report, a_task

RULES = ReportRules(load_code_table(None), officers_required=2)
TODAY = date(2026, 11, 21)
PROBLEM = {
    "result_codes": ["3"],
    "problem": "三层东侧安全出口堆放布草车 2 辆",
    "legal_basis": "《消防法》第二十八条",
    "follow_up": ["rectify"],
}


def flaws(report: dict[str, Any], **task: Any) -> list[Refusal]:
    filled = {"department": "fire", "report_version": 1, **report}
    value = FindingsSubmitted.model_validate_json(json.dumps(filled))
    return flaws_of(value, a_task(**task), RULES, TODAY)


def with_finding(**changes: Any) -> dict[str, Any]:
    return a_report(findings=[a_finding(**changes)])


def answers(**values: str) -> list[dict[str, str]]:
    return [{"checkpoint": code, "value": value} for code, value in values.items()]


@pytest.mark.parametrize(
    "report",
    [
        a_report(),
        with_finding(**PROBLEM),
        with_finding(**PROBLEM | {"result_codes": ["E"], "follow_up": ["none"]}),
        with_finding(
            checked=False,
            result_codes=["7"],
            problem="大门上锁, 已停业",
            follow_up=["stop-and-report"],
            answers=[],
        ),
        with_finding(problem="无"),
    ],
    ids=["clean", "problem", "corrected on site", "closed", "无"],
)
def test_a_sound_report_has_no_flaw(report: dict[str, Any]) -> None:
    assert flaws(report) == []


@pytest.mark.parametrize(
    ("changes", "flaw", "field"),
    [
        ({"entered_by": "p3"}, Flaw.NOT_IN_TEAM, "entered_by"),
        ({"entered_by": "e1"}, Flaw.NOT_IN_TEAM, "entered_by"),
        ({"present": ["p1", "p2", "x"]}, Flaw.NOT_IN_TEAM, "present.2"),
        ({"present": ["p1", "e1", "p3"]}, Flaw.TOO_FEW_OFFICERS, "present"),
        ({"visited_date": "2026-11-19"}, Flaw.OUTSIDE_WINDOW, "visited_date"),
        ({"visited_date": "2026-11-22"}, Flaw.IN_FUTURE, "visited_date"),
        ({"findings": []}, Flaw.FINDING_MISSING, "findings"),
        (
            {"findings": [a_finding(), a_finding("X-9")]},
            Flaw.FINDING_NOT_ASKED,
            "findings.1.item",
        ),
    ],
)
def test_a_flaw_of_the_report_names_its_field(
    changes: dict[str, Any], flaw: Flaw, field: str
) -> None:
    assert [(one.flaw, one.field) for one in flaws(a_report(**changes))] == [(flaw, field)]


@pytest.mark.parametrize(
    ("changes", "flaw", "field"),
    [
        ({"method": "闻"}, Flaw.METHOD_UNKNOWN, "method"),
        ({"result_codes": []}, Flaw.CODE_MISSING, "result_codes"),
        ({"result_codes": ["99"]}, Flaw.CODE_UNKNOWN, "result_codes"),
        ({"follow_up": []}, Flaw.CODE_MISSING, "follow_up"),
        (PROBLEM | {"result_codes": ["3"], "problem": " "}, Flaw.PROBLEM_WITHOUT_WORDS, "problem"),
        (PROBLEM | {"legal_basis": None}, Flaw.PROBLEM_WITHOUT_BASIS, "legal_basis"),
        ({"problem": "堆放杂物"}, Flaw.WORDS_WITHOUT_PROBLEM, "problem"),
        (PROBLEM | {"follow_up": ["none"]}, Flaw.FOLLOW_UP_CONTRADICTS, "follow_up"),
        (
            PROBLEM | {"result_codes": ["E"], "follow_up": ["none", "copy"]},
            Flaw.FOLLOW_UP_CONTRADICTS,
            "follow_up",
        ),
        ({"checked": False, "problem": "停业"}, Flaw.UNCHECKED_AS_CLEAN, "result_codes"),
        (
            {"checked": False, "result_codes": ["7"]},
            Flaw.UNCHECKED_WITHOUT_REASON,
            "problem",
        ),
        ({"answers": answers(exit="是")}, Flaw.ANSWER_MISSING, "answers"),
        (
            {"answers": answers(exit="是", licence="是", roof="是")},
            Flaw.ANSWER_NOT_ASKED,
            "answers.2",
        ),
        (
            {"answers": answers(exit="正常", licence="是")},
            Flaw.ANSWER_INVALID,
            "answers.0.value",
        ),
    ],
)
def test_a_flaw_of_a_finding_names_its_field(
    changes: dict[str, Any], flaw: Flaw, field: str
) -> None:
    found = [(one.flaw, one.field) for one in flaws(with_finding(**changes))]

    assert found == [(flaw, f"findings.0.{field}")]


def test_no_problem_beside_a_problem_code_is_a_contradiction() -> None:
    (flaw,) = [
        one
        for one in flaws(with_finding(**PROBLEM | {"result_codes": ["1", "3"]}))
        if one.flaw is Flaw.CODES_CONTRADICT
    ]

    assert flaw.sentence("zh") == "结果代码互相矛盾：1 不能与 3 同时选择"


def test_a_desk_task_asks_for_no_presence_on_site() -> None:
    assert flaws(a_report(present=[]), desk=True) == []


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (CheckpointKind.CHOICE, "二级", "五级"),
        (CheckpointKind.NUMBER, "-3.50", "NaN"),
        (CheckpointKind.TEXT, "第三车间", " "),
    ],
)
def test_an_answer_must_be_of_its_kind(kind: CheckpointKind, good: str, bad: str) -> None:
    checkpoint = CheckpointCard(
        code="q", text="?", kind=kind, shared_code=None, choices=("一级", "二级")
    )
    checks = (a_check(checkpoints=(checkpoint,)),)

    assert flaws(with_finding(answers=answers(q=good)), checks=checks) == []
    (flaw,) = flaws(with_finding(answers=answers(q=bad)), checks=checks)
    assert flaw.flaw is Flaw.ANSWER_INVALID


def test_every_flaw_is_worded_in_both_languages() -> None:
    sentences = [
        Refusal("field", flaw, "expected", "found").sentence(language)
        for flaw in Flaw
        for language in ("zh", "en")
    ]

    assert all(sentences)
    assert not any("{" in sentence for sentence in sentences)
