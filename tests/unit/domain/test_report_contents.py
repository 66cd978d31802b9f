"""What a report says beside its codes: tables, former sets, answers, proofs, time, versions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from contracts.results import (
    Answer,
    EntitySignature,
    Evidence,
    Finding,
    FindingsSubmitted,
    ProcessRecord,
)
from contracts.vocabulary import CheckpointKind, EvidenceKind
from coordinator.domain.checklist_merge.sharing import Form
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeEntry, Policy
from coordinator.domain.registers import Checkpoint
from coordinator.domain.result_intake import (
    Assignment,
    Report,
    accept_report,
    changes_between,
    days_late,
    doubts_of,
    entry_due,
    in_current_codes,
    require_in_time,
    require_supplement,
    translated,
)
from tests.builders import (
    CALENDAR,
    FIRE,
    MARKET,
    NOW,
    POLICY,
    a_finding,
    a_findings_message,
    a_problem,
    an_assignment,
    an_item,
)

DAY = date(2026, 4, 8)
LOCAL = timezone(timedelta(hours=8))
SHA = "a" * 64
POINTS = (
    Checkpoint(code="yes", text="安全出口畅通"),
    Checkpoint(code="grade", text="等级", kind=CheckpointKind.CHOICE, choices=("一级", "二级")),
    Checkpoint(code="count", text="灭火器数量", kind=CheckpointKind.NUMBER),
    Checkpoint(code="words", text="说明", kind=CheckpointKind.TEXT),
)
ANSWERS = {"yes": "不适用", "grade": "二级", "count": "-3.5", "words": "无异常情况"}


def refusal(
    message: FindingsSubmitted, assignment: Assignment | None = None, policy: Policy = POLICY
) -> tuple[Rule, dict[str, object]]:
    with pytest.raises(RuleBrokenError) as refused:
        accept_report(message, assignment or an_assignment(), policy)
    return refused.value.rule, refused.value.facts


def asking(*points: Checkpoint, **changes: Any) -> Assignment:
    """Give an assignment whose first item asks these questions."""
    items = {"mr-1": an_item("mr-1", checkpoints=points), "mr-2": an_item("mr-2")}
    return an_assignment(items=items, **changes)


def answering(said: dict[str, str], **changes: Any) -> FindingsSubmitted:
    answers = tuple(Answer(checkpoint=code, value=value) for code, value in said.items())
    first = a_finding("mr-1", **{"answers": answers, **changes})
    return a_findings_message([first, a_finding("mr-2")])


def proven(*evidence: Evidence, **changes: Any) -> FindingsSubmitted:
    findings = [a_finding("mr-1", evidence=evidence), a_finding("mr-2")]
    return a_findings_message(findings, **changes)


def a_photo(**changes: Any) -> Evidence:
    photo = Evidence(
        sha256=SHA,
        kind=EvidenceKind.PHOTO,
        media_type="image/jpeg",
        size=1,
        taken_at=datetime(2026, 4, 8, 10, 0, tzinfo=LOCAL),
        taken_by="mr-p1",
    )
    return photo.model_copy(update=changes)


def with_tables(*entries: CodeEntry) -> Policy:
    return POLICY.model_copy(update={"result_codes": entries})


def with_figures(part: str, **figures: Any) -> Policy:
    changed = getattr(POLICY, part).model_copy(update=figures)
    return POLICY.model_copy(update={part: changed})


def a_code(code: str, **changes: Any) -> CodeEntry:
    return CodeEntry(code=code, name_zh=code, name_en=code, **changes)


def a_report(version: int, *findings: Finding) -> Report:
    return Report(
        report_id=f"v.{MARKET}.{version}",
        visit_id="v",
        department=MARKET,
        version=version,
        entered_by="mr-p1",
        visited_date=DAY,
        present=("mr-p1", "mr-p2"),
        entity_opinion=None,
        findings=findings,
        received_at=NOW,
    )


# checkpoints


def test_an_answer_of_each_kind_is_accepted() -> None:
    accept_report(answering(ANSWERS), asking(*POINTS), POLICY)


@pytest.mark.parametrize(
    ("changes", "rule", "checkpoint"),
    [
        ({"yes": ""}, Rule.CHECKPOINT_ANSWER_INVALID, "yes"),
        ({"yes": "正常"}, Rule.CHECKPOINT_ANSWER_INVALID, "yes"),
        ({"grade": "三级"}, Rule.CHECKPOINT_ANSWER_INVALID, "grade"),
        ({"count": "三"}, Rule.CHECKPOINT_ANSWER_INVALID, "count"),
        ({"count": "NaN"}, Rule.CHECKPOINT_ANSWER_INVALID, "count"),
        ({"words": "  "}, Rule.CHECKPOINT_ANSWER_INVALID, "words"),
        ({"roof": "是"}, Rule.CHECKPOINT_UNKNOWN, "roof"),
    ],
)
def test_a_wrong_answer_is_refused_by_object_item_and_checkpoint(
    changes: dict[str, str], rule: Rule, checkpoint: str
) -> None:
    found, facts = refusal(answering({**ANSWERS, **changes}), asking(*POINTS))

    assert (found, facts["checkpoint"]) == (rule, checkpoint)
    assert (facts["object"], facts["item"]) == ("o-1", "mr-1")


def test_a_question_without_answer_is_refused_for_there_is_no_default() -> None:
    rule, facts = refusal(answering({"yes": "是"}), asking(*POINTS))

    assert (rule, facts["checkpoint"], facts["text"]) == (
        Rule.CHECKPOINT_UNANSWERED,
        "grade",
        "等级",
    )


def test_what_was_not_checked_needs_no_answers() -> None:
    accept_report(
        answering({}, checked=False, result_codes=("7",), problem="已停业"),
        asking(*POINTS),
        POLICY,
    )


def test_a_question_that_another_organ_asks_is_answered_only_with_a_reason() -> None:
    shared = Form({}, {(MARKET, "o-1", "mr-1", "yes"): FIRE})
    assignment = asking(POINTS[0], form=shared)
    reopened = Answer(checkpoint="yes", value="否", reopened="现场已变")

    accept_report(answering({}), assignment, POLICY)
    accept_report(answering({}, answers=(reopened,)), assignment, POLICY)
    rule, _ = refusal(answering({"yes": "是"}), assignment)

    assert rule is Rule.CHECKPOINT_SETTLED


def test_answers_may_be_those_of_the_item_as_the_department_was_told_it() -> None:
    told = {"mr-1": an_item("mr-1", checkpoints=(POINTS[0],))}
    changed = asking(replace_code(POINTS[0], "new"), told=told)

    accept_report(answering({"yes": "是"}), changed, POLICY)
    accept_report(answering({"new": "是"}), changed, POLICY)
    rule, facts = refusal(answering({"other": "是"}), changed)

    assert (rule, facts["checkpoint"]) == (Rule.CHECKPOINT_UNKNOWN, "other")


def replace_code(point: Checkpoint, code: str) -> Checkpoint:
    return point.model_copy(update={"code": code})


# codes


def test_the_table_in_force_on_the_day_of_the_visit_decides() -> None:
    last = DAY - timedelta(days=1)
    policy = with_tables(a_code("1", valid_to=last), a_code("01", valid_from=DAY))
    now = a_finding("mr-1", result_codes=("01",)), a_finding("mr-2", result_codes=("01",))

    accept_report(a_findings_message(now), an_assignment(), policy)
    rule, facts = refusal(a_findings_message(), policy=policy)
    later = with_tables(a_code("1", valid_from=DAY + timedelta(days=1)))

    assert (rule, facts["code"]) == (Rule.CODE_UNKNOWN, "1")
    assert refusal(a_findings_message(), policy=later)[0] is Rule.CODE_TABLE_NOT_VALID


def test_deregistered_on_one_item_and_no_problem_on_another_contradict_each_other() -> None:
    message = a_findings_message([a_finding("mr-1", result_codes=("9",)), a_finding("mr-2")])

    assert refusal(message) == (
        Rule.OBJECT_RESULTS_CONTRADICT,
        {"object": "o-1", "item": "mr-1", "code": "9", "other_item": "mr-2", "other_code": "1"},
    )


def test_what_rarely_holds_together_is_left_to_the_approver() -> None:
    findings = (a_finding("mr-1", result_codes=("12",)), a_finding("mr-2"))

    accept_report(a_findings_message(findings), an_assignment(), POLICY)

    assert doubts_of(findings, POLICY, DAY) == (("o-1", "mr-1", "12", "mr-2", "1"),)
    elsewhere = (findings[0], a_finding("mr-2", "o-2"))
    assert doubts_of(elsewhere, POLICY, DAY) == ()


@pytest.mark.parametrize(
    ("code_set", "said", "meant"),
    [
        ("nine", ("1",), ("1",)),
        ("nine", ("4", "2"), ("6", "B")),
        ("nine", ("未发现开展本次抽查涉及的经营活动",), ("F",)),
        ("six", ("6",), ("2",)),
        ("six", ("2",), ("E",)),
    ],
)
def test_codes_of_a_former_set_are_translated(
    code_set: str, said: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    findings = [a_finding(result_codes=said)]
    report = a_findings_message(findings, code_set=code_set)

    assert translated(said, code_set, POLICY, DAY) == meant
    assert in_current_codes(report, POLICY).findings[0].result_codes == meant


@pytest.mark.parametrize(
    ("code_set", "said", "rule"),
    [("seven", "1", Rule.CODE_SET_UNKNOWN), ("six", "9", Rule.CODE_UNKNOWN)],
)
def test_an_unknown_set_or_code_is_refused(code_set: str, said: str, rule: Rule) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        translated([said], code_set, POLICY, DAY)

    assert refused.value.rule is rule


def test_a_former_code_that_several_codes_continue_is_refused_with_these() -> None:
    policy = with_tables(a_code("B", former={"nine": ("2",)}), a_code("D", former={"nine": ("2",)}))

    with pytest.raises(RuleBrokenError) as refused:
        translated(["2"], "nine", policy, DAY)

    assert refused.value.rule is Rule.CODE_AMBIGUOUS
    assert refused.value.facts["candidates"] == ["B", "D"]


# proofs


def test_evidence_of_the_day_by_somebody_present_is_accepted() -> None:
    older = a_photo(kind=EvidenceKind.DOCUMENT, sha256="b" * 64, taken_by="对方会计")

    accept_report(proven(a_photo(), older), an_assignment(), POLICY)


@pytest.mark.parametrize(
    ("evidence", "rule"),
    [
        ((a_photo(), a_photo()), Rule.EVIDENCE_REPEATED),
        ((a_photo(taken_by="stranger"),), Rule.EVIDENCE_TAKEN_BY),
        (
            (a_photo(taken_at=datetime(2026, 4, 7, 23, 0, tzinfo=LOCAL)),),
            Rule.EVIDENCE_OTHER_DAY,
        ),
    ],
)
def test_evidence_of_another_day_or_hand_is_refused(
    evidence: tuple[Evidence, ...], rule: Rule
) -> None:
    found, facts = refusal(proven(*evidence))

    assert (found, facts["sha256"]) == (rule, SHA)


def test_moments_told_in_utc_are_held_to_the_day_here() -> None:
    evening, later = (datetime(2026, 4, 7, 23, m, tzinfo=UTC) for m in (30, 50))
    record = ProcessRecord(device="记录仪", began_at=evening, ended_at=later, sha256=SHA)
    next_day = proven(a_photo(taken_at=evening + timedelta(days=1)))

    accept_report(
        proven(a_photo(taken_at=evening), process_records=(record,)), an_assignment(), POLICY
    )
    assert refusal(next_day)[0] is Rule.EVIDENCE_OTHER_DAY


@pytest.mark.parametrize(
    ("signature", "rule"),
    [
        (EntitySignature(refused=False, name=" "), Rule.SIGNATURE_MISSING),
        (EntitySignature(refused=True, witnesses=("mr-p1",)), Rule.REFUSAL_WITNESSES),
        (EntitySignature(refused=True, witnesses=("mr-p1", "fr-p1")), Rule.REFUSAL_WITNESSES),
    ],
)
def test_a_refused_signature_is_noted_by_two_officers_who_were_there(
    signature: EntitySignature, rule: Rule
) -> None:
    noted = EntitySignature(refused=True, witnesses=("mr-p1", "mr-p2"))

    accept_report(a_findings_message(signature=noted), an_assignment(), POLICY)
    assert refusal(a_findings_message(signature=signature))[0] is rule


def test_a_profile_may_demand_signature_and_full_process_record() -> None:
    demanding = with_figures("fieldwork", entity_signature=True, process_record=True)
    record = ProcessRecord(
        device="执法记录仪",
        began_at=datetime(2026, 4, 8, 9, 0, tzinfo=LOCAL),
        ended_at=datetime(2026, 4, 8, 10, 0, tzinfo=LOCAL),
        sha256=SHA,
    )
    backwards = record.model_copy(update={"began_at": record.ended_at})

    bare = refusal(a_findings_message(), policy=demanding)[0]
    unsigned = refusal(a_findings_message(process_records=(record,)), policy=demanding)[0]
    wrong = refusal(a_findings_message(process_records=(backwards,)))[0]

    assert (bare, unsigned, wrong) == (
        Rule.PROCESS_RECORD_MISSING,
        Rule.SIGNATURE_MISSING,
        Rule.PROCESS_RECORD_TIMES,
    )


# time and versions


@pytest.mark.parametrize(
    ("working_days", "due"), [(None, date(2026, 4, 18)), (1, date(2026, 4, 9))]
)
def test_a_report_is_due_by_the_profiles_clock_or_the_days_of_back_entry(
    working_days: int | None, due: date
) -> None:
    policy = with_figures("report", report_working_days=working_days)
    message = a_findings_message()

    assert entry_due(DAY, working_days, policy, CALENDAR).due_date == due
    require_in_time(message, due, due)
    late = message.model_copy(update={"late_reason": "offline"})
    require_in_time(late, due, due + timedelta(days=9))
    with pytest.raises(RuleBrokenError) as refused:
        require_in_time(message, due, due + timedelta(days=1))
    assert refused.value.facts == {
        "visited": "2026-04-08",
        "due": due.isoformat(),
        "today": (due + timedelta(days=1)).isoformat(),
    }
    assert days_late(due, due + timedelta(days=3)) == 3
    assert days_late(due, DAY) == 0


def test_a_supplement_may_not_touch_what_was_found() -> None:
    missed = a_finding("mr-1", checked=False, result_codes=("F",), problem="上锁")
    former = a_report(1, missed, a_finding("mr-2"))
    message = a_findings_message([a_finding("mr-1"), a_finding("mr-2")])

    require_supplement(message, former)
    changed = a_findings_message([a_finding("mr-1"), a_problem("mr-2")])
    with pytest.raises(RuleBrokenError) as touched:
        require_supplement(changed, former)
    with pytest.raises(RuleBrokenError) as empty:
        require_supplement(a_findings_message([missed, a_finding("mr-2")]), former)

    assert (touched.value.rule, touched.value.facts["item"]) == (Rule.SUPPLEMENT_CHANGES, "mr-2")
    assert empty.value.rule is Rule.SUPPLEMENT_EMPTY


def test_versions_differ_field_by_field_and_answer_by_answer() -> None:
    before = a_finding("mr-1", answers=(Answer(checkpoint="yes", value="是"),))
    after = a_problem("mr-1", answers=(Answer(checkpoint="yes", value="否"),))

    changes = changes_between(
        a_report(1, before, a_finding("mr-2")), a_report(2, after, a_finding("mr-2"))
    )

    assert [(each.item, each.field, each.before, each.after) for each in changes] == [
        ("mr-1", "result_codes", ["1"], ["2"]),
        ("mr-1", "problem", None, "超范围经营"),
        ("mr-1", "legal_basis", None, "《食品安全法》第一百二十二条"),
        ("mr-1", "follow_up", ["none"], ["case"]),
        ("mr-1", "answers.yes", "是", "否"),
    ]
    same = a_report(1, before)
    assert changes_between(same, replace(same, version=2)) == ()
