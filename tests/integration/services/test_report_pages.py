"""A report on the console and in the API: versions and what changed, files, papers, who sees it."""

import hashlib
from datetime import UTC, datetime

from contracts.results import EntitySignature, Evidence
from contracts.vocabulary import EvidenceKind
from coordinator.services import handlers, review
from coordinator.web.console.report_papers import PAPERS
from tests.builders import FIRE, MARKET, a_problem
from tests.integration.services.page_clients import act, page, people
from tests.integration.services.test_corrections import a_task, as_approver, now
from tests.play import Play

PHOTO = b"a photo of the rear store"
SHA = hashlib.sha256(PHOTO).hexdigest()


async def returned_once(play: Play) -> str:
    """Report a problem with a photo, return it, and report again without the problem."""
    task = await a_task(play)
    message = await play.findings(task, a_problem())
    photo = Evidence(
        sha256=SHA,
        kind=EvidenceKind.PHOTO,
        media_type="image/jpeg",
        size=len(PHOTO),
        taken_at=datetime.combine(message.visited_date, datetime.min.time(), UTC),
        taken_by=message.entered_by,
        name="后厨.jpg",
    )
    first = message.findings[0].model_copy(update={"evidence": (photo,)})
    await play.receive(
        MARKET,
        message.model_copy(
            update={
                "findings": (first, *message.findings[1:]),
                "evaluation": "总体符合要求",
                "signature": EntitySignature(refused=False, name="店长"),
            }
        ),
    )
    await as_approver(play, task, review.return_result, "依据引用有误")
    await play.receive(MARKET, await play.findings(await now(play, task)))
    return task.visit_id


async def test_the_page_shows_every_version_and_what_it_changed(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    [market] = await people(dispatched, ("m", MARKET))

    shown = await page(market, f"/console/visits/{visit}/departments/{MARKET}/report")
    answer = await market.get(f"/v1/visits/{visit}/departments/{MARKET}/reports")
    of_visit = await page(market, f"/console/visits/{visit}")

    assert f"/console/visits/{visit}/departments/{MARKET}/report" in of_visit
    for words in ("第 2 版", "第 1 版", "依据引用有误", "超范围经营", "后厨.jpg", "上传并核对"):
        assert words in shown
    latest, first = answer.json()["versions"]
    assert (latest["report"]["version"], first["report"]["version"]) == (2, 1)
    fields = {each["field"]: (each["before"], each["after"]) for each in latest["changes"]}
    assert fields["result_codes"] == (["2"], ["1"])
    assert [each["verdict"] for each in first["decisions"]] == ["returned"]
    assert first["stored_evidence"] == []


async def test_a_file_is_brought_compared_and_given_back(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    market, office = await people(dispatched, ("m", MARKET), ("o", None))
    path = f"/v1/visits/{visit}/departments/{MARKET}/evidence/{SHA}"

    missing = await office.get(path)
    other = await market.put(path, content=b"another")
    kept = await market.put(path, content=PHOTO)
    given = await office.get(path)
    by_office = await office.put(path, content=PHOTO)

    assert (missing.json()["title"], missing.status_code) == ("evidence-not-stored", 404)
    assert (other.json()["title"], other.status_code) == ("evidence-differs", 422)
    assert (kept.status_code, given.content) == (200, PHOTO)
    assert "attachment" in given.headers["content-disposition"]
    assert by_office.json()["title"] == "role-not-allowed"


async def test_a_file_is_brought_by_the_form_of_the_page_too(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    [market] = await people(dispatched, ("m", MARKET))
    here = f"/console/visits/{visit}/departments/{MARKET}"
    fields = {"csrf": market.headers["X-CSRF-Token"], "sha256": SHA}

    answer = await market.post(
        f"{here}/evidence", data=fields, files={"file": ("a.jpg", PHOTO, "image/jpeg")}
    )

    assert answer.status_code == 303
    assert "下载" in await page(market, f"{here}/report")


async def test_no_other_department_sees_a_report_or_its_files(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    [fire] = await people(dispatched, ("f", FIRE))
    below = f"/visits/{visit}/departments/{MARKET}"

    answers = [
        await fire.get(f"/v1{below}/reports"),
        await fire.get(f"/v1{below}/evidence/{SHA}"),
        await fire.get(f"/console{below}/report"),
        await fire.get(f"/console{below}/inspection-report.pdf"),
    ]

    assert {each.status_code for each in answers} == {403}


async def test_a_correction_is_begun_by_the_button_of_the_approver(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    task = await a_task(dispatched)
    await dispatched.approve(task)
    await dispatched.disclose(task)
    [market] = await people(dispatched, ("m", MARKET))
    shown = await page(market, f"/console/visits/{visit}/departments/{MARKET}/report")

    done = await act(
        market, f"/visits/{visit}/departments/{MARKET}/reopen", reason="许可证检查前已延续"
    )

    assert f"/console/acts/reopen-result/{visit}/{MARKET}" in shown
    assert done["state"] == "returned"
    assert "许可证检查前已延续" in await page(market, f"/console/visits/{visit}")


async def test_codes_of_a_former_set_are_translated_for_programs(dispatched: Play) -> None:
    [market] = await people(dispatched, ("m", MARKET))
    asked = {"code_set": "nine", "codes": ["4", "9"], "day": "2026-05-01"}

    given = await market.post("/v1/result-codes/translate", json=asked)
    unknown = await market.post("/v1/result-codes/translate", json=asked | {"code_set": "ten"})
    table = await market.get("/v1/result-codes?day=2026-05-01")

    assert given.json() == {"result_codes": ["6", "2"]}
    assert (unknown.status_code, unknown.json()["title"]) == (422, "code-set-unknown")
    assert {each["code"] for each in table.json()["former_sets"]} == {"nine", "six"}


async def test_the_papers_of_a_report_are_set(dispatched: Play) -> None:
    visit = await returned_once(dispatched)
    task = await a_task(dispatched)
    [market] = await people(dispatched, ("m", MARKET))
    here = f"/console/visits/{visit}/departments/{MARKET}"

    await as_approver(dispatched, task, handlers.approve_result)
    made = [await market.get(f"{here}/{paper}.pdf") for paper in PAPERS]
    unknown = await market.get(f"{here}/something.pdf")

    assert {each.status_code for each in made} == {200}, made[0].text
    assert all(each.content.startswith(b"%PDF") for each in made)
    assert unknown.status_code == 404
