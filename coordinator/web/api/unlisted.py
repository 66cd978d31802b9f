"""Matters outside the lists: proposed by a department, approved, reported; recorded apart."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.lifecycle import UnlistedState
from coordinator.domain.unlisted import UnlistedMatter
from coordinator.services import unlisted
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

TAG = "清单外事项 unlisted"
router = APIRouter(tags=[TAG])


class UnlistedEntry(Entry):
    """A matter of major safety or public interest that no list holds."""

    object_id: str = Field(title=later("检查对象编号"), min_length=1, max_length=100)
    day: date = Field(title=later("检查日期"))
    code: str = Field(
        title=later("类别"), json_schema_extra={"widget": "select", "choices": "unlisted_kinds"}
    )
    basis: str = Field(
        title=later("法律依据"),
        description=later("写明法律、法规名称和条款；没有依据的不得检查。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )
    matter: str = Field(title=later("事项"), min_length=1, max_length=1000, json_schema_extra=AREA)


class RefusalEntry(Entry):
    """Why a matter is refused."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=1000, json_schema_extra=AREA)


class OutcomeEntry(Entry):
    """What came of a matter."""

    outcome: str = Field(
        title=later("检查情况和处置"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


async def _propose(work: Work, _keys: Keys, entry: UnlistedEntry) -> UnlistedMatter:
    department = work.actor.department or ""
    draft = unlisted.UnlistedDraft(department=department, **entry.model_dump())
    return await unlisted.propose_unlisted(work, draft)


async def _approve(work: Work, keys: Keys, _entry: None) -> UnlistedMatter:
    return await unlisted.approve_unlisted(work, keys["matter_id"])


async def _refuse(work: Work, keys: Keys, entry: RefusalEntry) -> UnlistedMatter:
    return await unlisted.refuse_unlisted(work, keys["matter_id"], entry.reason)


async def _report(work: Work, keys: Keys, entry: OutcomeEntry) -> UnlistedMatter:
    return await unlisted.report_unlisted(work, keys["matter_id"], entry.outcome)


_BACK = "/console/unlisted/{matter_id}"

ACTS = (
    Act(
        name="propose-unlisted",
        path="/unlisted",
        label=later("提出清单外事项"),
        consequence=later(
            "只限法律另有规定的重大安全、重大公共利益事项；经审批人同意后，入企次数单独计入台账。"
        ),
        role=Role.DEPARTMENT,
        run=_propose,
        entry=UnlistedEntry,
        back="/console/unlisted/{subject}",
        origin="/console/unlisted",
    ),
    Act(
        name="approve-unlisted",
        path="/unlisted/{matter_id}/approve",
        label=later("同意检查"),
        consequence=later("入企次数立即计入台账，与随机抽查分开统计。提出人不能审批。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_approve,
        back=_BACK,
    ),
    Act(
        name="refuse-unlisted",
        path="/unlisted/{matter_id}/refuse",
        label=later("不同意检查"),
        consequence=later("不得检查；理由留存。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_refuse,
        entry=RefusalEntry,
        back=_BACK,
    ),
    Act(
        name="report-unlisted",
        path="/unlisted/{matter_id}/report",
        label=later("记录检查情况"),
        consequence=later("记录后不能再改。"),
        role=Role.DEPARTMENT,
        run=_report,
        entry=OutcomeEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class UnlistedAsked(Asked):
    """Filters of the matters."""

    department: str | None = None
    code: str | None = None
    state: UnlistedState | None = None


@router.get("/unlisted", summary="清单外事项列表", operation_id="unlisted-matters")
async def matters(
    asked: FromUrl[UnlistedAsked], parts: Parts, person: Reader
) -> PageOf[UnlistedMatter]:
    """Give a page of matters; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.unlisted_matters, asked, **own_matters(person.actor))
