"""When a report may be entered and what proves it (2-rules.md 2.5, 2.6), as the office asks it.

Pure: task and report in, refusals out. A task from before these rules were told asks for none.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from contracts.results import Evidence, FindingsSubmitted
from contracts.tasks import EntryRules, TaskPublished
from contracts.vocabulary import EvidenceKind
from department_agents.clock import legal_date
from department_agents.refusals import Flaw, Refusal

_ON_SITE = (EvidenceKind.PHOTO, EvidenceKind.VIDEO)


def flaws_of_entry(
    report: FindingsSubmitted, task: TaskPublished, today: date
) -> Iterator[Refusal]:
    """Give why a first report comes too late without a reason.

    Working days are counted as if all days were: the office's calendar never ends earlier.
    """
    rules = task.entry_rules
    passed = (today - report.visited_date).days
    if rules is None or report.report_version > 1 or (report.late_reason or "").strip():
        return
    if passed > rules.days:
        yield Refusal("late_reason", Flaw.LATE_WITHOUT_REASON, str(rules.days), str(passed))


def flaws_of_proofs(report: FindingsSubmitted, task: TaskPublished) -> Iterator[Refusal]:
    """Give what is wrong with evidence, full-process records and signature."""
    for index, finding in enumerate(report.findings):
        times = Counter(each.sha256 for each in finding.evidence)
        for number, each in enumerate(finding.evidence):
            where = f"findings.{index}.evidence.{number}"
            if times[each.sha256] > 1:
                yield Refusal(where, Flaw.EVIDENCE_REPEATED, found=each.sha256)
            yield from flaws_of_file(where, each, report)
    yield from _records(report, task.entry_rules)
    yield from _signature(report, task)


def flaws_of_supplement(report: FindingsSubmitted, former: FindingsSubmitted) -> Iterator[Refusal]:
    """Give what a supplement changes that was found already, or that it adds nothing."""
    before = {(each.object_id, each.item): each for each in former.findings}
    added = False
    for index, finding in enumerate(report.findings):
        earlier = before.get((finding.object_id, finding.item))
        if earlier is None or (not earlier.checked and finding.checked):
            added = True
        elif finding != earlier:
            yield Refusal(f"findings.{index}.item", Flaw.SUPPLEMENT_CHANGES, found=finding.item)
    if not added:
        yield Refusal("findings", Flaw.SUPPLEMENT_EMPTY)


def flaws_of_file(where: str, each: Evidence, report: FindingsSubmitted) -> Iterator[Refusal]:
    """Give what is wrong with a photo or video: taken on the day, by somebody who was there."""
    if each.kind not in _ON_SITE:
        return
    if each.taken_by not in report.present:
        people = ", ".join(report.present)
        yield Refusal(f"{where}.taken_by", Flaw.EVIDENCE_TAKEN_BY, people, each.taken_by)
    taken, visited = legal_date(each.taken_at), report.visited_date
    if taken != visited:
        expected, found = visited.isoformat(), taken.isoformat()
        yield Refusal(f"{where}.taken_at", Flaw.EVIDENCE_OTHER_DAY, expected, found)


def _records(report: FindingsSubmitted, rules: EntryRules | None) -> Iterator[Refusal]:
    if rules is not None and rules.process_record and not report.process_records:
        yield Refusal("process_records", Flaw.PROCESS_RECORD_MISSING)
    for number, each in enumerate(report.process_records):
        on_the_day = legal_date(each.began_at) == report.visited_date
        if each.began_at >= each.ended_at or not on_the_day:
            found = f"{each.began_at.isoformat()} / {each.ended_at.isoformat()}"
            expected = report.visited_date.isoformat()
            where = f"process_records.{number}"
            yield Refusal(where, Flaw.PROCESS_RECORD_TIMES, expected, found)


def _signature(report: FindingsSubmitted, task: TaskPublished) -> Iterator[Refusal]:
    rules, signature = task.entry_rules, report.signature
    if signature is None:
        if rules is not None and rules.signature:
            yield Refusal("signature", Flaw.SIGNATURE_MISSING)
        return
    if not signature.refused:
        if not (signature.name or "").strip():
            yield Refusal("signature.name", Flaw.SIGNATURE_MISSING)
        return
    officers = {
        member.person_id
        for member in task.team
        if member.department == task.department and member.is_officer
    }
    found = len(officers & set(report.present) & set(signature.witnesses))
    wanted = rules.witnesses if rules is not None else 1
    if found < wanted:
        field = "signature.witnesses"
        yield Refusal(field, Flaw.REFUSAL_WITNESSES, str(wanted), str(found))
