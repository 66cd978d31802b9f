"""The papers of a report: 检查报告, 笔录, 结果单, 问题汇总表, 回执, as data for their forms."""

from collections.abc import Mapping
from typing import Any

from contracts.results import EntitySignature, Finding
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import Report, has_problem
from coordinator.domain.review import Hearing, Verdict
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.web.console.frame import Console
from coordinator.web.console.notices import day_of, time_of
from coordinator.web.console.problem_notes import (
    dispute_words,
    drafted_words,
    drafts_words,
    notes_of,
    rejected_rows,
)
from coordinator.web.console.team_draw import people_names
from coordinator.web.language import _
from coordinator.web.names import Names, load_names
from coordinator.web.report_history import ReportSeen, VersionSeen

PAPERS = ("inspection-report", "inspection-record", "result-sheet", "problem-summary", "receipt")


async def paper_of(
    console: Console, work: Work, seen: ReportSeen, paper: str
) -> tuple[str, dict[str, Any]]:
    """Give the form of this name and its data, from the latest version of the report."""
    if paper not in PAPERS or not seen.versions:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="document", key=paper)
    latest = seen.versions[0]
    names, people = await load_names(work), await people_names(work)
    report = latest.report
    policy = await policy_of_visit(work, seen.visit)
    zone = console.parts.zone
    words = await _words_of(work, names, report, zone)
    return paper, {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "organ": names.department(report.department),
        "task_number": given(seen.visit.task_number, "task_number", report.visit_id),
        "place_name": seen.visit.place_name,
        "address": seen.visit.address,
        "visited_date": report.visited_date.isoformat(),
        "people": [people.get(each, each) for each in report.present] or [_("书面检查")],
        "items": [
            words.item(each) | _notes(report, each, policy, people, zone)
            for each in report.findings
        ],
        "drafts": drafts_words(report),
        "rejected": rejected_rows(report, people, words.item_names),
        "situation": _situation(report),
        "evaluation": report.evaluation or "",
        "opinion": report.opinion or "",
        "entity_opinion": report.entity_opinion or "",
        "signature": _signature(report.signature, people),
        "process_records": _process_records(report, zone),
        "standing": _standing(latest),
        "hearing": _hearing(latest.hearing),
        **_approval(latest, names, zone),
        "entered_by": people.get(report.entered_by, report.entered_by),
        "entered_date": day_of(report.received_at, zone),
    }


def _process_records(report: Report, zone: str) -> list[str]:
    return [
        f"{each.device} {time_of(each.began_at, zone)}-{time_of(each.ended_at, zone)}"
        f" {each.sha256[:16]}…"
        for each in report.process_records
    ]


class _Words:
    """Words of one report: codes, items and objects by name."""

    def __init__(
        self,
        *,
        names: Names,
        objects: Mapping[str, str],
        item_names: Mapping[str, str],
        items: Mapping[str, CheckItem],
        zone: str,
    ) -> None:
        self._names = names
        self._objects = objects
        self.item_names = item_names
        self._items = items
        self._zone = zone

    def item(self, finding: Finding) -> dict[str, Any]:
        """Word one finding."""
        return {
            "object": self._objects.get(finding.object_id, finding.object_id),
            "item": self.item_names.get(finding.item, finding.item),
            "method": finding.method if finding.checked else _("未检查"),
            "result": self.result(finding),
            "problem": finding.problem or "",
            "basis": finding.legal_basis or "",
            "disposal": _("、").join(self._names.follow_up(code) for code in finding.follow_up),
            "answers": self._answers(finding),
            "evidence": [
                f"{each.name or each.kind.value} {time_of(each.taken_at, self._zone)}"
                f" {each.sha256[:16]}…"
                for each in finding.evidence
            ],
        }

    def result(self, finding: Finding) -> str:
        """Name the result codes of a finding."""
        return _("、").join(self._names.result(code) for code in finding.result_codes)

    def _answers(self, finding: Finding) -> list[dict[str, str]]:
        item = self._items.get(finding.item)
        questions = {point.code: point.text for point in item.checkpoints} if item else {}
        return [
            {
                "question": questions.get(each.checkpoint, each.checkpoint),
                "answer": f"{each.value}（{each.note}）" if each.note else each.value,
            }
            for each in finding.answers
        ]


async def _words_of(work: Work, names: Names, report: Report, zone: str) -> _Words:
    checks = await work.checks.where(visit_id=report.visit_id, department=report.department)
    return _Words(
        names=names,
        objects={each.object_id: each.object_name for each in checks},
        item_names={each.item: each.item_name for each in checks},
        items=await items_by_code(work, (each.item for each in report.findings)),
        zone=zone,
    )


def _notes(
    report: Report, finding: Finding, policy: Policy, people: Mapping[str, str], zone: str
) -> dict[str, str]:
    """Word what stands beside a problem: the expert who drafted it, and what was disputed."""
    problem = has_problem(finding, policy, report.visited_date)
    notes = notes_of(report, finding, problem=problem)
    return {"drafted": drafted_words(notes, people), "dispute": dispute_words(notes, people, zone)}


def _situation(report: Report) -> str:
    problems = [each for each in report.findings if each.problem and each.checked]
    unchecked = [each for each in report.findings if not each.checked]
    return _("检查 %(checked)s 项，其中 %(problems)s 项发现问题，%(unchecked)s 项未能检查。") % {
        "checked": len(report.findings) - len(unchecked),
        "problems": len(problems),
        "unchecked": len(unchecked),
    }


def _signature(signature: EntitySignature | None, people: Mapping[str, str]) -> str:
    if signature is None:
        return ""
    if not signature.refused:
        return signature.name or ""
    witnesses = _("、").join(people.get(each, each) for each in signature.witnesses)
    noted = _("拒绝签字，由 %s 注明") % witnesses
    return f"{noted}：{signature.note}" if signature.note else noted


def _standing(version: VersionSeen) -> str:
    number = _("第 %s 版") % version.report.version
    approved = any(each.verdict is Verdict.APPROVED for each in version.decisions)
    return number + (_("，已审核") if approved else _("，未审核"))


def _hearing(hearing: Hearing | None) -> str:
    if hearing is None:
        return ""
    people = _("、").join(hearing.participants)
    return f"{hearing.held_date.isoformat()} {people}：{hearing.text}"


def _approval(version: VersionSeen, names: Names, zone: str) -> dict[str, Any]:
    """Give who approved the version and when; nothing until somebody has."""
    approved = [each for each in version.decisions if each.verdict is Verdict.APPROVED]
    if not approved:
        return {}
    return {
        "approved_by": names.person(approved[-1].decided_by),
        "approved_date": day_of(approved[-1].decided_at, zone),
    }
