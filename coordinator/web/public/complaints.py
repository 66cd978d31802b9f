"""Complaints of the public: the form, the receipt shown once, its state by number and secret."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.errors import RuleBrokenError
from coordinator.services import complaints as services
from coordinator.web.dependencies import PUBLIC
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite, Site
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_FORM = "public/complaints.html"
_YEARS_SHOWN = 3
_MOST_CODE = 40


class ComplaintForm(BaseModel):
    """What somebody says; how long the text may be is the policy's."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    text: str = ""
    visit_code: str = Field(default="", max_length=_MOST_CODE)
    department: str = Field(default="", max_length=100)
    name: str = Field(default="", max_length=100)
    contact: str = Field(default="", max_length=200)


@router.get("/complaints")
async def form(site: OnSite, code: Annotated[str, Query(max_length=_MOST_CODE)] = "") -> Response:
    """Show the form, how a complaint is handled, and how many there were."""
    return await _form(site, ComplaintForm(visit_code=code))


@router.post("/complaints")
async def complain(
    request: Request, site: OnSite, entered: Annotated[ComplaintForm, Form()]
) -> Response:
    """Take a complaint in and show its receipt, this once."""
    require_same_site(request)
    draft = services.ComplaintDraft(
        text=entered.text,
        visit_code=entered.visit_code,
        departments=(entered.department,) if entered.department else (),
        name=entered.name,
        contact=entered.contact,
    )
    try:
        async with site.parts.open_work(PUBLIC) as work:
            receipt = await services.file_complaint(work, draft)
    except RuleBrokenError as error:
        status = RULE_TEXTS[error.rule].status
        return await _form(site, entered, problems=sentences(error), status=status)
    return site.show("public/complaint_receipt.html", receipt=receipt)


@router.get("/complaints/status")
async def ask(site: OnSite) -> Response:
    """Ask for a receipt."""
    return site.show("public/complaint_status.html", found=None, problems=[])


@router.post("/complaints/status")
async def status(request: Request, site: OnSite) -> Response:
    """Show how a complaint stands, by number and secret; or let it be taken back."""
    require_same_site(request)
    entered = await request.form()
    number, secret = str(entered.get("number", "")), str(entered.get("secret", ""))
    try:
        if "withdraw" in entered:
            async with site.parts.open_work(PUBLIC) as work:
                found = await services.withdraw_complaint(work, number, secret)
        else:
            async with site.reading() as work:
                found = await services.complaint_of_receipt(work, number, secret)
    except RuleBrokenError as error:
        return site.show(
            "public/complaint_status.html",
            found=None,
            problems=sentences(error),
            status=RULE_TEXTS[error.rule].status,
        )
    return site.show("public/complaint_status.html", found=found, secret=secret, problems=[])


async def _form(
    site: Site,
    entered: ComplaintForm,
    *,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    async with site.reading() as work:
        year = work.today().year
        counts = [
            await services.complaint_counts(work, each)
            for each in range(year, year - _YEARS_SHOWN, -1)
        ]
        names = await load_names(work)
        return site.show(
            _FORM,
            entered=entered,
            problems=problems or [],
            rules=work.policy.complaints,
            counts=[each for each in counts if each.received or each.year == year],
            names=names,
            departments=names.department_options(),
            status=status,
        )
