"""A locality's round after its dispatch: accepted, reported, approved and published as a whole.

What one organ does at many places on one day stands in one transaction of its own.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

from contracts.results import Finding, FindingsSubmitted
from contracts.sanctions import MeasureFeedback
from contracts.tasks import TaskAccepted
from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Listing
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.follow_up import Case, PenaltyDecision
from coordinator.domain.result_intake import Result
from coordinator.domain.review import HearingNote
from coordinator.services import blacklist, follow_up, handlers, review
from coordinator.services.ports import Work
from tests.answering import methods_of
from tests.builders import a_finding
from tests.play import approver, clerk
from tests.scenarios.localities import Locality

Met = Callable[[Finding], Finding]
Act = Callable[[Work, DepartmentTask], Awaitable[Any]]
Noted = Callable[[Work, FindingsSubmitted], Awaitable[FindingsSubmitted]]


def nothing_found(finding: Finding) -> Finding:
    return finding


async def nothing_noted(_work: Work, message: FindingsSubmitted) -> FindingsSubmitted:
    return message


async def by_organ(
    county: Locality, tasks: Sequence[DepartmentTask], act: Act, *, approving: bool = False
) -> None:
    """Let every organ do the same for each of its tasks, its approver where it takes one."""
    for organ in sorted({task.department for task in tasks}):
        actor = approver(organ) if approving else clerk(organ, "agent")
        async with county.work(actor) as work:
            for task in tasks:
                if task.department == organ:
                    await act(work, task)


async def accept_all(county: Locality, round_id: str) -> Sequence[DepartmentTask]:
    """Let every organ accept its tasks of a round."""
    tasks = await county.play.tasks(round_id)

    async def accept(work: Work, task: DepartmentTask) -> None:
        message = TaskAccepted(
            visit_id=task.visit_id, department=task.department, accepted_by="值班员"
        )
        await handlers.handle(work, task.department, message)

    await by_organ(county, tasks, accept)
    return tasks


async def report_all(
    county: Locality,
    tasks: Sequence[DepartmentTask],
    visited: date,
    met: Met = nothing_found,
    noted: Noted = nothing_noted,
) -> None:
    """Let every team enter what it met on a day: nothing, but for what `met` makes of it.

    `noted` adds what stands beside the findings.
    """

    async def report(work: Work, task: DepartmentTask) -> None:
        message = await report_of(work, task, met)
        message = await noted(work, message.model_copy(update={"visited_date": visited}))
        await handlers.handle(work, task.department, message)

    await by_organ(county, tasks, report)


async def report_of(work: Work, task: DepartmentTask, met: Met) -> FindingsSubmitted:
    """Write a team's report of all that was asked, by its own people."""
    where = {"visit_id": task.visit_id, "department": task.department}
    checks = await work.checks.where(**where, left_out=None)
    team = await work.team.where(**where)
    officers = [seat.person_id for seat in team if seat.is_officer]
    asked = sorted({(check.object_id, check.item) for check in checks})
    methods = await methods_of(work, (item for _, item in asked))
    return FindingsSubmitted(
        **where,
        report_version=task.report_version + 1,
        entered_by=officers[0],
        visited_date=date.min,
        present=tuple(officers),
        entity_opinion="无异议",
        findings=tuple(met(a_finding(item, thing, method=methods[item])) for thing, item in asked),
    )


async def approve_all(
    county: Locality, tasks: Sequence[DepartmentTask], heard: HearingNote | None = None
) -> None:
    """Let every organ's approver approve, after the collective hearing where there was one."""

    async def approve(work: Work, task: DepartmentTask) -> None:
        if heard is not None:
            await review.note_hearing(work, task.visit_id, task.department, heard)
        await handlers.approve_result(work, task.visit_id, task.department)

    await by_organ(county, tasks, approve, approving=True)


async def disclose_all(county: Locality, tasks: Sequence[DepartmentTask]) -> None:
    """Let every organ publish what its approver approved."""

    async def disclose(work: Work, task: DepartmentTask) -> None:
        await handlers.disclose_result(work, task.visit_id, task.department)

    await by_organ(county, tasks, disclose)


async def problems_of(county: Locality, *rounds: str) -> list[Result]:
    """Give what was found amiss in rounds, in the order of the objects."""
    async with county.reading() as work:
        found = await work.results.where(round_id=rounds, has_problem=True)
    return sorted(found, key=lambda each: (each.object_id, each.item))


async def penalise(county: Locality, result: Result, decision: PenaltyDecision) -> Case:
    """Open a case of a problem, file it, and decide the penalty."""
    async with county.work(clerk(result.department)) as work:
        case = await follow_up.open_case(work, result.result_id, "现场检查")
    async with county.work(approver(result.department)) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        return await handlers.decide_penalty(work, case.case_id, decision)


async def list_serious(county: Locality, case: Case, list_code: str, number: str) -> Listing:
    """Propose on the penalty decision, hear the party, decide, and list by a second person."""
    async with county.work(clerk(case.department)) as work:
        proposed = await blacklist.propose_listing(work, case.case_id, list_code)
        await blacklist.notify_party(work, proposed.listing_id)
        delivery = blacklist.Delivery(day=work.today(), way="direct")
        notified = await blacklist.record_delivery(work, proposed.listing_id, delivery)
    assert notified.objection_until is not None
    county.on(notified.objection_until + timedelta(days=1))
    async with county.work(approver(case.department)) as work:
        await blacklist.decide_listing(work, notified.listing_id, number)
    async with county.work(approver(case.department, "deputy")) as work:
        return await handlers.confirm_listing(work, notified.listing_id)


async def answer_orders(county: Locality, listing: Listing) -> None:
    """Let every executing department answer that it applied what it was ordered."""
    async with county.reading() as work:
        orders = await work.orders.where(listing_id=listing.listing_id)
    for order in orders:
        message = MeasureFeedback(
            order_id=order.order_id,
            department=order.department,
            outcome=MeasureOutcome.APPLIED,
            reason=None,
            person="值班员",
            done_at=county.play.clock.now(),
        )
        await county.play.receive(order.department, message)
