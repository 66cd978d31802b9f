"""Earlier results that may stand for drawn checks: found once per object, and told to the draw.

A result counts once it is approved, and no more when its disclosure was objected to or its visit
withdrawn; of a covert round only when the record is open, for citing it would tell of the visit.
A corrected report has one standing version, and only that one speaks (2-rules.md 2.3 rule 4).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.checklist_merge.recognition import (
    EarlierResult,
    finds_nothing,
    may_recognise,
)
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.policy import CodeEntry
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import Report, Result
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

Earlier = Mapping[str, Sequence[EarlierResult]]


@dataclass(frozen=True)
class Scope:
    """What results a round looks for: of these items, with the shared code of each checkpoint.

    Without months, or where every line or item says no, there is none.
    """

    shared_codes: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(
        cls, lines: Iterable[PlanLine], published: Iterable[CheckItem], months: int | None
    ) -> "Scope":
        """Give the scope of a round: items asked by a line that recognises, and their kin."""
        shared = {item.code: (item, _shared_codes(item)) for item in published}
        asked = {
            code
            for line in lines
            for code in {*line.items, *line.items_always}
            if months and code in shared and may_recognise(line, shared[code][0])
        }
        wanted = {code for item in asked for code in shared[item][1].values()}
        return cls(
            {
                code: {point: each for point, each in points.items() if each in wanted}
                for code, (_item, points) in shared.items()
                if code in asked or wanted & set(points.values())
            }
        )


async def earlier_results(work: Work, scope: Scope, objects: Collection[str]) -> Earlier:
    """Give by object what was found there of the items in scope, as its standing reports say."""
    if not scope.shared_codes or not objects:
        return {}
    found = await work.results.where(object_id=objects, item=set(scope.shared_codes), checked=True)
    visits = await work.visits.where(visit_id={result.visit_id for result in found})
    gone = {visit.visit_id for visit in visits if visit.state is VisitState.WITHDRAWN}
    standing = [result for result in found if result.visit_id not in gone]
    told = await told_of(work, standing)
    earlier: dict[str, list[EarlierResult]] = defaultdict(list)
    for result in standing:
        earlier[result.object_id].append(told.of(result, scope.shared_codes[result.item]))
    return earlier


@dataclass(frozen=True)
class Told:
    """What decides whether results are clean, and whether they may be cited."""

    reports: Mapping[str, Report]
    code_tables: Mapping[str, Sequence[CodeEntry]]
    secret: Collection[str]
    disputed: Collection[str]

    def of(self, result: Result, shared_codes: Mapping[str, str]) -> EarlierResult:
        """Give a result as recognition looks at it."""
        return EarlierResult(
            result_id=result.result_id,
            department=result.department,
            item=result.item,
            visited_date=result.visited_date,
            clean=finds_nothing(result.result_codes, self.code_tables[result.round_id]),
            citable=result.approved
            and result.round_id not in self.secret
            and result.result_id not in self.disputed,
            answers=_answers(self.reports.get(report_id_of(result)), result, shared_codes),
        )


async def told_of(work: Work, results: Sequence[Result]) -> Told:
    """Give what decides over results: their reports, code tables, secrecy and disputes."""
    rounds = await work.rounds.where(round_id={result.round_id for result in results})
    ids = {result.result_id for result in results}
    reports = await work.reports.where(report_id={report_id_of(result) for result in results})
    disclosures = await work.disclosures.where(result_id=ids, superseded_by=None)
    return Told(
        reports={report.report_id: report for report in reports},
        code_tables={
            each.round_id: (await policy_of_round(work, each)).result_codes for each in rounds
        },
        secret={
            each.round_id
            for each in rounds
            if each.mode is Mode.COVERT and each.state is not RoundState.DISCLOSED
        },
        disputed={each.result_id for each in disclosures if each.is_doubtful},
    )


def report_id_of(result: Result) -> str:
    """Give the id of the report that a standing result comes from."""
    return f"{result.visit_id}.{result.department}.{result.version}"


def _answers(
    report: Report | None, result: Result, shared_codes: Mapping[str, str]
) -> dict[str, str]:
    findings = report.findings if report else ()
    return {
        shared_codes[answer.checkpoint]: answer.value.strip()
        for finding in findings
        if (finding.object_id, finding.item) == (result.object_id, result.item)
        for answer in finding.answers
        if answer.checkpoint in shared_codes
    }


def _shared_codes(item: CheckItem) -> dict[str, str]:
    return {point.code: point.shared_code for point in item.checkpoints if point.shared_code}
