"""Distribution: every department of a visit gets the approved results of all others."""

from dataclasses import replace

from contracts.results import ResultAcknowledged, ResultLine, ResultShared
from coordinator.domain.dispatch import task_id
from coordinator.domain.distribution import Share, receivers, share_id
from coordinator.services.ports import Work


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
        results=tuple(
            ResultLine(
                object_id=result.object_id,
                object_name=result.object_name,
                item=result.item,
                item_name=result.item_name,
                result_codes=result.result_codes,
                problem=result.problem,
                follow_up=result.follow_up,
            )
            for result in results
        ),
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


async def receive_acknowledgement(work: Work, department: str, message: ResultAcknowledged) -> None:
    """Note that a department has taken in another's results."""
    key = share_id(message.visit_id, message.from_department, department, message.report_version)
    share = await work.shares.get(key)
    if share.acknowledged_at is None:
        await work.shares.save(replace(share, acknowledged_at=work.now()))
