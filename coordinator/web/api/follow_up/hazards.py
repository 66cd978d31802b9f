"""Major hazards: registered, stopped, planned, listed, removed, reviewed, resumed, closed."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.follow_up import Hazard
from coordinator.domain.lifecycle import HazardState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import LONG, TAG, Files, Person, Reason
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_results

router = APIRouter(tags=[TAG])


class HazardEntry(Entry):
    """What makes a finding a major hazard."""

    matter: str = Field(
        title=later("隐患情况"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class StopEntry(Entry):
    """What must stop, and by when the hazard must be gone."""

    scope: str = Field(
        title=later("停止作业或使用的范围"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )
    removal_due: date | None = Field(
        default=None, title=later("消除期限"), description=later("留空则按规定的天数计算。")
    )


class ReasonEntry(Entry):
    """Why it is no major hazard."""

    reason: Reason


class PlanEntry(Entry):
    """The work plan of a hazard."""

    plan: str = Field(
        title=later("整改方案"),
        description=later("措施、责任、资金、时限、预案。"),
        min_length=1,
        max_length=LONG,
        json_schema_extra=AREA,
    )
    person: Person


class ListingEntry(Entry):
    """What listed supervision demands."""

    requirements: str = Field(
        title=later("督办要求"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class RemovalEntry(Entry):
    """What shows that a hazard is gone."""

    evidence: str = Field(
        title=later("消除情况与证据"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )
    files: Files = ()


class RefusalEntry(Entry):
    """Why a hazard is not gone, and by when it must be."""

    reason: Reason
    removal_due: date = Field(title=later("新的消除期限"))


class ReviewEntry(Entry):
    """The opinion of the review on site."""

    opinion: str = Field(
        title=later("审查意见"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class ExposureEntry(Entry):
    """What the public is told; no personal data."""

    words: str = Field(
        title=later("曝光内容"),
        description=later("面向社会公开，不得含有个人信息。"),
        min_length=1,
        max_length=LONG,
        json_schema_extra=AREA,
    )


class ClosingEntry(Entry):
    """How the supervision ends."""

    note: str = Field(
        title=later("销号意见"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


async def _register(work: Work, keys: Keys, entry: HazardEntry) -> object:
    return await follow_up.register_hazard(work, keys["result_id"], entry.matter)


async def _confirm(work: Work, keys: Keys, entry: StopEntry) -> object:
    stop = follow_up.StopOrder(**entry.model_dump())
    return await handlers.confirm_hazard(work, keys["hazard_id"], stop)


async def _reject(work: Work, keys: Keys, entry: ReasonEntry) -> object:
    return await follow_up.reject_hazard(work, keys["hazard_id"], entry.reason)


async def _plan(work: Work, keys: Keys, entry: PlanEntry) -> object:
    plan = follow_up.HazardPlan(**entry.model_dump())
    return await follow_up.plan_removal(work, keys["hazard_id"], plan)


async def _list(work: Work, keys: Keys, entry: ListingEntry) -> object:
    return await follow_up.list_hazard(work, keys["hazard_id"], entry.requirements)


async def _remove(work: Work, keys: Keys, entry: RemovalEntry) -> object:
    return await follow_up.report_removal(work, keys["hazard_id"], entry.evidence, entry.files)


async def _refuse(work: Work, keys: Keys, entry: RefusalEntry) -> object:
    return await follow_up.refuse_removal(work, keys["hazard_id"], entry.reason, entry.removal_due)


async def _review(work: Work, keys: Keys, entry: ReviewEntry) -> object:
    return await follow_up.review_removal(work, keys["hazard_id"], entry.opinion)


async def _consent(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.consent_to_resume(work, keys["hazard_id"])


async def _expose(work: Work, keys: Keys, entry: ExposureEntry) -> object:
    return await follow_up.expose_hazard(work, keys["hazard_id"], entry.words)


async def _close(work: Work, keys: Keys, entry: ClosingEntry) -> object:
    return await follow_up.close_hazard(work, keys["hazard_id"], entry.note)


_PAGE = "/console/hazards/{hazard_id}"

ACTS = (
    Act(
        name="register-hazard",
        path="/results/{result_id}/hazard",
        label=later("登记重大隐患"),
        consequence=later("由审批人确认后责令停止作业；确认前不影响当事人。"),
        role=Role.DEPARTMENT,
        run=_register,
        entry=HazardEntry,
        back="/console/hazards/{subject}",
        origin="/console/results/{result_id}",
    ),
    Act(
        name="confirm-hazard",
        path="/hazards/{hazard_id}/confirm",
        label=later("确认并责令停止"),
        consequence=later("当事人须立即停止，隐患消除并经审查前不得恢复；记入对象名录。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_confirm,
        entry=StopEntry,
        danger=True,
        back=_PAGE,
    ),
    Act(
        name="reject-hazard",
        path="/hazards/{hazard_id}/reject",
        label=later("不属重大隐患"),
        consequence=later("按一般问题处理，理由存档。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject,
        entry=ReasonEntry,
        back=_PAGE,
    ),
    Act(
        name="plan-hazard-removal",
        path="/hazards/{hazard_id}/plan",
        label=later("登记整改方案"),
        consequence=later("方案存档；没有方案不能报告消除。"),
        role=Role.DEPARTMENT,
        run=_plan,
        entry=PlanEntry,
        back=_PAGE,
    ),
    Act(
        name="list-hazard",
        path="/hazards/{hazard_id}/listing",
        label=later("挂牌督办"),
        consequence=later("签发挂牌督办通知，直至销号。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_list,
        entry=ListingEntry,
        back=_PAGE,
    ),
    Act(
        name="report-hazard-removal",
        path="/hazards/{hazard_id}/removal",
        label=later("报告隐患消除"),
        consequence=later("等待审批人审查。"),
        role=Role.DEPARTMENT,
        run=_remove,
        entry=RemovalEntry,
        back=_PAGE,
    ),
    Act(
        name="refuse-hazard-removal",
        path="/hazards/{hazard_id}/refuse",
        label=later("未消除，继续整改"),
        consequence=later("停止状态继续，须在新的期限内消除。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_refuse,
        entry=RefusalEntry,
        back=_PAGE,
    ),
    Act(
        name="review-hazard-removal",
        path="/hazards/{hazard_id}/review",
        label=later("审查消除情况"),
        consequence=later("第一人提出审查意见，由另一名审批人决定是否同意恢复。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_review,
        entry=ReviewEntry,
        back=_PAGE,
    ),
    Act(
        name="consent-to-resume",
        path="/hazards/{hazard_id}/consent",
        label=later("同意恢复生产经营"),
        consequence=later("第二人同意后签发恢复生产审查意见，当事人可以恢复。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_consent,
        danger=True,
        back=_PAGE,
    ),
    Act(
        name="expose-hazard",
        path="/hazards/{hazard_id}/exposure",
        label=later("公开曝光"),
        consequence=later("内容立即在公示网站公开，不能收回，只能随销号注明结果。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_expose,
        entry=ExposureEntry,
        danger=True,
        back=_PAGE,
    ),
    Act(
        name="close-hazard",
        path="/hazards/{hazard_id}/close",
        label=later("销号"),
        consequence=later("督办结束；规则要求时须先经审查同意恢复。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_close,
        entry=ClosingEntry,
        back=_PAGE,
    ),
)
add_acts(router, ACTS, TAG)


class HazardsAsked(Asked):
    """Filters of the hazards."""

    round_id: str | None = None
    state: HazardState | None = None
    object_id: str | None = None


@router.get("/hazards", summary="重大隐患列表", operation_id="hazards")
async def hazards(asked: FromUrl[HazardsAsked], parts: Parts, person: Reader) -> PageOf[Hazard]:
    """Give a page of hazards; a department gets its own, nobody else those of closed records."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.hazards, asked, **await seen_results(work, person.actor))
