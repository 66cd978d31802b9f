"""Distribution: every department of a visit gets the approved results of all others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from contracts.results import Answer, ResultAcknowledged, ResultLine, ResultShared, SharedAnswer
from coordinator.domain.dispatch import task_id
from coordinator.domain.distribution import Share, receivers, share_id
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


async def distribute_result(work: Work, visit_id: str, department: str) -> int:
    """Share a department's approved results with the others; gives the number of receivers."""
    visit = await work.visits.get(visit_id)
    task = await work.tasks.get(task_id(visit_id, department))
    results = await work.results.where(visit_id=visit_id, department=department, approved=True)
    others = receivers(visit.departments, department)
    message = ResultShared(
        visit_id=visit_id,
        from_department=department,
        report_version=task.report_version,
        visited_date=results[0].visited_date,
        results=await _lines(work, results),
    )
    for other in others:
        await work.post.to_department(other, message, subject=visit_id, correlation=visit_id)
    await work.shares.save(
        *(
            Share(
                share_id=share_id(visit_id, department, other, task.report_version),
                round_id=visit.round_id,
                visit_id=visit_id,
                from_department=department,
                to_department=other,
                version=task.report_version,
                shared_at=work.now(),
            )
            for other in others
        )
    )
    return len(others)


async def _lines(work: Work, results: Sequence[Result]) -> tuple[ResultLine, ...]:
    """Give results with their answers to shared questions: these serve whoever asks them too."""
    first = results[0]
    report = await work.reports.find(f"{first.visit_id}.{first.department}.{first.version}")
    answers = {
        (finding.object_id, finding.item): finding.answers
        for finding in (report.findings if report else ())
    }
    items = await items_by_code(work, (result.item for result in results))
    return tuple(
        ResultLine(
            object_id=result.object_id,
            object_name=result.object_name,
            item=result.item,
            item_name=result.item_name,
            result_codes=result.result_codes,
            problem=result.problem,
            follow_up=result.follow_up,
            answers=_shared(
                items.get(result.item), answers.get((result.object_id, result.item), ())
            ),
        )
        for result in results
    )


def _shared(item: CheckItem | None, answers: Iterable[Answer]) -> tuple[SharedAnswer, ...]:
    points = item.checkpoints if item else ()
    codes = {point.code: point.shared_code for point in points if point.shared_code}
    return tuple(
        SharedAnswer(shared_code=codes[each.checkpoint], value=each.value, note=each.note)
        for each in answers
        if each.checkpoint in codes
    )


async def receive_acknowledgement(work: Work, department: str, message: ResultAcknowledged) -> None:
    """Note that a department has taken in another's results."""
    key = share_id(message.visit_id, message.from_department, department, message.report_version)
    share = await work.shares.get(key)
    if share.acknowledged_at is None:
        await work.shares.save(replace(share, acknowledged_at=work.now()))
