"""Disclosed results and objections to them."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.disclosure import Disclosure
from coordinator.services import disclosure
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "公示 disclosure"
router = APIRouter(tags=[TAG])


class ObjectionEntry(Entry):
    """What a party says against a result."""

    text: str = Field(
        title=later("异议内容"),
        description=later("写明哪一点与事实不符，以及依据。"),
        min_length=1,
        max_length=2000,
        json_schema_extra={"widget": "area"},
    )


class AnswerEntry(Entry):
    """The answer to an objection."""

    answer: str = Field(
        title=later("答复"), min_length=1, max_length=2000, json_schema_extra={"widget": "area"}
    )


async def _object(work: Work, keys: Keys, entry: ObjectionEntry) -> Disclosure:
    return await disclosure.receive_objection(work, keys["disclosure_id"], entry.text)


async def _answer(work: Work, keys: Keys, entry: AnswerEntry) -> Disclosure:
    return await disclosure.answer_objection(work, keys["disclosure_id"], entry.answer)


_BACK = "/console/disclosures/{disclosure_id}"

ACTS = (
    Act(
        name="receive-objection",
        path="/disclosures/{disclosure_id}/objection",
        label=later("登记异议"),
        consequence=later("公示页即刻标明“有异议”，答复期限开始计算。"),
        role=Role.DEPARTMENT,
        also=(Role.OFFICE,),
        run=_object,
        entry=ObjectionEntry,
        back=_BACK,
    ),
    Act(
        name="answer-objection",
        path="/disclosures/{disclosure_id}/answer",
        label=later("答复异议"),
        consequence=later("答复与公示一并公开。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_answer,
        entry=AnswerEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class DisclosuresAsked(Asked):
    """Filters of the disclosures."""

    round_id: str | None = None
    visit_id: str | None = None
    department: str | None = None
    object_id: str | None = None
    has_problem: bool | None = None


@router.get("/disclosures", summary="公示列表", operation_id="disclosures")
async def disclosures(
    asked: FromUrl[DisclosuresAsked], parts: Parts, person: Reader
) -> PageOf[Disclosure]:
    """Give a page of disclosed results, as the public sees them."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.disclosures, asked)
