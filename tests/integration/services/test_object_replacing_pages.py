"""A drawn object is replaced by two persons over HTTP, on pages that say what came of it."""

from pathlib import Path

from httpx2 import AsyncClient

from contracts.vocabulary import Mode
from coordinator.services import lottery
from tests.integration.services.page_clients import HTML, page, people
from tests.integration.services.test_object_replacing import Case, a_case
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, COVERT_ROUND, NEXT_ROUND, ROUND, Play

FIRST, SECOND = ("office-a", None), ("office-b", None)


async def asked(case: Case, client: AsyncClient, **entry: str) -> tuple[int, dict[str, str]]:
    path = f"/v1/visits/{case.visit.visit_id}/replace-object"
    answer = await client.post(path, json={"reason": "closed", **entry})
    return answer.status_code, answer.json()


async def test_two_persons_replace_an_object_and_the_record_verifies(
    drawn: Play, tmp_path: Path
) -> None:
    case = await a_case(drawn)
    first, second = await people(drawn, FIRST, SECOND)

    refused, problem = await asked(case, first)
    await case.close()
    status, made = await asked(case, first)
    waiting = await page(second, f"/console/visits/{case.visit.visit_id}")
    path = f"/v1/object-replacements/{made['subject']}/confirm"
    alone = await first.post(path)
    done = await second.post(path)

    assert (refused, problem["title"]) == (422, "replacement-without-evidence")
    assert "status=active" in problem["detail"]
    assert status == 200
    assert "等待第二人" in waiting
    assert "confirm-object-replacement" in waiting
    assert (alone.status_code, alone.json()["title"]) == (409, "two-persons-needed")
    assert (done.status_code, done.json()["state"]) == (200, "done")
    async with drawn.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)
    assert verified(tmp_path / ROUND, record, drawn).startswith("0 ok R1")


async def test_pages_and_lists_say_who_was_replaced_and_the_public_gets_numbers(
    drawn: Play,
) -> None:
    case = await a_case(drawn)
    await case.close()
    [new] = await case.replace()
    [row] = await case.replacements()
    [client] = await people(drawn, ("office-c", None))

    listed = await page(client, "/console/replaced-objects")
    old = await page(client, f"/console/visits/{case.visit.visit_id}")
    fresh = await page(client, f"/console/visits/{new}")
    counts = (await client.get(f"/v1/rounds/{ROUND}/replaced-objects")).json()
    rows = (await client.get("/v1/replaced-objects", params={"round_id": ROUND})).json()
    public = await page(client, f"/rounds/{ROUND}")

    assert "抽取后" in listed
    assert "已停业、注销或吊销 1" in listed
    assert f'href="/console/visits/{new}"' in old
    assert "已更换" in old
    assert "2026 年已安排 1 次，上限 4 次" in fresh
    assert counts == {"replaced": {"closed": 1}, "deferred": 0}
    assert [each["replacement"] for each in rows["values"]] == [row.replacement]
    assert "已停业、注销或吊销 1" in public
    assert row.replacement not in public


async def test_the_ledger_lists_visits_and_what_passes_the_cap_by_two_persons(
    drawn: Play,
) -> None:
    first, second = await people(drawn, FIRST, SECOND)
    entry = {"place": "premises:7", "year": 2026, "code": "complaint", "reason": "多次投诉"}
    made = (await first.post("/v1/burden/exemptions", json=entry)).json()
    path = f"/v1/burden/exemptions/{made['subject']}/approve"

    own = await page(first, "/console/burden")
    others = await page(second, "/console/burden")
    alone, done = await first.post(path), await second.post(path)
    after = await page(second, "/console/burden")

    assert "approve-cap-exemption" not in own
    assert "approve-cap-exemption" in others
    assert "占用上限" in own
    assert (alone.status_code, done.status_code) == (409, 200)
    assert "已批准" in after


async def test_what_was_deferred_is_listed_with_its_reason(adopted: Play) -> None:
    await adopted.override(burden__visits_per_year=1)
    await adopted.open_round(ROUND, "L1")
    await adopted.open_round(NEXT_ROUND, "L3")
    first, second = await adopted.freeze(ROUND), await adopted.freeze(NEXT_ROUND)
    await adopted.draw_frozen(first)
    await adopted.draw_frozen(second)
    [client] = await people(adopted, FIRST)

    listed = await page(client, "/console/replaced-objects")
    counts = (await client.get(f"/v1/rounds/{NEXT_ROUND}/replaced-objects")).json()

    assert "延期的检查" in listed
    assert "<span>入企频次已满</span>" in listed
    assert counts["deferred"] > 0


async def test_in_english_the_form_and_the_refusals_are_english(drawn: Play) -> None:
    case = await a_case(drawn)
    [client] = await people(drawn, FIRST)
    await client.get("/console?lang=en", headers=HTML)

    form = await page(client, f"/console/acts/request-object-replacement/{case.visit.visit_id}")
    _status, problem = await asked(case, client)

    assert "Closed, deregistered or revoked" in form
    assert "Propose to replace an object" in form
    assert problem["detail"].startswith("The register does not show the reason")


async def test_of_a_covert_round_no_page_names_who_came_or_went(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    case = await a_case(adopted, round_id=COVERT_ROUND, line="L9")
    await case.close()
    [client] = await people(adopted, FIRST)
    status, _made = await asked(case, client)
    waiting = await page(client, "/console/replaced-objects")
    async with adopted.work(AUDITOR) as work:
        [request] = await work.replacement_requests.where()
    [new] = await case.confirm(request.request_id)
    [row] = await case.replacements()

    told = [
        waiting,
        await page(client, "/console/replaced-objects"),
        await page(client, f"/console/visits/{case.visit.visit_id}"),
        await page(client, f"/console/visits/{new}"),
        (await client.get("/v1/object-replacements")).text,
        (await client.get("/v1/replaced-objects")).text,
        (await client.get("/v1/deferred-checks")).text,
        (await client.get("/v1/burden/entries")).text,
        await page(client, "/console/burden"),
    ]

    counts = (await client.get(f"/v1/rounds/{COVERT_ROUND}/replaced-objects")).json()
    assert status == 200
    assert case.visit.mode is Mode.COVERT
    assert counts == {"replaced": {}, "deferred": 0}
    for code in (case.thing, row.replacement):
        assert not [text for text in told if code in text or code.partition(":")[2] in text]
