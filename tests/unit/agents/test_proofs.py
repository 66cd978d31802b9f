"""A report's proofs and its later versions, from the desk's form to the message that leaves."""

import hashlib
import html
import json
import re
from datetime import date
from typing import Any

import pytest

from contracts.results import FindingsSubmitted, ResultReturned
from contracts.tasks import EntryRules
from department_agents.code_table import load_code_table
from department_agents.desk.proofs import fields_beside
from department_agents.refusals import AnswerRefusedError, Flaw, Refusal
from department_agents.report_rules import ReportRules, flaws_of
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_check, a_finding, a_report, a_task
from tests.unit.agents.test_desk import FORM, VISIT

RULES = ReportRules(load_code_table(None), officers_required=2)
ASKED = EntryRules(days=1, working=True, witnesses=2, signature=True, process_record=True)
SHA = "a" * 64
SIGNED = {"refused": False, "name": "店长", "witnesses": [], "note": None}
RECORD = {
    "device": "记录仪",
    "began_at": "2026-11-21T09:00:00+08:00",
    "ended_at": "2026-11-21T10:00:00+08:00",
    "sha256": SHA,
}
PHOTO = {
    "sha256": SHA,
    "kind": "photo",
    "media_type": "image/jpeg",
    "size": 3,
    "taken_at": "2026-11-21T09:30:00+08:00",
    "taken_by": "p1",
}


def flaws(today: date = date(2026, 11, 21), **changes: Any) -> list[Refusal]:
    given = {"signature": SIGNED, "process_records": [RECORD], **changes}
    filled = {"department": "fire", "report_version": 1, **a_report(**given)}
    value = FindingsSubmitted.model_validate_json(json.dumps(filled))
    return flaws_of(value, a_task(entry_rules=ASKED), RULES, today)


def with_evidence(*evidence: dict[str, Any]) -> dict[str, Any]:
    return {"findings": [a_finding(evidence=list(evidence))]}


@pytest.mark.parametrize(
    ("changes", "flaw", "field"),
    [
        ({"signature": None}, Flaw.SIGNATURE_MISSING, "signature"),
        ({"signature": {"refused": False}}, Flaw.SIGNATURE_MISSING, "signature.name"),
        (
            {"signature": {"refused": True, "witnesses": ["p1", "e1"]}},
            Flaw.REFUSAL_WITNESSES,
            "signature.witnesses",
        ),
        ({"process_records": []}, Flaw.PROCESS_RECORD_MISSING, "process_records"),
        (
            {"process_records": [RECORD | {"ended_at": RECORD["began_at"]}]},
            Flaw.PROCESS_RECORD_TIMES,
            "process_records.0",
        ),
        (
            with_evidence(PHOTO | {"taken_by": "p9"}),
            Flaw.EVIDENCE_TAKEN_BY,
            "findings.0.evidence.0.taken_by",
        ),
        (
            with_evidence(PHOTO | {"taken_at": "2026-11-20T09:30:00+08:00"}),
            Flaw.EVIDENCE_OTHER_DAY,
            "findings.0.evidence.0.taken_at",
        ),
        (
            with_evidence(PHOTO, PHOTO)
            | {"findings": [a_finding(evidence=[PHOTO, PHOTO | {"kind": "document"}])]},
            Flaw.EVIDENCE_REPEATED,
            "findings.0.evidence.0",
        ),
    ],
)
def test_a_flaw_of_the_proofs_names_its_field(
    changes: dict[str, Any], flaw: Flaw, field: str
) -> None:
    found = flaws(**changes)

    assert (found[0].flaw, found[0].field) == (flaw, field)


def test_moments_told_in_utc_are_held_to_the_day_here() -> None:
    evening = PHOTO | {"taken_at": "2026-11-20T23:30:00Z"}
    record = RECORD | {"began_at": "2026-11-20T23:30:00Z"}

    assert flaws(process_records=[record], **with_evidence(evening)) == []


def test_a_time_told_in_utc_stands_in_the_form_as_it_is_here() -> None:
    record = RECORD | {"began_at": "2026-11-20T23:30:00Z"}
    filled = {"department": "fire", "report_version": 1, **a_report(process_records=[record])}
    report = FindingsSubmitted.model_validate_json(json.dumps(filled))

    assert dict(fields_beside(report))["record_from"] == "07:30"


def test_a_first_report_after_its_time_needs_a_reason() -> None:
    late = date(2026, 11, 23)

    assert [one.flaw for one in flaws(late)] == [Flaw.LATE_WITHOUT_REASON]
    assert flaws(late, late_reason="offline") == []
    assert flaws() == []


def test_codes_of_one_object_that_exclude_each_other_are_refused_here_already() -> None:
    task = a_task(checks=(a_check(), a_check("F-02")))
    findings = [a_finding(result_codes=["9"]), a_finding("F-02")]
    filled = {"department": "fire", "report_version": 1, **a_report(findings=findings)}
    report = FindingsSubmitted.model_validate_json(json.dumps(filled))

    (flaw,) = flaws_of(report, task, RULES, date(2026, 11, 21))

    assert (flaw.flaw, flaw.field) == (Flaw.OBJECT_CODES_CONTRADICT, "findings.0.result_codes")


async def accepted(at_work: AgentAtWork, desk: Desk) -> None:
    await at_work.receive(a_task())
    await desk.log_in()
    await desk.submit(f"/visits/{VISIT}/accept", {"accepted_by": "王五"})


async def last_report(at_work: AgentAtWork) -> dict[str, Any]:
    return [data for name, data in await at_work.sent() if name == "FindingsSubmitted"][-1]


async def test_an_attached_file_stays_here_and_only_its_hash_leaves(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    fields = FORM | {
        "csrf": desk.csrf,
        "c0.taken_time": "09:30",
        "c0.place_note": "三层东侧",
        "signature": "refused",
        "witnesses": ["p1", "p2"],
        "signature_note": "负责人离开",
        "evaluation": "总体符合要求",
    }
    body = b"a photo"

    answer = await desk.client.post(
        f"/visits/{VISIT}/findings",
        data=fields,
        files={"c0.files": ("安全出口.jpg", body, "image/jpeg")},
    )

    assert answer.status_code == 303, answer.text
    report = await last_report(at_work)
    [evidence] = report["findings"][0]["evidence"]
    digest = hashlib.sha256(body).hexdigest()
    assert (evidence["sha256"], evidence["size"], evidence["kind"]) == (digest, 7, "photo")
    assert evidence["taken_at"] == "2026-11-21T09:30:00+08:00"
    assert (evidence["taken_by"], evidence["place_note"]) == ("p1", "三层东侧")
    assert report["signature"]["witnesses"] == ["p1", "p2"]
    assert report["evaluation"] == "总体符合要求"
    kept = await desk.client.get(f"/evidence/{digest}")
    assert kept.content == body
    assert "安全出口.jpg" in (await desk.client.get(f"/visits/{VISIT}")).text


async def test_a_refused_form_keeps_what_was_attached(desk: Desk, at_work: AgentAtWork) -> None:
    await accepted(at_work, desk)
    fields = FORM | {"csrf": desk.csrf, "c0.taken_time": "09:30", "c0.result_codes": []}

    refused = await desk.client.post(
        f"/visits/{VISIT}/findings",
        data=fields,
        files={"c0.files": ("a.jpg", b"a photo", "image/jpeg")},
    )

    assert refused.status_code == 422
    assert 'name="c0.kept"' in refused.text
    assert "a.jpg" in refused.text


@pytest.mark.parametrize(
    "damaged", ["{", "[]", "7", '{"sha256": 1, "taken_at": ""}', '{"taken_at": "gestern"}']
)
async def test_a_damaged_field_is_refused_by_name(
    desk: Desk, at_work: AgentAtWork, damaged: str
) -> None:
    await accepted(at_work, desk)

    refused = await desk.client.post(
        f"/visits/{VISIT}/findings", data=FORM | {"csrf": desk.csrf, "c0.kept": damaged}
    )

    assert refused.status_code == 422


async def test_a_file_without_its_time_is_refused_and_gets_it_afterwards(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    fields = FORM | {"csrf": desk.csrf}

    refused = await desk.client.post(
        f"/visits/{VISIT}/findings",
        data=fields,
        files={"c0.files": ("a.jpg", b"a photo", "image/jpeg")},
    )
    [kept] = re.findall(r'name="c0.kept" value="([^"]*)"', refused.text)
    again = {"c0.kept": html.unescape(kept), "c0.taken_time": "09:30"}
    await desk.submit(f"/visits/{VISIT}/findings", fields | again)

    [evidence] = (await last_report(at_work))["findings"][0]["evidence"]
    assert refused.status_code == 422
    assert evidence["taken_at"] == "2026-11-21T09:30:00+08:00"


async def test_every_record_of_a_returned_report_is_sent_again(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    two = [RECORD, RECORD | {"device": "DSJ-02", "sha256": "e" * 64}]
    await at_work.agent.counter.take("FindingsSubmitted", a_report(process_records=two))
    await at_work.receive(
        ResultReturned(visit_id=VISIT, department="fire", report_version=1, reason="补充")
    )

    page = (await desk.client.get(f"/visits/{VISIT}")).text
    [kept] = re.findall(r'name="record_kept" value="([^"]*)"', page)
    entered = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(record_\w+)" value="([^"]*)"', page)
    }
    await desk.submit(f"/visits/{VISIT}/findings", FORM | entered)

    assert "原报告另有 1 段记录" in page
    assert json.loads(html.unescape(kept))["device"] == "DSJ-02"
    sent = (await last_report(at_work))["process_records"]
    assert [each["device"] for each in sent] == [RECORD["device"], "DSJ-02"]


async def test_the_desk_shows_that_a_published_result_is_to_be_corrected(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    await desk.submit(f"/visits/{VISIT}/findings", FORM)
    told = ResultReturned(
        visit_id=VISIT, department="fire", report_version=1, reason="依据有误", correction=True
    )

    await at_work.receive(told)
    page = (await desk.client.get(f"/visits/{VISIT}")).text
    await desk.submit(f"/visits/{VISIT}/findings", FORM)

    assert "更正第 1 版（已审核或已公示）：依据有误" in page
    assert (await last_report(at_work))["report_version"] == 2
    [shown] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()
    assert [each["reason"] for each in shown["returns"]] == ["依据有误"]


async def test_a_report_that_is_out_is_supplemented_by_what_was_not_checked(
    at_work: AgentAtWork,
) -> None:
    await at_work.receive(a_task())
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})
    missed: dict[str, Any] = {
        "checked": False,
        "result_codes": ["F"],
        "problem": "上锁",
        "answers": [],
    }
    await take("FindingsSubmitted", a_report(findings=[a_finding(**missed)]))

    with pytest.raises(AnswerRefusedError) as unasked:
        await take("FindingsSubmitted", a_report())
    same = a_report(findings=[a_finding(**missed)], supplement_reason="补查")
    with pytest.raises(AnswerRefusedError) as empty:
        await take("FindingsSubmitted", same)
    await take("FindingsSubmitted", a_report(supplement_reason="午后补查"))

    assert [one.flaw for one in unasked.value.refusals] == [Flaw.STATE_WRONG]
    assert [one.flaw for one in empty.value.refusals] == [Flaw.SUPPLEMENT_EMPTY]
    report = await last_report(at_work)
    assert (report["report_version"], report["supplement_reason"]) == (2, "午后补查")


async def test_a_back_office_may_still_use_a_former_set_of_codes(at_work: AgentAtWork) -> None:
    await at_work.receive(a_task())
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})

    with pytest.raises(AnswerRefusedError) as refused:
        await take("FindingsSubmitted", a_report(code_set="six") | with_codes("9"))
    await take("FindingsSubmitted", a_report(code_set="six") | with_codes("未发现问题"))

    assert [one.flaw for one in refused.value.refusals] == [Flaw.CODE_UNKNOWN]
    report = await last_report(at_work)
    assert report["findings"][0]["result_codes"] == ["1"]
    assert "code_set" not in report


def with_codes(*codes: str) -> dict[str, Any]:
    return {"findings": [a_finding(result_codes=list(codes))]}


async def test_a_program_brings_files_too_and_learns_their_hash(
    desk: Desk, at_work: AgentAtWork
) -> None:
    body = b"a video"

    kept = await desk.client.post("/api/evidence", content=body, headers=desk.bearer)
    strangers = await desk.client.post("/api/evidence", content=body)

    digest = hashlib.sha256(body).hexdigest()
    assert (kept.status_code, kept.json()) == (201, {"sha256": digest, "size": 7})
    assert strangers.status_code == 401
    files = at_work.agent.settings.data_folder / "evidence"
    assert [each.name for each in files.iterdir()] == [digest]


async def test_the_desk_supplements_a_report_by_the_same_form(
    desk: Desk, at_work: AgentAtWork
) -> None:
    await accepted(at_work, desk)
    missed = {"c0.checked": "no", "c0.result_codes": ["F"], "c0.problem": "上锁", "a.0.exit": ""}
    await desk.submit(f"/visits/{VISIT}/findings", FORM | missed | {"a.shared.0.licence": ""})
    shown = (await desk.client.get(f"/visits/{VISIT}")).text
    form = (await desk.client.get(f"/visits/{VISIT}?supplement=1")).text

    sent = await desk.submit(f"/visits/{VISIT}/findings", FORM | {"supplement_reason": "午后补查"})

    assert "补录未检查的事项" in shown
    assert 'name="supplement_reason" required' in form
    assert 'name="c0.checked" value="no" checked' in form
    assert sent.status_code == 303, sent.text
    assert (await last_report(at_work))["supplement_reason"] == "午后补查"
