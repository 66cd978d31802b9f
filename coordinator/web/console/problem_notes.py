"""What stands beside a problem: who drafted it, what was disputed, what was not adopted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.results import Dispute, ExpertDraft, Finding
from coordinator.domain.result_intake import Report, Result
from coordinator.web.console.notices import time_of
from coordinator.web.language import _
from coordinator.web.words import state


@dataclass(frozen=True)
class ProblemNotes:
    """The notes of one item on one object; `asked`: nobody said yet whether it is disputed."""

    dispute: Dispute | None
    drafts: tuple[ExpertDraft, ...]
    asked: bool

    @property
    def adopted(self) -> tuple[ExpertDraft, ...]:
        """The drafts that an officer made a finding."""
        return tuple(each for each in self.drafts if each.adopted)


def notes_of(report: Report, finding: Finding, *, problem: bool) -> ProblemNotes:
    """Give what a report notes beside one of its findings."""
    return ProblemNotes(
        finding.dispute,
        tuple(
            each
            for each in report.drafts
            if (each.object_id, each.item) == (finding.object_id, finding.item)
        ),
        problem and finding.checked and finding.dispute is None,
    )


def notes_of_result(reports: Iterable[Report], result: Result) -> ProblemNotes | None:
    """Give the notes of a standing result, from the version of the report that it stands on."""
    for report in reports:
        for finding in report.findings if report.version == result.version else ():
            if (finding.object_id, finding.item) == (result.object_id, result.item):
                return notes_of(report, finding, problem=result.has_problem)
    return None


def drafted_words(notes: ProblemNotes, people: Mapping[str, str]) -> str:
    """Say who drafted a problem and who adopted it; empty where no expert did."""
    return _("；").join(
        _("专家 %(expert)s 提出，%(officer)s 采纳")
        % {
            "expert": people.get(each.expert, each.expert),
            "officer": people.get(each.decided_by, each.decided_by),
        }
        for each in notes.adopted
    )


def dispute_words(notes: ProblemNotes, people: Mapping[str, str], zone: str) -> str:
    """Say what was disputed and how it was settled, by whom and when."""
    dispute = notes.dispute
    if dispute is None:
        return _("未注明有无争议") if notes.asked else ""
    who = people.get(dispute.handled_by, dispute.handled_by)
    at = dispute.handled_at
    when = f" {time_of(at, zone, '%Y-%m-%d %H:%M')}" if at else ""
    said = [f"{state('dispute', dispute.state).word}（{who}{when}）"]
    if dispute.claim:
        said.append(_("争议：") + dispute.claim)
    if dispute.settlement:
        said.append(_("处理：") + dispute.settlement)
    return _("；").join(said)


def rejected_rows(
    report: Report, people: Mapping[str, str], items: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Word the drafts that no officer made a finding, with their reasons."""
    return [
        {
            "item": items.get(each.item, each.item),
            "problem": each.problem,
            "basis": each.legal_basis,
            "expert": people.get(each.expert, each.expert),
            "officer": people.get(each.decided_by, each.decided_by),
            "reason": each.reason or "",
        }
        for each in report.drafts
        if not each.adopted
    ]


def drafts_words(report: Report) -> str:
    """Count what experts drafted; empty where they drafted nothing."""
    if not report.drafts:
        return ""
    adopted = sum(each.adopted for each in report.drafts)
    return _("专家提出问题 %(all)s 项，采纳 %(adopted)s 项，不采纳 %(rejected)s 项。") % {
        "all": len(report.drafts),
        "adopted": adopted,
        "rejected": len(report.drafts) - adopted,
    }
