"""Samples: taken at a visit, reported by a laboratory, tested again, closed."""

from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import Laboratory, LabReport, Sample
from coordinator.domain.follow_up.samples import (
    Conclusion,
    require_qualified,
    require_report,
    require_retest,
)
from coordinator.domain.lifecycle import SAMPLE_MOVES, SampleState, move
from coordinator.services.access import require_department
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class SampleSheet:
    """A sampling sheet 抽样单: number, product, quantity, day, and the laboratory."""

    sheet_number: str
    product: str
    quantity: str
    taken_date: date
    laboratory: Laboratory


async def take_sample(work: Work, check_id: str, sheet: SampleSheet) -> Sample:
    """Put a sample on record that was taken for one check of a visit."""
    check = await work.checks.get(check_id)
    actor = require_department(work, check.department)
    visit = await work.visits.get(check.visit_id)
    require_qualified(sheet.laboratory, sheet.taken_date)
    _require_day(visit.date_from, sheet.taken_date, work.today(), sheet.sheet_number)
    taken = await work.samples.where(department=check.department, sheet_number=sheet.sheet_number)
    if taken:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="sample", key=sheet.sheet_number)
    sample = Sample(
        sample_id=work.new_id(),
        round_id=visit.round_id,
        visit_id=visit.visit_id,
        object_id=check.object_id,
        object_name=check.object_name,
        item=check.item,
        department=check.department,
        sheet_number=given(sheet.sheet_number, "sheet_number", check_id),
        product=given(sheet.product, "product", check_id),
        quantity=given(sheet.quantity, "quantity", check_id),
        taken_date=sheet.taken_date,
        laboratory=sheet.laboratory,
        state=SampleState.TAKEN,
        entered_by=actor.name,
        entered_at=work.now(),
    )
    await work.samples.add([sample])
    return await _save(work, sample, "taken")


async def report_sample(work: Work, sample_id: str, report: LabReport, *, final: bool) -> Sample:
    """Put a laboratory's report on record; from the final one on the clocks run."""
    sample = await work.samples.get(sample_id)
    require_department(work, sample.department)
    require_report(sample, report, work.today())
    _require_hash(report)
    if not final:
        state = _moved(sample, SampleState.PRELIMINARY)
        return await _save(work, replace(sample, state=state, preliminary=report), "preliminary")
    state = _moved(sample, SampleState.FINAL)
    policy = await policy_of_round(work, await work.rounds.get(sample.round_id))
    clock = work.calendar.after(work.today(), policy.follow_up.retest_working_days)
    sample = replace(
        sample,
        state=state,
        final=report,
        final_date=report.report_date,
        retest_due=clock.due_date,
        retest_provisional=clock.provisional,
        retest_basis=clock.basis,
    )
    return await _save(work, sample, "reported")


async def request_retest(work: Work, sample_id: str, reason: str, laboratory: Laboratory) -> Sample:
    """Put on record that the party asks for a re-test, in time and by another laboratory."""
    sample = await work.samples.get(sample_id)
    require_department(work, sample.department)
    state = _moved(sample, SampleState.RETESTING)
    require_retest(sample, laboratory, work.today())
    require_qualified(laboratory, work.today())
    sample = replace(
        sample,
        state=state,
        retest_reason=given(reason, "reason", sample_id),
        retest_laboratory=laboratory,
    )
    return await _save(work, sample, "retest-asked")


async def report_retest(work: Work, sample_id: str, report: LabReport) -> Sample:
    """Put the report of the re-test on record: it counts instead of the first, and ends the matter.

    Clocks of the follow-up start at its day.
    """
    sample = await work.samples.get(sample_id)
    actor = require_department(work, sample.department)
    if sample.state is not SampleState.RETESTING:
        move(SAMPLE_MOVES, sample.state, SampleState.RETESTING, of=sample_id)
    require_report(sample, report, work.today())
    _require_hash(report)
    sample = replace(
        sample,
        state=_moved(sample, SampleState.CLOSED),
        retest=report,
        final_date=report.report_date,
        closed_by=actor.name,
        closed_at=work.now(),
    )
    return await _save(work, sample, "retested")


async def close_sample(work: Work, sample_id: str) -> Sample:
    """Close a sample: it is good, or the period for a re-test is over."""
    sample = await work.samples.get(sample_id)
    actor = require_department(work, sample.department)
    if sample.state is SampleState.RETESTING:
        raise RuleBrokenError(Rule.SAMPLE_REPORT_MISSING, sample=sample.sheet_number)
    state = _moved(sample, SampleState.CLOSED)
    waits = sample.retest_due is not None and work.today() <= sample.retest_due
    if waits and sample.conclusion is Conclusion.UNQUALIFIED:
        raise RuleBrokenError(
            Rule.RETEST_PERIOD_RUNS,
            sample=sample.sheet_number,
            until=sample.retest_due.isoformat() if sample.retest_due else "-",
        )
    closed = replace(sample, state=state, closed_by=actor.name, closed_at=work.now())
    return await _save(work, closed, "closed")


async def _save(work: Work, sample: Sample, what: str) -> Sample:
    await work.samples.save(sample)
    tag, key = f"follow-up:sample:{what}", sample.sample_id
    await work.audit(tag, sample.visit_id, item=sample.item, of=key)
    for result in await work.results.where(
        visit_id=sample.visit_id,
        department=sample.department,
        object_id=sample.object_id,
        item=sample.item,
    ):
        await settle(work, result.result_id)
    return sample


def _moved(sample: Sample, wanted: SampleState) -> SampleState:
    return move(SAMPLE_MOVES, sample.state, wanted, of=sample.sample_id)


def _require_day(first: date, day: date, today: date, sheet: str) -> None:
    if not first <= day <= today:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=sheet,
            date=day.isoformat(),
            window=[first.isoformat(), today.isoformat()],
        )


def _require_hash(report: LabReport) -> None:
    hexadecimal = set(report.sha256) <= set("0123456789abcdef")
    if len(report.sha256) != _DIGITS or not hexadecimal:
        raise RuleBrokenError(Rule.EVIDENCE_HASH_INVALID, line=1, value=report.sha256[:80])


_DIGITS = 64  # of a SHA-256 in hexadecimal
