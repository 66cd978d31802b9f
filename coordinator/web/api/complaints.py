"""Complaints about an inspection: entered from paper, examined, answered by 纪检; public counts."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.complaints import Complaint, ComplaintChannel, ComplaintOutcome
from coordinator.services import complaints
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.dependencies import VISITOR
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "投诉 complaints"
router = APIRouter(tags=[TAG])


class ComplaintEntry(Entry):
    """A complaint that did not come online."""

    channel: ComplaintChannel = Field(
        title=later("来源"),
        json_schema_extra={"widget": "select", "choices": "words:paper-channel"},
    )
    text: str = Field(
        title=later("投诉内容"),
        description=later("照原文录入，不加判断。"),
        min_length=1,
        max_length=20_000,
        json_schema_extra=AREA,
    )
    visit_code: str = Field(
        default="", title=later("检查码"), description=later("知道就填。"), max_length=40
    )
    organs: tuple[str, ...] = Field(
        default=(),
        title=later("被投诉部门"),
        description=later("填了检查码可以不选。"),
        json_schema_extra={"widget": "checks", "choices": "departments"},
    )
    name: str = Field(
        default="", title=later("投诉人"), description=later("匿名的留空。"), max_length=100
    )
    contact: str = Field(default="", title=later("联系方式"), max_length=200)


class ExtensionEntry(Entry):
    """Why an answer is put off."""

    reason: str = Field(
        title=later("延期理由"),
        description=later("投诉人可以看到。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class FindingEntry(Entry):
    """What 纪检 found and answers."""

    outcome: ComplaintOutcome = Field(
        title=later("结论"),
        json_schema_extra={"widget": "select", "choices": "words:complaint-outcome"},
    )
    answer: str = Field(
        title=later("答复"),
        description=later("投诉人凭回执看到的全文。"),
        min_length=1,
        max_length=4000,
        json_schema_extra=AREA,
    )
    measures: str = Field(
        default="",
        title=later("处理措施"),
        description=later("属实或部分属实时必填；只有纪检和审计看到。"),
        max_length=4000,
        json_schema_extra=AREA,
    )
    forwarded_to: str = Field(
        default="", title=later("转往机关"), description=later("转有权机关时必填。"), max_length=200
    )


class CountsSeen(BaseModel):
    """The complaints of a year in numbers."""

    year: int
    received: int
    answered: int
    in_time: int
    open: int
    overdue: int
    outcomes: dict[ComplaintOutcome, int]


async def _enter(work: Work, _keys: Keys, entry: ComplaintEntry) -> complaints.Receipt:
    draft = complaints.ComplaintDraft(
        text=entry.text,
        visit_code=entry.visit_code,
        departments=entry.organs,
        name=entry.name,
        contact=entry.contact,
        channel=entry.channel,
    )
    return await complaints.enter_complaint(work, draft)


async def _examine(work: Work, keys: Keys, _entry: None) -> Complaint:
    return await complaints.examine_complaint(work, keys["complaint_id"])


async def _extend(work: Work, keys: Keys, entry: ExtensionEntry) -> Complaint:
    return await complaints.extend_complaint(work, keys["complaint_id"], entry.reason)


async def _answer(work: Work, keys: Keys, entry: FindingEntry) -> Complaint:
    finding = complaints.Finding(
        outcome=entry.outcome,
        answer=entry.answer,
        measures=entry.measures,
        forwarded_to=entry.forwarded_to,
    )
    return await complaints.answer_complaint(work, keys["complaint_id"], finding)


_BACK = "/console/complaints/{complaint_id}"

ACTS = (
    Act(
        name="enter-complaint",
        path="/complaints",
        label=later("录入投诉"),
        consequence=later(
            "投诉直接交纪检，答复期限从今天起算；被投诉部门看不到投诉，也看不到投诉人。办公室录入后不能再查看。回执请交给投诉人。"
        ),
        role=Role.DISCIPLINE,
        also=(Role.OFFICE,),
        run=_enter,
        entry=ComplaintEntry,
        back="/console",
    ),
    Act(
        name="examine-complaint",
        path="/complaints/{complaint_id}/examine",
        label=later("受理核查"),
        consequence=later("投诉由您核查；派驻被投诉部门的人员须回避。"),
        role=Role.DISCIPLINE,
        run=_examine,
        back=_BACK,
    ),
    Act(
        name="extend-complaint",
        path="/complaints/{complaint_id}/extend",
        label=later("延期答复"),
        consequence=later("答复期限按规则延长一次，投诉人凭回执看到理由。"),
        role=Role.DISCIPLINE,
        run=_extend,
        entry=ExtensionEntry,
        back=_BACK,
    ),
    Act(
        name="answer-complaint",
        path="/complaints/{complaint_id}/answer",
        label=later("答复投诉"),
        consequence=later("投诉人凭回执立即看到结论和答复；办结后不能再改。"),
        role=Role.DISCIPLINE,
        run=_answer,
        entry=FindingEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


@router.get("/complaint-counts/{year}", summary="投诉统计（公开）", operation_id="complaint-counts")
async def complaint_counts(year: int, parts: Parts) -> CountsSeen:
    """Count a year's complaints; anybody may ask, nobody learns what they say."""
    async with parts.open_work(VISITOR, writes=False) as work:
        found = await complaints.complaint_counts(work, year)
    return CountsSeen(**{**vars(found), "outcomes": dict(found.outcomes)})
