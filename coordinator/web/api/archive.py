"""The archive: its packages, and the two-person destruction of those whose term is over."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.archive import Package, PackageKind
from coordinator.domain.lifecycle import PackageState
from coordinator.services import archive
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds

TAG = "归档 archive"
router = APIRouter(tags=[TAG])


class PackageSeen(BaseModel):
    """A package without what it says."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    visit_id: str
    round_id: str
    supplements: int | None
    archived_at: datetime
    kind: PackageKind
    retain_until: date | None
    state: PackageState
    previous: str
    digest: str
    signature: str


class DestructionEntry(Entry):
    """The protocol of a destruction."""

    protocol: str = Field(
        title=later("销毁登记"),
        description=later("写明销毁清册编号、鉴定意见和依据；销毁后长期保留。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class KeepEntry(Entry):
    """Why a task is kept on."""

    reason: str = Field(
        title=later("继续保存的理由"),
        min_length=1,
        max_length=500,
        json_schema_extra=AREA,
    )


def _number(keys: Keys) -> int:
    return int(keys["number"])


async def _propose(work: Work, keys: Keys, entry: DestructionEntry) -> Package:
    return await archive.propose_destruction(work, _number(keys), entry.protocol)


async def _keep(work: Work, keys: Keys, entry: KeepEntry) -> Package:
    return await archive.keep_package(work, _number(keys), entry.reason)


async def _destroy(work: Work, keys: Keys, _entry: None) -> Package:
    return await archive.destroy_package(work, _number(keys))


_BACK = "/console/archive/{number}"

ACTS = (
    Act(
        name="propose-destruction",
        path="/archive/{number}/propose-destruction",
        label=later("提出销毁"),
        consequence=later(
            "保存期满的整项任务（含补卷和证据文件）待第二人确认销毁；确认前可以收回。"
        ),
        role=Role.OFFICE,
        run=_propose,
        entry=DestructionEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="keep-package",
        path="/archive/{number}/keep",
        label=later("继续保存"),
        consequence=later("销毁的提议作废，整项任务继续保存。"),
        role=Role.OFFICE,
        run=_keep,
        entry=KeepEntry,
        back=_BACK,
    ),
    Act(
        name="destroy-package",
        path="/archive/{number}/destroy",
        label=later("确认销毁"),
        consequence=later(
            "归档内容和证据文件随即删除，不能恢复；指纹、签名、登记和两名经手人长期保留。"
        ),
        role=Role.OFFICE,
        approver=True,
        run=_destroy,
        danger=True,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class PackagesAsked(Asked):
    """Filters of the packages."""

    visit_id: str | None = None
    kind: PackageKind | None = None
    state: PackageState | None = None


@router.get("/archive", summary="归档列表", operation_id="archive-packages")
async def packages(
    asked: FromUrl[PackagesAsked], parts: Parts, person: Overseer
) -> PageOf[PackageSeen]:
    """Give a page of the packages, without what they say."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.packages, asked, round_id=await open_rounds(work))
    seen = tuple(PackageSeen.model_validate(each) for each in found.values)
    return PageOf(values=seen, total=found.total, page=found.page)
