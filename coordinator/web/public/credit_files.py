"""An enterprise's own credit files behind its visit code: what is on record, without any class."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.credit_file import FilePart
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import credit_file
from coordinator.web.language import choose
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite
from coordinator.web.public.visit_codes import valid_visit
from coordinator.web.words import state

router = APIRouter()


@router.get("/v/{code}/credit-file")
async def own_file(code: str, site: OnSite) -> Response:
    """Show the last file of each enterprise that the visit is about; a class is never shown.

    Where it is about several, each of them has the code: of nobody more is shown than is public.
    """
    async with site.reading() as work:
        visit = await valid_visit(work, code)
        if visit is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="visit_code", key=code)
        checks = await work.checks.where(visit_id=visit.visit_id)
        things = await work.objects.where(object_id={each.object_id for each in checks})
        subjects = sorted({each.credit_subject for each in things})
        found = [await credit_file.latest_file(work, each) for each in subjects]
        files = await credit_file.as_public_now(work, [each for each in found if each is not None])
        is_own = len(subjects) == 1
        marks = {each.code: each for each in work.policies.credit_file_rules().mark}
        words = {code: choose(each.name, each.name_en) for code, each in marks.items()}
        return site.show(
            "public/credit_file.html",
            code=code,
            files=files if is_own else [each.public_part for each in files],
            is_own=is_own,
            parts_of=lambda file: [
                (state("file-part", part.value).word, file.of_part(part)) for part in FilePart
            ],
            words=words,
            names=await load_names(work),
        )
