"""Results: approved, returned and disclosed by the organ that checked."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.result_intake import Result
from coordinator.services import handlers, review
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_results

TAG = "结果 results"
router = APIRouter(tags=[TAG])


class ReturnEntry(Entry):
    """Why a report goes back."""

    reason: str = Field(
        title=later("退回理由"),
        description=later("写明哪一项要改、为什么。"),
        min_length=1,
        max_length=1000,
        json_schema_extra={"widget": "area"},
    )


async def _approve(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.approve_result(work, keys["visit_id"], keys["department"])


async def _return(work: Work, keys: Keys, entry: ReturnEntry) -> object:
    return await review.return_result(work, keys["visit_id"], keys["department"], entry.reason)


async def _disclose(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.disclose_result(work, keys["visit_id"], keys["department"])


_BACK = "/console/visits/{visit_id}"

ACTS = (
    Act(
        name="approve-result",
        path="/visits/{visit_id}/departments/{department}/approve",
        label=later("审核通过"),
        consequence=later(
            "本部门结果即告定稿，分送其他参与部门，并开始计算公示期限。录入人不能审核自己的结果。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_approve,
        back=_BACK,
    ),
    Act(
        name="return-result",
        path="/visits/{visit_id}/departments/{department}/return",
        label=later("退回修改"),
        consequence=later("录入人将收到理由并重新录入；现有版本永久保留。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_return,
        entry=ReturnEntry,
        back=_BACK,
    ),
    Act(
        name="disclose-result",
        path="/visits/{visit_id}/departments/{department}/disclose",
        label=later("公示结果"),
        consequence=later(
            "本部门的逐项结果立即向社会公示，并送信用平台；公示后不能撤下，只能更正。"
        ),
        role=Role.DEPARTMENT,
        run=_disclose,
        danger=True,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class ResultsAsked(Asked):
    """Filters of the results."""

    round_id: str | None = None
    visit_id: str | None = None
    department: str | None = None
    has_problem: bool | None = None
    approved: bool | None = None


@router.get("/results", summary="检查结果列表", operation_id="results")
async def results(asked: FromUrl[ResultsAsked], parts: Parts, person: Reader) -> PageOf[Result]:
    """Give a page of results; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await seen_results(work, person.actor)
        if asked.round_id is not None and "round_id" in reach:
            reach["round_id"] = tuple(e for e in reach["round_id"] if e == asked.round_id)
        return await one_page(work.results, asked, **reach)
