"""What the console, the API and the public see of recognised and shared checkpoints."""

import re
from dataclasses import replace

from httpx2 import ASGITransport, AsyncClient

from contracts.results import ResultShared
from contracts.tasks import TaskPublished
from contracts.vocabulary import Mode
from coordinator.domain.lifecycle import RoundState
from coordinator.services.ports import Credential, Role
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.page_clients import page
from tests.integration.services.post_box import letters
from tests.integration.services.test_burden import plan_line
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import AUDITOR, Play, office
from tests.recognised_rounds import (
    FIRST,
    SECOND,
    answered,
    plan_two_rounds,
    second_round,
    send_out,
)
from tests.served import app_of


async def logged_in(play: Play, *departments: str) -> list[AsyncClient]:
    """Give a client for an office person and for a clerk of each department, logged in."""
    app, clients = app_of(play), []
    for code in ("", *departments):
        person = Credential(
            login=code or "office-a",
            name=f"姓名{code}",
            password=_HASH,
            role=Role.DEPARTMENT if code else Role.OFFICE,
            department=code or None,
            approver=False,
        )
        async with play.work(office()) as work:
            await work.credentials.save(person)
        client = AsyncClient(transport=ASGITransport(app), base_url="http://office")
        await client.post("/v1/login", json={"login": person.login, "password": PASSWORD})
        clients.append(client)
    return clients


async def set_round(play: Play, round_id: str, **changes: object) -> None:
    async with play.work(office()) as work:
        await work.rounds.save(replace(await work.rounds.get(round_id), **changes))


async def test_the_console_links_each_recognised_question_to_its_evidence(
    recognised_second: Play,
) -> None:
    async with recognised_second.work(AUDITOR) as work:
        one = (await work.recognitions.where(round_id=SECOND, checkpoint="s1"))[0]
        [check] = await work.checks.where(round_id=SECOND, object_id=one.object_id, item="fr-1")
    (client,) = await logged_in(recognised_second)

    listed = await page(client, f"/console/recognised?round_id={SECOND}")
    visit = await page(client, f"/console/visits/{check.visit_id}")
    link = re.search(rf'/console/recognised/({re.escape(one.recognition_id)})"', visit)
    shown = await page(client, f"/console/recognised/{one.recognition_id}")
    merged = await page(client, "/console/checks")
    api = (await client.get(f"/v1/recognised-checks?round_id={SECOND}")).json()
    deferred = (await client.get(f"/v1/deferred-checks?round_id={SECOND}")).json()

    assert "16 条" in listed
    assert link
    assert f"/console/results/{one.result_id}" in shown
    assert "尚未公示" in shown
    assert 'href="/console/recognised"' in merged
    assert (api["total"], {each["item"] for each in api["values"]}) == (8, {"fr-2"})
    assert deferred["total"] == 0


async def test_a_department_sees_the_evidence_of_what_it_asks_and_a_third_does_not(
    recognised_second: Play,
) -> None:
    async with recognised_second.work(AUDITOR) as work:
        one = (await work.recognitions.where(round_id=SECOND, checkpoint="s1"))[0]
    path = f"/console/recognised/{one.recognition_id}"

    _, asking, finding, third = await logged_in(recognised_second, FIRE, MARKET, HEALTH)

    assert one.result_id in await page(asking, path)
    assert f'href="/console/results/{one.result_id}"' not in await page(asking, path)
    assert f'href="/console/results/{one.result_id}"' in await page(finding, path)
    assert (await third.get(path, headers={"Accept": "text/html"})).status_code == 404
    assert (await third.get("/v1/recognitions")).json()["total"] == 0
    assert (await asking.get("/v1/recognitions")).json()["total"] == 16


async def test_the_public_sees_numbers_then_references_and_links_once_disclosed(
    recognised_second: Play,
) -> None:
    public = AsyncClient(
        transport=ASGITransport(app_of(recognised_second)), base_url="http://office"
    )
    async with recognised_second.work(AUDITOR) as work:
        one = (await work.recognitions.where(round_id=SECOND, checkpoint="s1"))[0]

    sealed = await page(public, f"/rounds/{SECOND}")
    await plan_line(recognised_second, "B", list_publicity="on-draw")
    listed = await page(public, f"/rounds/{SECOND}")
    for task in await recognised_second.tasks(FIRST):
        await recognised_second.disclose(task)
    disclosed = await page(public, f"/rounds/{SECOND}")

    assert "整个事项 8 项，检查要点 8 个" in sealed
    assert (one.object_name in sealed, one.result_id in sealed) == (False, False)
    assert one.object_name in listed
    assert one.result_id in listed
    assert "结果尚未公示" in listed
    assert "结果尚未公示" not in disclosed
    assert disclosed.count('href="/results/') >= 16


async def test_who_holds_the_visit_code_reads_what_is_not_checked_again(
    recognised_second: Play,
) -> None:
    recognised_second.clock.pass_time(days=50)
    await recognised_second.publish(SECOND)
    recognised_second.clock.pass_time(days=2)
    async with recognised_second.work(AUDITOR) as work:
        visit = (await work.visits.where(round_id=SECOND))[0]
    public = AsyncClient(
        transport=ASGITransport(app_of(recognised_second)), base_url="http://office"
    )

    shown = await page(public, f"/v/{visit.visit_code}")

    assert "其他部门近期查过，本次不再查" in shown
    assert "许可证是否悬挂" in shown


async def test_covert_rounds_neither_cite_nor_tell_before_their_record_is_open(
    answered_first: Play,
) -> None:
    await set_round(answered_first, FIRST, mode=Mode.COVERT, state=RoundState.DISPATCHED)
    await second_round(answered_first)
    async with answered_first.work(AUDITOR) as work:
        cited = await work.recognitions.count(round_id=SECOND)

    assert cited == 0


async def test_what_a_covert_round_recognised_shows_nowhere_before_its_record_is_open(
    recognised_second: Play,
) -> None:
    await set_round(recognised_second, SECOND, mode=Mode.COVERT)
    async with recognised_second.work(AUDITOR) as work:
        one = (await work.recognitions.where(round_id=SECOND))[0]
    client, asking = await logged_in(recognised_second, FIRE)
    path = f"/console/recognised/{one.recognition_id}"

    pages = [
        await page(client, "/console/recognised"),
        await page(client, "/console/replaced-objects"),
        await page(client, f"/rounds/{SECOND}"),
        (await client.get("/v1/recognised-checks")).text,
        (await asking.get("/v1/recognitions")).text,
    ]

    assert not any(one.object_name in text or one.recognition_id in text for text in pages)
    assert (await client.get(path, headers={"Accept": "text/html"})).status_code == 404


async def test_a_shared_question_is_asked_by_one_organ_and_answers_the_others(
    adopted: Play,
) -> None:
    await plan_two_rounds(adopted)
    await plan_line(adopted, "A", participants=(FIRE,), items=("mr-1", "fr-1"))
    tasks = await send_out(adopted, FIRST, "A", days=20)
    [own, *_] = [task for task in tasks if task.department == FIRE]
    for task in tasks:
        if task.visit_id == own.visit_id:
            await answered(adopted, task, {"s1": "是", "s2": "是"})
    async with adopted.work(AUDITOR) as work:
        [result] = await work.results.where(visit_id=own.visit_id, department=FIRE)
    _, client = await logged_in(adopted, FIRE)

    before = await page(client, f"/console/results/{result.result_id}")
    [lead] = [t for t in tasks if (t.visit_id, t.department) == (own.visit_id, MARKET)]
    await adopted.approve(lead)
    after = await page(client, f"/console/results/{result.result_id}")

    sent = [TaskPublished.model_validate(e.data) for e in await letters(adopted, "TaskPublished")]
    asked = {
        (task.department, point.code): point.asked_by
        for task in sent
        if task.visit_id == own.visit_id
        for check in task.checks
        for point in check.checkpoints
    }
    assert asked == {
        (MARKET, "s1"): None,
        (MARKET, "s2"): None,
        (FIRE, "s1"): MARKET,
        (FIRE, "q1"): None,
    }
    shared = [ResultShared.model_validate(e.data) for e in await letters(adopted, "ResultShared")]
    [line] = shared[0].results
    assert [(each.shared_code, each.value) for each in line.answers] == [
        ("licence", "是"),
        ("exit", "是"),
    ]
    assert "审核后显示" in before
    assert "同一次检查，各部门只问一次" in after
