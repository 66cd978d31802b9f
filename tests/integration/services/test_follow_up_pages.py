"""The pages and papers of follow-up over a real county: each is there, and tells its own story."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.follow_up import Severity
from coordinator.services import disclosure, follow_up, handlers
from coordinator.services.follow_up import AbnormalDecision, HazardPlan, StopOrder, TransferOrder
from coordinator.services.ports import Actor
from coordinator.web.console.follow_up.matters import history_of
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.follow_up_story import HASH, LINE, found
from tests.integration.services.page_clients import HTML, page, people
from tests.integration.services.test_follow_up import decision
from tests.play import AUDITOR, Play, approver, clerk
from tests.snapshots import Snapshot, snapshot

CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")


async def _everything(play: Play) -> dict[str, Any]:
    """Let everything follow from one finding; gives the ids."""
    await play.override(
        follow_up__hazard_listing="true",
        follow_up__hazard_resume_consent="true",
        follow_up__public_exposure="true",
    )
    result = await found(play, result_codes=("6", "2"), follow_up=("rectify", "copy"))
    async with play.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "第一百二十二条")
        await handlers.report_rectification(work, order.rectification_id, "已清理", (LINE,))
        [notice] = await follow_up.send_copy_notice(work, result.result_id, (HEALTH,), "健康证")
        case = await follow_up.open_case(work, result.result_id, "线索")
        hazard = await follow_up.register_hazard(work, result.result_id, "报警失效")
        [entry] = await work.abnormal_entries.where(result_id=result.result_id)
    async with play.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        await follow_up.decide_penalty(work, case.case_id, decision(play.clock.today()))
        crime = TransferOrder(severity=Severity.CRIME, receiver_name="公安局", reason="涉嫌犯罪")
        sent = await follow_up.transfer_clue(work, result.result_id, crime)
        await handlers.confirm_hazard(work, hazard.hazard_id, StopOrder(scope="罐区"))
        await follow_up.list_hazard(work, hazard.hazard_id, "每周报告")
        await follow_up.plan_removal(
            work, hazard.hazard_id, HazardPlan(plan="更换", person="孙厂长")
        )
        await follow_up.report_removal(work, hazard.hazard_id, "已更换", (LINE,))
        await follow_up.review_removal(work, hazard.hazard_id, "已消除")
        await follow_up.expose_hazard(work, hazard.hazard_id, "报警装置长期失效")
        await handlers.enter_abnormal(
            work, entry.entry_id, AbnormalDecision(number="异列1号", reason="无法联系")
        )
    async with play.work(DEPUTY) as work:
        await follow_up.consent_to_resume(work, hazard.hazard_id)
    return {
        "result": result,
        "rectifications": order.rectification_id,
        "copy-notices": notice.notice_id,
        "cases": case.case_id,
        "hazards": hazard.hazard_id,
        "transfers": sent.transfer_id,
        "abnormal-list": entry.entry_id,
        "subject": case.subject,
        "subject_name": case.subject_name,
    }


Story = tuple[Play, dict[str, Any]]


@pytest.fixture(scope="module")
async def told(
    county_dispatched: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Snapshot, dict[str, Any]]:
    """Everything that can follow from one finding."""
    folder = tmp_path_factory.mktemp("followed")
    play = county_dispatched.resume(folder)
    ids = await _everything(play)
    return await snapshot(play, folder / "county.db"), ids


@pytest.fixture
async def story(told: tuple[Snapshot, dict[str, Any]], tmp_path: Path) -> AsyncIterator[Story]:
    play = told[0].resume(tmp_path)
    yield play, told[1]
    await play.close()


async def test_every_page_and_paper_is_there_for_its_department_and_for_no_other(
    story: Story,
) -> None:
    dispatched, ids = story
    market, fire, office = await people(dispatched, ("m", MARKET), ("f", FIRE), ("o", None))
    kinds = ("rectifications", "copy-notices", "cases", "hazards", "transfers", "abnormal-list")
    papers = (
        f"rectifications/{ids['rectifications']}/order.pdf",
        f"transfers/{ids['transfers']}/letter.pdf",
        f"copy-notices/{ids['copy-notices']}/letter.pdf",
        f"hazards/{ids['hazards']}/stop-order.pdf",
        f"hazards/{ids['hazards']}/listing.pdf",
        f"hazards/{ids['hazards']}/consent.pdf",
        f"cases/{ids['cases']}/file.pdf",
    )

    for kind in kinds:
        of_subject = kind in ("cases", "transfers", "abnormal-list")
        name = ids["subject_name"] if of_subject else ids["result"].object_name
        assert name in await page(market, f"/console/{kind}")
        assert name in await page(market, f"/console/{kind}/{ids[kind]}")
        assert name in await page(office, f"/console/{kind}/{ids[kind]}")
    for paper in papers:
        answer = await market.get(f"/console/{paper}")
        refused = await fire.get(f"/console/{paper}", headers=HTML)
        assert answer.content.startswith(b"%PDF"), paper
        assert refused.status_code in (403, 404), paper
    result = await page(market, f"/console/results/{ids['result'].result_id}")
    assert "未完结" in result
    assert HASH in await page(market, f"/console/rectifications/{ids['rectifications']}")


async def test_a_case_file_holds_everything_in_order_and_its_hashes_are_right(
    story: Story,
) -> None:
    dispatched, ids = story
    [market] = await people(dispatched, ("m", MARKET))

    answer = await market.get(f"/console/cases/{ids['cases']}/file.zip")
    again = await market.get(f"/console/cases/{ids['cases']}/file.zip")
    folder = zipfile.ZipFile(io.BytesIO(answer.content))
    lines = [line.split("  ") for line in folder.read("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}

    assert answer.content == again.content
    assert set(sums) == set(folder.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(folder.read(name)).hexdigest() == digest
    kinds = [name.partition("-")[2] for name in folder.namelist()]
    assert kinds[0] == "cover.pdf"
    for kind in ("report.json", "case.json", "rectification-order.pdf", "transfer-letter.pdf"):
        assert kind in kinds


async def test_the_enterprise_file_shows_a_department_what_the_policy_lets_it_see(
    story: Story,
) -> None:
    dispatched, ids = story
    market, fire, office = await people(dispatched, ("m", MARKET), ("f", FIRE), ("o", None))
    path = f"/console/enterprises/{ids['subject']}"

    own, other, whole = [await page(each, path) for each in (market, fire, office)]
    pdf = await office.get(f"{path}?format=pdf")
    xlsx = await office.get(f"{path}?format=xlsx")

    for text in (own, other, whole):
        assert "异列1号" in text
        assert "超范围经营" in text
    assert f"/console/cases/{ids['cases']}" in own
    assert f"/console/cases/{ids['cases']}" not in other
    assert pdf.content.startswith(b"%PDF")
    assert xlsx.content.startswith(b"PK")
    found_there = await page(office, f"/console/enterprises?q={ids['subject_name']}")
    assert ids["subject_name"] in found_there


async def test_the_enterprise_file_shows_another_department_nothing_of_what_was_withdrawn(
    story: Story,
) -> None:
    dispatched, ids = story
    outsider, key = clerk("absent-organ"), ids["result"].result_id
    before = await kinds_of(dispatched, outsider, ids["subject"])
    async with dispatched.work(CLERK) as work:
        [public] = await work.disclosures.where(result_id=key)
        await disclosure.request_withdrawal(work, public.disclosure_id, "repeated")
    async with dispatched.work(DEPUTY) as work:
        await disclosure.confirm_withdrawal(work, public.disclosure_id)

    after = await kinds_of(dispatched, outsider, ids["subject"])

    hidden = {"result", "rectification", "case"}
    assert hidden <= before
    assert not hidden & after
    assert hidden <= await kinds_of(dispatched, CLERK, ids["subject"])
    assert "abnormal" in after


async def test_the_console_says_of_a_withdrawn_result_that_it_was_withdrawn(story: Story) -> None:
    dispatched, ids = story
    [market] = await people(dispatched, ("m", MARKET))
    key = ids["result"].result_id
    paths = (f"/console/results/{key}", f"/console/results?q={ids['result'].object_name}")
    before = [await page(market, path) for path in paths]
    async with dispatched.work(CLERK) as work:
        [public] = await work.disclosures.where(result_id=key)
        await disclosure.request_withdrawal(work, public.disclosure_id, "repeated")
    async with dispatched.work(DEPUTY) as work:
        await disclosure.confirm_withdrawal(work, public.disclosure_id)

    after = [await page(market, path) for path in paths]

    assert ["已撤销公示" in text for text in (*before, *after)] == [False, False, True, True]
    assert "已公示" not in after[0]


async def kinds_of(play: Play, actor: Actor, subject: str) -> set[str]:
    """Give the kinds of lines of a problem, and what followed, that somebody sees in a file."""
    async with play.work(actor) as work:
        file = await follow_up.enterprise_file(work, subject)
    lines = [line for year in file.years for line in year.lines]
    return {line.kind for line in lines if line.kind != "result" or line.state == "True"}


async def test_the_public_sees_what_was_exposed_and_who_is_on_the_abnormal_list(
    story: Story,
) -> None:
    dispatched, ids = story
    [market] = await people(dispatched, ("m", MARKET))

    exposed = await page(market, "/exposures")
    listed = await page(market, "/abnormal-list")

    assert "报警装置长期失效" in exposed
    assert "孙厂长" not in exposed
    assert ids["subject_name"] in listed
    assert "异列1号" in listed


async def test_a_matter_tells_its_own_course_and_a_case_file_nothing_of_another(
    story: Story,
) -> None:
    dispatched, ids = story
    result, first = ids["result"], ids["rectifications"]
    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "另一条")
    async with dispatched.work(CHIEF) as work:
        await handlers.revoke_rectification(work, order.rectification_id, "重复")

    async with dispatched.work(AUDITOR) as work:
        of_first = await history_of(work, result.visit_id, "rectification", first)
        of_second = await history_of(work, result.visit_id, "rectification", order.rectification_id)
        [sent] = await history_of(work, result.visit_id, "copy-notice", ids["copy-notices"])
        listed = await follow_up.case_file(work, ids["cases"])

    steps = [entry.tag.rpartition(":")[2] for entry in reversed(of_first)]
    assert steps == ["ordered", "reported"]
    assert [entry.tag.rpartition(":")[2] for entry in of_second] == ["revoked", "ordered"]
    assert sent.facts["receivers"] == [HEALTH]
    assert "follow-up:abnormal-list:entered" not in {entry.tag for entry in listed.history}


async def test_what_is_written_line_by_line_keeps_its_signs(story: Story) -> None:
    dispatched, ids = story
    [market] = await people(dispatched, ("m", MARKET))
    form = {
        "csrf": market.headers["X-CSRF-Token"],
        "severity": "crime",
        "receiver_name": "公安局",
        "reason": "涉嫌犯罪",
        "materials": "现场笔录、照片\r\n\r\n检测报告；复印件",
    }

    answer = await market.post(
        f"/console/acts/transfer-clue/{ids['result'].result_id}", data=form, headers=HTML
    )

    async with dispatched.work(AUDITOR) as work:
        sent = await work.transfers.where(result_id=ids["result"].result_id)
    assert answer.status_code == 303
    assert ("现场笔录、照片", "检测报告；复印件") in {each.materials for each in sent}
