"""Objections of the inspected on the public site: whoever holds the visit code may object."""

from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import disclosure
from coordinator.services.ports import Work
from coordinator.web.dependencies import PUBLIC
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site
from coordinator.web.public.frame import OnSite
from coordinator.web.public.results import published, show_result
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_LONGEST = 2000


@router.post("/results/{disclosure_id}/objection")
async def object_to(
    disclosure_id: str,
    site: OnSite,
    text: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    """Take in an objection of who holds the visit code; the result is marked until answered."""
    require_same_site(site.request)
    said = text.strip()
    try:
        _require_words(said)
        async with site.parts.open_work(PUBLIC) as work:
            address = await _object(work, disclosure_id, said, code.strip().upper())
    except RuleBrokenError as error:
        problems = [("text", words) for _line, words in sentences(error)]
        status = RULE_TEXTS[error.rule].status
        return await show_result(site, disclosure_id, problems, text, status)
    return RedirectResponse(f"{address}?objected=1", 303)


async def _object(work: Work, disclosure_id: str, said: str, code: str) -> str:
    """Object to the version that stands; gives the address of the result."""
    found = await published(work, disclosure_id)
    visit = await work.visits.get(found.latest.visit_id)
    if visit.visit_code is None or not compare_digest(visit.visit_code.encode(), code.encode()):
        raise RuleBrokenError(Rule.VISIT_CODE_WRONG)
    await disclosure.receive_objection(work, found.latest.disclosure_id, said)
    return found.address


def _require_words(text: str) -> None:
    if not text or len(text) > _LONGEST:
        raise RuleBrokenError(Rule.REASON_MISSING, outcome=f"1 … {_LONGEST}")
