"""Amendments of an adopted plan: proposed with reason, decided by another person."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.annual_plan import Amendment, AmendmentState
from coordinator.services import annual_plan
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.annual_plan.entries import ChangeEntry, LineEntry
from coordinator.web.api.annual_plan.plans import TAG
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import hide_in_amendment

router = APIRouter(tags=[TAG])


class AmendEntry(Entry):
    """A set of changed lines with the reason."""

    reason: str = Field(title=later("调整理由"), min_length=1, max_length=2_000)
    changes: tuple[ChangeEntry, ...] = Field(min_length=1)


class TemporaryEntry(Entry):
    """A line that came up during the year, with the reason."""

    reason: str = Field(min_length=1, max_length=2_000)
    line: LineEntry


class CancelEntry(Entry):
    """Why a planned task is cancelled."""

    reason: str = Field(title=later("取消理由"), min_length=1, max_length=2_000)


class AdoptAmendmentEntry(Entry):
    """The file number of an amendment."""

    document: str = Field(title=later("文号"), min_length=1, max_length=100)


class RejectEntry(Entry):
    """Why an amendment is not adopted."""

    reason: str = Field(title=later("不同意的理由"), min_length=1, max_length=2_000)


async def _amend(work: Work, keys: Keys, entry: AmendEntry) -> Amendment:
    plan_id = keys["plan_id"]
    changes = [change.value(plan_id) for change in entry.changes]
    return await annual_plan.amend_plan(work, plan_id, changes, entry.reason)


async def _add(work: Work, keys: Keys, entry: TemporaryEntry) -> Amendment:
    line = entry.line.value(keys["plan_id"], entry.line.code)
    return await annual_plan.add_temporary_line(work, keys["plan_id"], line, entry.reason)


async def _cancel(work: Work, keys: Keys, entry: CancelEntry) -> Amendment:
    return await annual_plan.cancel_line(work, keys["plan_id"], keys["code"], entry.reason)


async def _adopt(work: Work, keys: Keys, entry: AdoptAmendmentEntry) -> Amendment:
    return await annual_plan.adopt_amendment(work, keys["amendment_id"], entry.document)


async def _reject(work: Work, keys: Keys, entry: RejectEntry) -> Amendment:
    return await annual_plan.reject_amendment(work, keys["amendment_id"], entry.reason)


_PLAN = "/console/plans/{plan_id}"
_CHANGES = "/console/plans/{plan_id}/changes"

ACTS = (
    Act(
        name="amend-plan",
        path="/plans/{plan_id}/amendments",
        label=later("调整计划"),
        consequence=later("调整连同理由等待另一人发布；发布前计划不变，变动逐项公开。"),
        role=Role.OFFICE,
        run=_amend,
        entry=AmendEntry,
        on_console=False,
    ),
    Act(
        name="add-temporary-line",
        path="/plans/{plan_id}/temporary-lines",
        label=later("增加临时任务"),
        consequence=later("临时任务同样逐条检查，由另一人发布后生效，来源和理由公开。"),
        role=Role.OFFICE,
        run=_add,
        entry=TemporaryEntry,
        on_console=False,
    ),
    Act(
        name="cancel-line",
        path="/plans/{plan_id}/lines/{code}/cancel",
        label=later("取消这条任务"),
        consequence=later("取消连同理由等待另一人发布；任务仍显示在计划中，注明已取消。"),
        role=Role.OFFICE,
        run=_cancel,
        entry=CancelEntry,
        danger=True,
        back=_CHANGES,
        origin=_PLAN,
    ),
    Act(
        name="adopt-amendment",
        path="/plans/{plan_id}/amendments/{amendment_id}/adopt",
        label=later("发布调整"),
        consequence=later("调整即日起生效并公开。须由提出人以外的另一人发布。"),
        role=Role.OFFICE,
        run=_adopt,
        entry=AdoptAmendmentEntry,
        back=_CHANGES,
        origin=_CHANGES,
    ),
    Act(
        name="reject-amendment",
        path="/plans/{plan_id}/amendments/{amendment_id}/reject",
        label=later("不同意调整"),
        consequence=later("计划不变；理由留在记录中。"),
        role=Role.OFFICE,
        run=_reject,
        entry=RejectEntry,
        danger=True,
        back=_CHANGES,
        origin=_CHANGES,
    ),
)
add_acts(router, ACTS, TAG)


class AmendmentsAsked(Asked):
    """Filters of a plan's amendments."""

    state: AmendmentState | None = None


@router.get("/plans/{plan_id}/amendments", summary="计划的调整", operation_id="amendments")
async def amendments(
    plan_id: str, asked: FromUrl[AmendmentsAsked], parts: Parts, person: Reader
) -> PageOf[Amendment]:
    """Give a page of a plan's amendments, each with its reason and difference."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(
            work.plan_amendments, asked, within=("reason", "document"), plan_id=plan_id
        )
        shown = [await hide_in_amendment(work, person.actor, each) for each in found.values]
    return found.model_copy(update={"values": tuple(shown)})
