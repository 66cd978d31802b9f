"""Appraisal: the figures of a round, counted from what is stored."""

from collections.abc import Sequence
from heapq import merge
from itertools import groupby

from coordinator.domain.appraisal import Indicator, RoundFigures
from coordinator.domain.blacklist import ON_LIST
from coordinator.domain.lifecycle import ListingState, TaskState
from coordinator.domain.object_replacing import (
    DEFERRED,
    RECOGNISED,
    DroppedCheck,
    RequestState,
)
from coordinator.services.ports import Work
from coordinator.services.published_items import left_out_pairs
from coordinator.services.record_files import frame_lines

_ACCEPTED = (
    TaskState.ACCEPTED,
    TaskState.PENDING_REVIEW,
    TaskState.RETURNED,
    TaskState.PENDING_DISCLOSURE,
    TaskState.DISCLOSED,
)


async def round_figures(work: Work, round_id: str) -> RoundFigures:
    """Count what a round planned, drew, saved, dispatched, found, published and punished."""
    drawn = await work.rounds.get(round_id)
    replaced = await _replaced_visits(work, round_id)
    checks = [
        check
        for check in await work.checks.where(round_id=round_id)
        if check.visit_id not in replaced
    ]
    tasks = await work.tasks.where(round_id=round_id)
    orders = await work.orders.where(round_id=round_id)
    return RoundFigures(
        plan_lines=len(drawn.lines),
        objects_in_frames=await _objects_in_frames(work, round_id, drawn.attempt),
        checks=len(checks),
        separate_visits=len({(c.object_id, c.department, c.line) for c in checks}),
        visits=await work.visits.count(round_id=round_id) - len(replaced),
        teams=len(
            {
                (member.visit_id, member.department)
                for member in await work.team.where(round_id=round_id, expert=False)
                if member.visit_id not in replaced
            }
        ),
        dispatched=sum(
            task.published_at is not None and task.state is not TaskState.WITHDRAWN
            for task in tasks
        ),
        accepted=sum(task.state in _ACCEPTED for task in tasks),
        findings=await work.results.count(round_id=round_id),
        disclosed=await work.disclosures.count(round_id=round_id, superseded_by=None),
        shared=await work.shares.count(round_id=round_id),
        listed=await work.listings.count(
            round_id=round_id, state=(*ON_LIST, ListingState.DELISTED)
        ),
        measures=len(orders),
        measure_feedback=sum(order.outcome is not None for order in orders),
    )


async def indicators(work: Work, round_id: str) -> tuple[Indicator, ...]:
    """Give the two 100 % indicators of a round: plan completion and disclosure.

    A visit whose object was replaced has its successor; what was deferred stays unfinished. An
    object of a line of which nothing is left to check, for other organs' results stand for it all,
    is finished with their reference.
    """
    replaced = await _replaced_visits(work, round_id)
    found = await work.visits.where(round_id=round_id)
    visits = [visit for visit in found if visit.visit_id not in replaced]
    dropped = await work.dropped_checks.where(round_id=round_id)
    deferred = {(each.line, each.object_id) for each in dropped if each.outcome == DEFERRED}
    deferred |= await left_out_pairs(work, round_id)
    recognised = await _recognised_whole(work, round_id, dropped) - deferred
    results = await work.results.where(round_id=round_id)
    return (
        Indicator(
            "plan-completion",
            sum(visit.finished_at is not None for visit in visits) + len(recognised),
            len(visits) + len(deferred) + len(recognised),
        ),
        Indicator("disclosure", sum(result.disclosed for result in results), len(results)),
    )


async def _recognised_whole(
    work: Work, round_id: str, dropped: Sequence[DroppedCheck]
) -> set[tuple[str, str]]:
    """Give the (line, object) whose checks were all recognised, and that nobody stands for."""
    found = {(each.line, each.object_id) for each in dropped if each.outcome == RECOGNISED}
    if not found:
        return set()
    checks = await work.checks.where(round_id=round_id, object_id={thing for _, thing in found})
    gone = await work.object_replacements.where(round_id=round_id)
    visited = {(check.line, check.object_id) for check in checks}
    return found - visited - {(each.line, each.object_id) for each in gone}


async def _replaced_visits(work: Work, round_id: str) -> set[str]:
    """Give the visits that were withdrawn because their object was replaced."""
    done = await work.replacement_requests.where(round_id=round_id, state=RequestState.DONE)
    return {visit_id for request in done for visit_id in request.withdrawn}


async def _objects_in_frames(work: Work, round_id: str, attempt: int) -> int:
    """Count distinct objects over all frames of the round."""
    stored = await work.record_files.where(round_id=round_id, attempt=attempt)
    frames = [file for file in stored if file.name.startswith("frames/")]
    if len(frames) == 1 and frames[0].number_of_records:
        return frames[0].number_of_records
    objects = (map(_object_of, frame_lines(work, file)) for file in frames)
    return sum(1 for _ in groupby(merge(*objects)))  # every frame ascends by object


def _object_of(line: bytes) -> bytes:
    return line.split(b"\t", 1)[0]
