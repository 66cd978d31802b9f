"""The check-list merge: what was drawn at one place becomes the fewest possible visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain import checklist_merge as merging
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import Visit, VisitCheck, lead_of
from coordinator.domain.draw_computation import compute_objects, read_inputs
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.merge_record import merge_files, visit_id
from coordinator.domain.object_draw import LineDraw
from coordinator.domain.policy import MergePolicyData
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.registers.organisation import (
    Check,
    Department,
    Designation,
    organ_for,
)
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.record_files import files_of, save_files
from coordinator.services.round_lines import lines_of_round


async def merge_checklists(work: Work, round_id: str) -> merging.MergeSummary:
    """Merge the drawn checks of a round into visits; every check ends in exactly one of them."""
    drawn = await work.rounds.get(round_id)
    inputs = read_inputs(await files_of(work, drawn))
    lines = {line.code: line for line in await lines_of_round(work, drawn)}
    draws = compute_objects(inputs)
    codes = {row.object for draw in draws.values() for row in draw.drawn}
    objects = {thing.object_id: thing for thing in await work.objects.where(object_id=codes)}
    items = await _items(work, lines)
    policy = (await policy_of_round(work, drawn)).merge
    competence = _Competence(await work.departments.where(), await work.designations.where())
    checks = [
        _check(policy, competence, lines[line], objects[thing], items[item])
        for line, draw in draws.items()
        for thing, item in _drawn_items(draw, lines[line])
    ]
    merge = merging.merge_checks(checks, _limits(policy))
    await save_files(work, drawn, merge_files(inputs.keys, round_id, merge))
    for visit in merge.visits:
        code = visit_id(inputs.keys, round_id, visit)
        await _save_visit(work, drawn, (code, visit), (lines, objects, items))
    await work.audit("checklist-merge:checks:merged", round_id, **_figures(merge.summary))
    return merge.summary


def _drawn_items(draw: LineDraw, line: PlanLine) -> Iterable[tuple[str, str]]:
    """Give (object, item) of a line's draw: the drawn items where it draws some, else all."""
    if draw.items is not None:
        return ((row.object, row.item) for row in draw.items)
    return ((row.object, item) for row in draw.drawn for item in line.items)


async def merge_summary(work: Work, round_id: str) -> merging.MergeSummary:
    """Give the figures of a round's merge again, from what is stored."""
    visits = await work.visits.where(round_id=round_id)
    checks = await work.checks.where(round_id=round_id)
    separate = {(check.object_id, check.department, check.line) for check in checks}
    per_place: dict[str, int] = {}
    for visit in visits:
        per_place[visit.place] = per_place.get(visit.place, 0) + 1
    return merging.MergeSummary(
        checks=len(checks),
        separate_visits=len(separate),
        visits=len(visits),
        desk_tasks=sum(visit.desk for visit in visits),
        saved=len(separate) - len(visits),
        per_object_maximum=max(per_place.values(), default=0),
    )


async def _items(work: Work, lines: Mapping[str, PlanLine]) -> dict[str, CheckItem]:
    codes = {code for line in lines.values() for code in line.items}
    return {item.code: item for item in await work.items.where(code=codes)}


def _limits(policy: MergePolicyData) -> merging.MergePolicy:
    return merging.MergePolicy(policy.max_minutes, frozenset(policy.desk_methods))


@dataclass(frozen=True)
class _Competence:
    """Who may check what where: all organs, and the documents that open foreign regions."""

    organs: Sequence[Department]
    designations: Sequence[Designation]

    def organ_of(self, line: PlanLine, thing: InspectionObject, item: CheckItem) -> str:
        """Give the line's organ of the item's department whose region contains the object."""
        sharing = [
            organ
            for organ in self.organs
            if organ.code in line.departments and item.department in (organ.code, organ.family)
        ]
        check = Check(region=thing.region, day=line.window_from, draw_level=line.draw_level)
        found = organ_for(sharing, check, self.designations)
        return found.code if found else item.department


def _check(
    policy: MergePolicyData,
    competence: _Competence,
    line: PlanLine,
    thing: InspectionObject,
    item: CheckItem,
) -> merging.Check:
    return merging.Check(
        object=thing.object_id,
        place=thing.place,
        line=line.code,
        department=competence.organ_of(line, thing, item),
        item=item.code,
        window_start=line.window_from,
        window_end=line.window_to,
        minutes=item.estimated_minutes,
        mode=line.mode.value,
        method=_method(item.methods, policy.desk_methods),
    )


def _method(methods: Sequence[str], desk: Sequence[str]) -> str:
    """Prefer the first method that needs entry: a visit sees more than papers do."""
    return next((method for method in methods if method not in desk), methods[0])


async def _save_visit(
    work: Work,
    drawn: Round,
    named: tuple[str, merging.Visit],
    known: tuple[Mapping[str, PlanLine], Mapping[str, InspectionObject], Mapping[str, CheckItem]],
) -> None:
    code, visit = named
    lines, objects, items = known
    host = objects.get(visit.place) or objects[visit.checks[0].object]
    value = Visit(
        visit_id=code,
        round_id=drawn.round_id,
        place=visit.place,
        place_name=host.name,
        address=host.address,
        region=host.region,
        mode=drawn.mode,
        desk=visit.desk,
        date_from=visit.date_from,
        date_to=visit.date_to,
        departments=tuple(sorted({check.department for check in visit.checks})),
        lead_department=lead_of([(check.line, check.department) for check in visit.checks], lines),
        state=VisitState.DRAWN,
    )
    await work.visits.add([value])
    await work.checks.add(
        VisitCheck(
            check_id=f"{code}.{check.line}.{check.object}.{check.item}",
            round_id=drawn.round_id,
            visit_id=code,
            line=check.line,
            object_id=check.object,
            object_name=objects[check.object].name,
            item=check.item,
            item_name=items[check.item].name,
            department=check.department,
            minutes=check.minutes,
            method=check.method,
        )
        for check in visit.checks
    )


def _figures(summary: merging.MergeSummary) -> dict[str, int]:
    return {
        "checks": summary.checks,
        "separate_visits": summary.separate_visits,
        "visits": summary.visits,
        "saved": summary.saved,
    }
