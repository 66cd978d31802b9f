"""The organisation: organs as a tree, and of each its place, sections, designations, history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import TaskState
from coordinator.domain.registers.organisation import Region, lower_organs
from coordinator.services.ports import AuditEntry, Department, Query, Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _
from coordinator.web.names import Names, load_names
from coordinator.web.plan_wording import whom_sentence
from coordinator.web.words import period, state

router = APIRouter()

_OPEN = (
    TaskState.PUBLISHED,
    TaskState.ACCEPTED,
    TaskState.AWAITING_TEST,
    TaskState.PENDING_REVIEW,
    TaskState.RETURNED,
    TaskState.PENDING_DISCLOSURE,
)
_DEEPEST = 3
_ACTS_SHOWN = 30


@dataclass(frozen=True)
class Line:
    """One organ with its depth in the tree and its counts."""

    department: Department
    depth: int
    region: str
    sections: int
    items: int
    inspectors: int
    open_tasks: int
    waiting_messages: int


@dataclass(frozen=True)
class Happened:
    """One act of an organ's history, with what it set."""

    entry: AuditEntry
    what: str


@router.get("/console/departments")
async def departments(console: InConsole) -> Response:
    """Show the organs as a tree of superiors, each level in their order."""
    async with console.reading() as work:
        systems = await work.credit_systems.where()
        received = [
            (each, await work.credit_acknowledgements.count(system=each.code)) for each in systems
        ]
        organs = await work.departments.where()
        regions = await _regions(work, [each.region for each in organs])
        return await console.show(
            work,
            "departments/departments.html",
            lines=[await _line(work, each, regions) for each in _tree(organs)],
            systems=received,
            events=await work.credit_events.count(),
        )


@router.get("/console/departments/{code}")
async def one_department(code: str, console: InConsole) -> Response:
    """Show one organ: its place, those below it, sections, designations and history."""
    async with console.reading() as work:
        organ = await work.departments.get(code)
        names = await load_names(work)
        designations = await work.designations.where(department=code)
        regions = await _regions(work, [organ.region, *(each.region for each in designations)])
        return await console.show(
            work,
            "departments/department.html",
            names=names,
            organ=organ,
            region=_region_name(organ.region, regions),
            whom_sentence=whom_sentence,
            lower=lower_organs(await work.departments.where(), code),
            sections=await work.sections.where(department=code),
            designations=[(each, _region_name(each.region, regions)) for each in designations],
            today=work.today(),
            may_change=console.actor.role is Role.OFFICE,
            acts=console.buttons("place-organ", organ=code),
            section_acts=_beside(console.buttons("add-section", organ=code)),
            designation_acts=_beside(console.buttons("designate", organ=code)),
            history=await _history(work, console, code, names),
        )


def _beside(buttons: Sequence[ActButton]) -> list[ActButton]:
    """Give the buttons of a part of the page: the page's own act stays the primary one."""
    return [replace(each, primary=False) for each in buttons]


def _tree(organs: Sequence[Department]) -> list[tuple[Department, int]]:
    """Give organs below their superiors with their depth; each branch in the order of positions."""
    known = {each.code for each in organs}

    def branch(superior: str | None, depth: int) -> Iterable[tuple[Department, int]]:
        here = [each for each in organs if _above(each, known) == superior]
        for organ in sorted(here, key=lambda each: (each.position, each.code)):
            yield organ, min(depth, _DEEPEST)
            yield from branch(organ.code, depth + 1)

    return list(branch(None, 0))


def _above(organ: Department, known: set[str]) -> str | None:
    return organ.superior if organ.superior in known else None


async def _line(work: Work, placed: tuple[Department, int], regions: Mapping[str, Region]) -> Line:
    organ, depth = placed
    return Line(
        organ,
        depth,
        region=_region_name(organ.region, regions),
        sections=await work.sections.count(department=organ.code),
        items=await work.items.count(department=organ.code),
        inspectors=await work.inspectors.count(department=organ.code),
        open_tasks=await work.tasks.count(department=organ.code, state=_OPEN),
        waiting_messages=await work.outgoing.count(recipient=organ.code, state="pending"),
    )


async def _regions(work: Work, codes: Sequence[str]) -> dict[str, Region]:
    return {each.code: each for each in await work.regions.where(code=tuple(set(codes)))}


def _region_name(code: str, regions: Mapping[str, Region]) -> str:
    return f"{regions[code].name} {code}" if code in regions else code


async def _history(work: Work, console: Console, code: str, names: Names) -> list[Happened]:
    """Give the latest acts upon an organ from the audit chain; departments see no actors' log."""
    if console.actor.role is Role.DEPARTMENT:
        return []
    query = Query(
        equals={"subject": code, "tag": tuple(_SAID)},
        order="number",
        descending=True,
        limit=_ACTS_SHOWN,
    )
    found = await work.audit_entries.page(query)
    return [Happened(each, _SAID[each.tag](each.facts, names)) for each in found.values]


def _said_of_organ(facts: Mapping[str, object], names: Names) -> str:
    words = {
        "name": _("名称"),
        "region": _("辖区"),
        "level": _("层级"),
        "superior": _("上级机关"),
        "of_department": _("所属部门"),
        "legal_capacity": _("主体资格"),
        "delegation_document": _("委托文书"),
    }
    return _("；").join(
        _("：").join((word, _shown(name, facts[name], names)))
        for name, word in words.items()
        if facts.get(name)
    )


def _shown(name: str, value: object, names: Names) -> str:
    if name == "level":
        return state("level", value).word
    if name == "legal_capacity":
        return state("capacity", value).word
    return names.department(str(value)) if name == "superior" else str(value)


def _said_of_section(facts: Mapping[str, object], _names: Names) -> str:
    return str(facts["name"])


def _said_of_designation(facts: Mapping[str, object], _names: Names) -> str:
    until = facts["valid_to"] or _("未定")
    return f"{facts['document']} · {facts['region']} · {period(facts['valid_from'], until)}"


_SAID = {
    "organisation:department:saved": _said_of_organ,
    "organisation:department:key-registered": lambda _facts, _names: "",
    "organisation:section:saved": _said_of_section,
    "organisation:section:removed": _said_of_section,
    "organisation:designation:registered": _said_of_designation,
    "organisation:designation:ended": _said_of_designation,
}
