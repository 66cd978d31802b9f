"""Registers: published items, objects, inspectors, experts, recusals and the joint list."""

from collections.abc import Mapping, Sequence
from typing import Any

from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
    Recusal,
)
from coordinator.services.access import require_office
from coordinator.services.ports import Department, ImportReport, Work


async def register_departments(work: Work, departments: Sequence[Department]) -> None:
    """Take in departments; a key that is already registered stays."""
    require_office(work)
    for department in departments:
        known = await work.departments.find(department.code)
        await work.departments.save(known or department)
    await work.audit("registers:departments:saved", "departments", number=len(departments))


async def publish_items(work: Work, items: Sequence[CheckItem], report: ImportReport) -> None:
    """Publish items: from now on they may be planned, drawn and recorded."""
    await _take_in(work, work.items.save, items, report)


async def import_objects(
    work: Work, objects: Sequence[InspectionObject], report: ImportReport
) -> None:
    """Take in or renew inspection objects."""
    await _take_in(work, work.objects.save, objects, report)


async def import_inspectors(
    work: Work, inspectors: Sequence[Inspector], report: ImportReport
) -> None:
    """Take in or renew inspectors."""
    await _take_in(work, work.inspectors.save, inspectors, report)


async def import_experts(work: Work, experts: Sequence[Expert], report: ImportReport) -> None:
    """Take in or renew experts."""
    await _take_in(work, work.experts.save, experts, report)


async def import_recusals(work: Work, recusals: Sequence[Recusal], report: ImportReport) -> None:
    """Take in declared conflicts of interest."""
    await _take_in(work, work.recusals.save, recusals, report)


async def import_joint_list(work: Work, rows: Sequence[JointListRow], report: ImportReport) -> None:
    """Take in the joint list; rows without a published item stay unlinked and can't be planned."""
    await _take_in(work, work.joint_list.save, rows, report)


async def link_row(work: Work, source_row: int, item: str) -> JointListRow:
    """Link a joint-list row by hand to a published item."""
    require_office(work)
    row = await work.joint_list.get(source_row)
    await work.items.get(item)
    once = dict.fromkeys((*row.linked_items, item))
    linked = row.model_copy(update={"linked_items": tuple(once)})
    await work.joint_list.save(linked)
    await work.audit("registers:joint-list:linked", str(source_row), item=item)
    return linked


async def _take_in(work: Work, save: Any, values: Sequence[Any], report: ImportReport) -> None:
    require_office(work)
    await save(*values)
    await work.imports.add([report])
    facts: Mapping[str, object] = {
        "source": report.source,
        "rows": report.number_of_rows,
        "accepted": report.number_accepted,
        "refused": len(report.problems),
    }
    await work.audit(f"registers:{report.kind}:imported", report.import_id, **facts)
