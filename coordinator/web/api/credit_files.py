"""Credit files: the office makes the file of an enterprise and year; whoever sees it reads it."""

from dataclasses import replace

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.credit_file import CreditFile
from coordinator.services import credit_file, handlers
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "信用档案 credit files"
router = APIRouter(tags=[TAG])
SEARCHED = ("subject", "subject_name")


class YearEntry(Entry):
    """Which year's file."""

    year: int = Field(
        title=later("年份"), description=later("今年的随时可以制作新版本。"), ge=2000, le=2999
    )


async def _make(work: Work, keys: Keys, entry: YearEntry) -> object:
    return await handlers.make_credit_file(work, keys["object_id"], entry.year)


ACTS = (
    Act(
        name="make-credit-file",
        path="/objects/{object_id}/credit-files",
        label=later("制作年度信用档案"),
        consequence=later(
            "按登记的检查、处罚、名单和改正情况形成一个新版本；没有官方信用风险分类的，名录库记入本地分类。"
        ),
        role=Role.OFFICE,
        run=_make,
        entry=YearEntry,
        back="/console/credit-files/{subject}",
        origin="/console/enterprises/{object_id}",
    ),
)
add_acts(router, ACTS, TAG)


class CreditFilesAsked(Asked):
    """Filters of the credit files."""

    subject: str | None = None
    year: int | None = None


@router.get("/credit-files", summary="年度信用档案", operation_id="creditFiles")
async def credit_files(
    asked: FromUrl[CreditFilesAsked], parts: Parts, person: Reader
) -> PageOf[CreditFile]:
    """Give a page of files, every version; a department gets what is public now, and its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.credit_files, asked, within=SEARCHED)
        files = await credit_file.as_public_now(work, found.values)
    shown = tuple(for_actor(person.actor, each) for each in files)
    return found.model_copy(update={"values": shown})


def for_actor(actor: Actor, found: CreditFile) -> CreditFile:
    """Leave out, before a department, other organs' entries that are not public."""
    if actor.role is not Role.DEPARTMENT:
        return found
    seen = (each for each in found.entries if each.public or each.department in actor.sees)
    return replace(found, entries=tuple(seen))
