"""Samples: taken, reported by a laboratory, tested again, closed."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.follow_up import Conclusion, Laboratory, LabReport, Sample
from coordinator.domain.lifecycle import SampleState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import TAG, Reason, choice
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_results

router = APIRouter(tags=[TAG])


class LaboratoryEntry(Entry):
    """A laboratory with its qualification."""

    laboratory: str = Field(title=later("检验机构"), min_length=1, max_length=200)
    qualification: str = Field(title=later("资质认定证书编号"), min_length=1, max_length=100)
    qualified_until: date = Field(title=later("资质有效期至"))

    def value(self) -> Laboratory:
        """Give the laboratory as the domain has it."""
        return Laboratory(self.laboratory, self.qualification, self.qualified_until)


class SheetEntry(LaboratoryEntry):
    """A sampling sheet 抽样单."""

    sheet_number: str = Field(title=later("抽样单编号"), min_length=1, max_length=100)
    product: str = Field(title=later("样品名称"), min_length=1, max_length=200)
    quantity: str = Field(title=later("数量与批号"), min_length=1, max_length=200)
    taken_date: date = Field(title=later("抽样日期"))


class RetestReportEntry(Entry):
    """A report of a laboratory."""

    number: str = Field(title=later("报告编号"), min_length=1, max_length=100)
    report_date: date = Field(title=later("报告日期"))
    conclusion: Conclusion = Field(
        title=later("结论"), json_schema_extra=choice("words:conclusion")
    )
    sha256: str = Field(
        title=later("报告文件的指纹"),
        description=later("SHA-256，64 位十六进制。"),
        pattern=r"^[0-9a-f]{64}$",
    )

    def value(self) -> LabReport:
        """Give the report as the domain has it."""
        return LabReport(self.number, self.report_date, self.conclusion, self.sha256)


class ReportEntry(RetestReportEntry):
    """A report of a laboratory, preliminary or final."""

    final: bool = Field(title=later("报告性质"), json_schema_extra=choice("words:final-report"))


class RetestEntry(LaboratoryEntry):
    """A re-test that the party asks for, by another laboratory."""

    reason: Reason


async def _take(work: Work, keys: Keys, entry: SheetEntry) -> object:
    sheet = follow_up.SampleSheet(
        sheet_number=entry.sheet_number,
        product=entry.product,
        quantity=entry.quantity,
        taken_date=entry.taken_date,
        laboratory=entry.value(),
    )
    return await handlers.take_sample(work, keys["check_id"], sheet)


async def _report(work: Work, keys: Keys, entry: ReportEntry) -> object:
    return await handlers.report_sample(work, keys["sample_id"], entry.value(), final=entry.final)


async def _retest(work: Work, keys: Keys, entry: RetestEntry) -> object:
    return await follow_up.request_retest(work, keys["sample_id"], entry.reason, entry.value())


async def _retested(work: Work, keys: Keys, entry: RetestReportEntry) -> object:
    return await follow_up.report_retest(work, keys["sample_id"], entry.value())


async def _close(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.close_sample(work, keys["sample_id"])


_PAGE = "/console/samples/{sample_id}"

ACTS = (
    Act(
        name="take-sample",
        path="/checks/{check_id}/sample",
        label=later("登记样品"),
        consequence=later("任务进入待检验，最终报告出具后再审核。"),
        role=Role.DEPARTMENT,
        run=_take,
        entry=SheetEntry,
        back="/console/samples/{subject}",
        origin="/console/visits",
    ),
    Act(
        name="report-sample",
        path="/samples/{sample_id}/report",
        label=later("录入检验报告"),
        consequence=later("最终报告出具后，期限开始计算，当事人可以申请复检。"),
        role=Role.DEPARTMENT,
        run=_report,
        entry=ReportEntry,
        back=_PAGE,
    ),
    Act(
        name="request-retest",
        path="/samples/{sample_id}/retest",
        label=later("登记复检申请"),
        consequence=later("由另一家有资质的机构复检，以复检结论为准。"),
        role=Role.DEPARTMENT,
        run=_retest,
        entry=RetestEntry,
        back=_PAGE,
    ),
    Act(
        name="report-retest",
        path="/samples/{sample_id}/retest/report",
        label=later("录入复检报告"),
        consequence=later("以复检结论为准，样品了结。"),
        role=Role.DEPARTMENT,
        run=_retested,
        entry=RetestReportEntry,
        back=_PAGE,
    ),
    Act(
        name="close-sample",
        path="/samples/{sample_id}/close",
        label=later("样品了结"),
        consequence=later("合格的可以了结；不合格的须等复检申请期满。"),
        role=Role.DEPARTMENT,
        run=_close,
        back=_PAGE,
    ),
)
add_acts(router, ACTS, TAG)


class SamplesAsked(Asked):
    """Filters of the samples."""

    round_id: str | None = None
    state: SampleState | None = None
    visit_id: str | None = None


@router.get("/samples", summary="样品列表", operation_id="samples")
async def samples(asked: FromUrl[SamplesAsked], parts: Parts, person: Reader) -> PageOf[Sample]:
    """Give a page of samples; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.samples, asked, **await seen_results(work, person.actor))
