"""Annexes 3 to 5 of a played round, read back from the spreadsheets that the pages send."""

import io

from httpx2 import AsyncClient
from python_calamine import CalamineWorkbook

from tests.builders import FIRE, MARKET, a_problem
from tests.integration.services.page_clients import people
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play

_HEADS = 3  # label, title, subtitle


async def _table(client: AsyncClient, path: str, heads: int = 1) -> list[dict[str, object]]:
    """Read the sheet back: rows by the titles of their columns."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = [list(row) for row in sheet.to_python()]
    head = rows[_HEADS : _HEADS + heads]
    titles = [list(filter(None, column))[-1] for column in zip(*head, strict=True)]
    table = [row for row in rows[_HEADS + heads :] if isinstance(row[0], float) or row[0] == "—"]
    return [dict(zip(titles, row, strict=True)) for row in table]


async def test_annex_3_tells_every_result_of_a_visit_with_who_checked(dispatched: Play) -> None:
    [task, *_] = [each for each in await dispatched.tasks(ROUND) if each.department == MARKET]
    await dispatched.report(task, a_problem())
    [client, fire] = await people(dispatched, ("boss", None), ("fire-chief", FIRE))

    rows = await _table(client, f"/console/visits/{task.visit_id}/annex-3.xlsx")
    of_fire = await fire.get(f"/console/visits/{task.visit_id}/annex-3.xlsx")

    async with dispatched.work(AUDITOR) as work:
        results = await work.results.where(visit_id=task.visit_id)
        [bad] = [each for each in results if each.has_problem]
    assert [row["抽查事项"] for row in rows] == [each.item_name for each in results]
    assert [row["存在问题及依据"] for row in rows if row["存在问题及依据"] != "无"] == [
        f"{bad.problem}；{bad.legal_basis}"
    ]
    assert all("、" in str(row["检查人员"]) for row in rows)
    assert of_fire.status_code in (200, 404)
    if of_fire.status_code == 200:
        assert bad.problem.encode() not in of_fire.content


async def test_annex_4_names_whom_the_lot_sent_to_whom(dispatched: Play) -> None:
    [client] = await people(dispatched, ("boss", None))

    rows = await _table(client, f"/console/rounds/{ROUND}/annex-4.xlsx", heads=2)

    async with dispatched.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
        officers = [each for each in await work.team.where(round_id=ROUND) if each.is_officer]
    assert len(rows) == sum(len(visit.departments) for visit in visits)
    named = [str(row["姓名（执法证号）"]).split("；") for row in rows]
    assert sum(len(each) for each in named) == len(officers)
    assert sum(str(row["姓名（执法证号）"]).count("带队") for row in rows) == len(visits)


async def test_annex_4_of_a_covert_round_waits_until_its_record_is_open(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        [line, *_] = [each for each in await work.plan_lines.where() if each.mode == "covert"]
    await drawn.drawn_round(COVERT_ROUND, line.code)
    [client] = await people(drawn, ("boss", None))

    answer = await client.get(f"/console/rounds/{COVERT_ROUND}/annex-4.xlsx")

    assert answer.status_code == 409
    assert answer.json()["title"] == "covert-round-open"


async def test_annex_5_sums_a_year_up_by_organ(dispatched: Play) -> None:
    for task in (await dispatched.tasks(ROUND))[:3]:
        await dispatched.report(task)
    [client] = await people(dispatched, ("boss", None))

    rows = await _table(client, "/console/appraisal/annex-5.xlsx?year=2026", heads=2)

    async with dispatched.work(AUDITOR) as work:
        departments = await work.departments.count()
        visits = await work.visits.count(round_id=ROUND)
        results = await work.results.count(round_id=ROUND)
    *organs, whole = rows
    assert len(organs) == departments
    assert whole["部门"] == "合计"
    assert whole["应完成"] == visits
    assert whole["已检查"] == sum(float(str(row["已检查"])) for row in organs) == results
