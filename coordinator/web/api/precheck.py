"""Pre-check comparison of a visit: what the person may see of it, and to compare again."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.domain.dispatch import Visit
from coordinator.services.dispatch.precheck import Comparison, precheck_of, refresh_precheck
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Keys, add_acts
from coordinator.web.dependencies import Reader
from coordinator.web.language import choose, later
from coordinator.web.names import Names, load_names
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_visit

TAG = "任务 dispatch"
router = APIRouter(tags=[TAG])


class FactSeen(BaseModel):
    """One thing known of an object, in the person's language; no `source`: the register."""

    object_id: str
    object_name: str
    field: str
    field_name: str
    text: str
    source: str
    source_name: str
    day: date | None
    undisclosed: bool


class DocumentSeen(BaseModel):
    """A document asked for once: by whom, for whom, and what is on file already."""

    name: str
    asked_by: str
    departments: tuple[str, ...]
    on_file: str


class PrecheckSeen(BaseModel):
    """What a person may see of a visit's comparison, as things stand now."""

    visit_id: str
    compared_at: datetime
    facts: tuple[FactSeen, ...]
    documents: tuple[DocumentSeen, ...]


def precheck_seen(found: Comparison, names: Names, now: datetime) -> PrecheckSeen:
    """Word a comparison that was already cut down to what the person may see."""
    words: dict[str, str] = {
        each.code: choose(each.name, each.name_en) for each in found.policy.fields
    }
    return PrecheckSeen(
        visit_id=found.visit.visit_id,
        compared_at=now,
        facts=tuple(
            FactSeen(
                object_id=each.object_id,
                object_name=each.object_name,
                field=each.field,
                field_name=words[each.field],
                text=choose(each.text, each.text_en or each.text),
                source=each.source,
                source_name=names.department(each.source),
                day=each.day,
                undisclosed=each.undisclosed,
            )
            for each in found.facts
        ),
        documents=tuple(
            DocumentSeen(
                name=each.name,
                asked_by=each.asked_by,
                departments=each.departments,
                on_file=each.on_file,
            )
            for each in found.documents
        ),
    )


async def _refresh(work: Work, keys: Keys, _entry: None) -> Visit:
    return await refresh_precheck(work, keys["visit_id"])


ACTS = (
    Act(
        name="refresh-precheck",
        path="/visits/{visit_id}/precheck",
        label=later("重新比对并发给检查组"),
        consequence=later("各参与部门的检查端立即收到按现在名录库和检查记录重新比对的内容。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_refresh,
        back="/console/visits/{visit_id}",
    ),
)
add_acts(router, ACTS, TAG)


@router.get("/visits/{visit_id}/precheck", summary="预查比对", operation_id="precheck")
async def precheck(visit_id: str, parts: Parts, person: Reader) -> PrecheckSeen:
    """Compare what is known of a visit's objects now, as far as the policy shows it to you."""
    async with parts.open_work(person.actor, writes=False) as work:
        await seen_visit(work, person.actor, visit_id)
        found = await precheck_of(work, visit_id)
        return precheck_seen(found, await load_names(work), work.now())
