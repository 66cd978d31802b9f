"""Sharing: every department of a visit gets the approved results of all others, and every version.

Departments that subscribe to a type of object get what is published of it, and nothing before:
an unpublished result stays with the departments that were there, and a covert one is published
only once its record is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contracts.results import Answer, ResultAcknowledged, ResultLine, ResultShared, SharedAnswer
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id
from coordinator.domain.distribution import Share, receivers, share_id, subscribers, types_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_office_or
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


async def distribute_result(work: Work, visit_id: str, department: str) -> int:
    """Share a department's approved results with the others; gives the number of receivers."""
    visit = await work.visits.get(visit_id)
    task = await work.tasks.get(task_id(visit_id, department))
    results = await work.results.where(visit_id=visit_id, department=department, approved=True)
    if not results:  # every item had lapsed before the visit: nothing was found to share
        return 0
    message = await _message(work, task, results)
    others = receivers(visit.departments, department)
    for other in others:
        await _send(work, message, visit, other)
    await work.shares.save(*(_share(work, visit, message, other) for other in others))
    await _note_shared(work, message, others)
    return len(others)


async def share_with_subscribers(work: Work, visit_id: str, department: str) -> int:
    """Share what is published of a department's visit with who subscribes to its type of object.

    Each gets the types it asked for, once per version; gives the number of receivers.
    """
    visit = await work.visits.get(visit_id)
    task = await work.tasks.get(task_id(visit_id, department))
    found = await work.results.where(visit_id=visit_id, department=department, disclosed=True)
    results = await _public(work, found)
    types = await _types(work, results)
    active = await work.result_subscriptions.where(ended_at=None)
    sent = 0
    every = frozenset[str]().union(*types.values())
    for other, wanted in subscribers(active, visit.departments, every).items():
        own = [result for result in results if types.get(result.object_id, frozenset()) & wanted]
        if not own:
            continue
        message = await _message(work, task, own)
        share = replace(_share(work, visit, message, other), subscribed=True)
        if await work.shares.find(share.share_id) is None:
            await _send(work, message, visit, other)
            await work.shares.add([share])
            await _note_shared(work, message, [other])
            sent += 1
    return sent


async def resend_share(work: Work, key: str) -> Share:
    """Send results once more to a receiver that does not answer; the clock of silence starts anew.

    Raises REPORT_VERSION_WRONG for a version that a newer one has replaced, and NOT_FOUND where
    nothing is left that the receiver may have.
    """
    share = await work.shares.get(key)
    require_office_or(work, share.from_department)
    if share.acknowledged_at is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="acknowledgement", key=key)
    task = await work.tasks.get(task_id(share.visit_id, share.from_department))
    results = await work.results.where(
        visit_id=share.visit_id, department=share.from_department, approved=True
    )
    if task.report_version != share.version or not results:
        raise RuleBrokenError(
            Rule.REPORT_VERSION_WRONG,
            visit=share.visit_id,
            found=share.version,
            wanted=task.report_version,
        )
    if share.subscribed:
        results = await _of_types(work, share, await _public(work, results))
    if not results:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="result", key=key)
    visit = await work.visits.get(share.visit_id)
    await _send(work, await _message(work, task, results), visit, share.to_department)
    share = replace(share, sent_again=share.sent_again + 1, last_sent_at=work.now(), silent_at=None)
    await work.shares.save(share)
    await work.audit("distribution:share:sent-again", key, to=share.to_department)
    return share


async def receive_acknowledgement(work: Work, department: str, message: ResultAcknowledged) -> None:
    """Note that a department has taken in another's results."""
    key = share_id(message.visit_id, message.from_department, department, message.report_version)
    share = await work.shares.get(key)
    if share.acknowledged_at is None:
        await work.shares.save(replace(share, acknowledged_at=work.now()))
        await work.audit(
            "distribution:share:acknowledged",
            message.visit_id,
            department=message.from_department,
            to=department,
            version=message.report_version,
        )


async def _note_shared(work: Work, message: ResultShared, others: Sequence[str]) -> None:
    """Put on record who was sent results; where nobody else takes part nothing was sent."""
    if others:
        await work.audit(
            "distribution:result:shared",
            message.visit_id,
            department=message.from_department,
            to=list(others),
            version=message.report_version,
        )


def _share(work: Work, visit: Visit, message: ResultShared, other: str) -> Share:
    sender, version = message.from_department, message.report_version
    return Share(
        share_id=share_id(visit.visit_id, sender, other, version),
        round_id=visit.round_id,
        visit_id=visit.visit_id,
        from_department=sender,
        to_department=other,
        version=version,
        shared_at=work.now(),
    )


async def _send(work: Work, message: ResultShared, visit: Visit, other: str) -> None:
    about = visit.visit_id
    await work.post.to_department(other, message, subject=about, correlation=about)


async def _public(work: Work, results: Sequence[Result]) -> list[Result]:
    """Keep what stands in public; what was withdrawn is nobody's to get any more."""
    ids = {result.result_id for result in results if result.disclosed}
    standing = await work.disclosures.where(result_id=ids, superseded_by=None, withdrawn_at=None)
    shown = {each.result_id for each in standing}
    return [result for result in results if result.result_id in shown]


async def _of_types(work: Work, share: Share, results: Sequence[Result]) -> list[Result]:
    """Keep what the receiver subscribes to; an ended subscription gets what it got before."""
    asked = await work.result_subscriptions.where(department=share.to_department)
    wanted = {each.object_type for each in asked}
    types = await _types(work, results)
    return [result for result in results if types.get(result.object_id, frozenset()) & wanted]


async def _types(work: Work, results: Sequence[Result]) -> Mapping[str, frozenset[str]]:
    objects = await work.objects.where(object_id={result.object_id for result in results})
    return {each.object_id: types_of(each) for each in objects}


async def _message(work: Work, task: DepartmentTask, results: Sequence[Result]) -> ResultShared:
    return ResultShared(
        visit_id=task.visit_id,
        from_department=task.department,
        report_version=task.report_version,
        visited_date=results[0].visited_date,
        results=await _lines(work, results),
    )


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
