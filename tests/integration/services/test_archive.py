"""The archive: whole tasks as a signed chain, supplements, retention, checks by anybody."""

import asyncio
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coordinator.adapters.db.collections import COLLECTIONS
from coordinator.adapters.documents import package_guide
from coordinator.commands.flaw_words import worded
from coordinator.commands.main import app
from coordinator.domain.archive import PackageFlaw, PackageKind, chain_digest
from coordinator.domain.audit_chain import FlawKind
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState, PackageState
from coordinator.domain.registers.duties import DutyList
from coordinator.services import archive, disclosure, duties
from tests.builders import a_problem
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office
from tests.snapshots import Snapshot, snapshot, sqlite_url

BOSS = replace(office("office-b"), approver=True)


@pytest.fixture(scope="module")
async def county_archived(
    county_dispatched: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """One visit of several departments reported, disclosed and archived, with a problem."""
    folder = tmp_path_factory.mktemp("archived")
    play = county_dispatched.resume(folder)
    tasks = await play.tasks(ROUND)
    visit_id = next(t.visit_id for t in tasks if sum(o.visit_id == t.visit_id for o in tasks) > 1)
    async with play.work(office()) as work:
        team = await work.team.where(visit_id=visit_id)
        person = await work.inspectors.get(next(s.person_id for s in team if not s.expert))
        await work.duty_lists.add([_a_duty_list(person.department, person.post, play)])
    own = [task for task in tasks if task.visit_id == visit_id]
    for number, task in enumerate(own):
        await play.report(task, a_problem() if number == 0 else None)
        await play.approve(task)
    for task in own:
        await play.disclose(task)
    return await snapshot(play, folder / "county.db")


def _a_duty_list(department: str, post: str, play: Play) -> DutyList:
    return DutyList(
        duty_list_id="duties-1",
        department=department,
        post=post,
        version=1,
        duties=("如实录入检查结果", "按时公示检查结果", "参加年度培训"),
        exemptions=("照单履职的，不予追责",),
        basis="办法第一条",
        state=ListState.PUBLISHED,
        drafted_by="x",
        drafted_at=play.clock.now(),
        effective_date=date(2026, 1, 1),
    )


@pytest.fixture
async def archived(county_archived: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_archived.resume(tmp_path)
    yield play
    await play.close()


async def refusal(attempt: Any) -> Rule:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    return error.value.rule


async def first(play: Play) -> Any:
    async with play.work(AUDITOR) as work:
        return await work.packages.get(1)


def body_of(package: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(package.body)
    return body


async def flaws(play: Play) -> list[tuple[PackageFlaw, int]]:
    async with play.work(AUDITOR) as work:
        state = await archive.verify_archive(work)
    return [(flaw.kind, flaw.number) for flaw in state.flaws]


def test_every_stored_thing_of_a_visit_is_archived_or_left_out_for_a_reason() -> None:
    packed = {section.collection for section in archive.SECTIONS}
    of_visits = {
        name
        for name, (row, _value) in COLLECTIONS.items()
        if {"visit_id", "listing_id"} & {c.name for c in row.__table__.columns}  # type: ignore[attr-defined] # SQLModel hides it
    }

    assert of_visits - packed == set(archive.EXCLUDED) & of_visits
    assert all(archive.EXCLUDED.values())
    assert packed <= set(COLLECTIONS)


async def test_a_package_holds_the_whole_task_and_where_the_audit_chain_stood(
    archived: Play,
) -> None:
    package = await first(archived)
    body = body_of(package)

    sections = body["sections"]
    assert {section.collection for section in archive.SECTIONS} < set(sections)
    assert {each["visit_id"] for each in sections["reports"]} == {package.visit_id}
    assert len(sections["disclosures"]) == len(sections["results"]) > 0
    assert sections["shares"]
    assert package.kind is PackageKind.PROBLEM
    assert package.retain_until.year == archived.clock.today().year + 30
    assert body["audit"]["digest"]
    assert await flaws(archived) == []


async def test_the_duties_of_the_duty_list_are_shown_with_what_was_recorded(
    archived: Play,
) -> None:
    done = body_of(await first(archived))["sections"]["duties"]

    shown = {each["duty"]: (each["evidence"], bool(each["done_at"])) for each in done}
    assert shown["如实录入检查结果"] == ("report", True)
    assert shown["按时公示检查结果"] == ("disclosure", True)
    assert shown["参加年度培训"] == ("", False)


async def test_what_happens_later_becomes_a_supplement_and_the_first_package_stays(
    archived: Play,
) -> None:
    package = await first(archived)
    async with archived.work(office()) as work:
        await duties.do_duty(work, duties.SUPPLEMENTING)
        assert len(await work.packages.where()) == 1
        found = (await work.disclosures.where(visit_id=package.visit_id))[0]
        await disclosure.receive_objection(work, found.disclosure_id, "与事实不符")
    archived.clock.pass_time(days=1)
    async with archived.work(office()) as work:
        run = await duties.do_duty(work, duties.SUPPLEMENTING)

    assert run is not None
    assert run.outcome["supplemented"] == [2]
    async with archived.work(AUDITOR) as work:
        supplement = await work.packages.get(2)
    body = body_of(supplement)
    assert set(body["sections"]) == {"disclosures"}
    assert body["supplements"] == {"number": 1, "digest": package.digest}
    assert (supplement.supplements, supplement.previous) == (1, package.digest)
    assert await first(archived) == package
    assert await flaws(archived) == []
    async with archived.work(office()) as work:
        assert await archive.archive_task(work, package.visit_id) is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"body": b"{}"}, PackageFlaw.CHANGED),
        ({"digest": "0" * 64}, PackageFlaw.UNSIGNED),
        ({"signature": "x..y"}, PackageFlaw.UNSIGNED),
        ({"previous": "ff"}, PackageFlaw.UNLINKED),
        ({"state": PackageState.DESTROYED, "body": b""}, PackageFlaw.DESTROYED_UNRECORDED),
    ],
)
async def test_a_package_that_is_not_as_it_was_is_named(
    archived: Play, change: dict[str, Any], found: PackageFlaw
) -> None:
    package = await first(archived)
    async with archived.work(office()) as work:
        await work.packages.save(replace(package, **change))

    assert (found, 1) in await flaws(archived)


async def test_a_package_that_vanished_or_whose_audit_entry_changed_is_named(
    archived: Play,
) -> None:
    package = await first(archived)
    anchor = body_of(package)["audit"]["number"]
    async with archived.work(office()) as work:
        entry = await work.audit_entries.get(anchor)
        await work.audit_entries.save(replace(entry, digest="0" * 64))
    assert await flaws(archived) == [(PackageFlaw.AUDIT_DIFFERS, 1)]

    async with archived.work(office()) as work:
        await work.packages.remove(1)
    assert await flaws(archived) == [(PackageFlaw.END_REMOVED, 1)]


async def test_only_two_persons_destroy_a_package_after_its_term_and_the_hash_stays(
    archived: Play,
) -> None:
    package = await first(archived)

    async def propose(actor: Any = BOSS) -> Any:
        async with archived.work(actor) as work:
            return await archive.propose_destruction(work, 1, "2057 年销毁清册第 3 号")

    async def destroy(actor: Any) -> Any:
        async with archived.work(actor) as work:
            return await archive.destroy_package(work, 1)

    assert await refusal(propose()) is Rule.STILL_TO_BE_KEPT
    archived.clock.go_to(date(2057, 1, 5))
    assert await refusal(destroy(BOSS)) is Rule.FIRST_PERSON_MISSING
    await propose()
    assert await refusal(destroy(BOSS)) is Rule.TWO_PERSONS_NEEDED
    assert await refusal(destroy(office("office-c"))) is Rule.ROLE_NOT_ALLOWED
    done = await destroy(replace(office("office-c"), approver=True))

    assert (done.state, done.body, done.digest) == (PackageState.DESTROYED, b"", package.digest)
    assert done.protocol == "2057 年销毁清册第 3 号"
    assert await flaws(archived) == []


async def test_a_task_taken_out_checks_with_tools_that_everybody_has(
    archived: Play, tmp_path: Path
) -> None:
    async with archived.work(AUDITOR) as work:
        found = await archive.package_files(work, 1)
    folder = tmp_path / "out"
    folder.mkdir()
    for name, content in {**package_guide(found.visit_id), **found.files}.items():
        (folder / name).write_bytes(content)

    def checked() -> tuple[int, str]:
        done = subprocess.run(
            ["/bin/sh", "verify.sh"], cwd=folder, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.strip()

    assert checked() == (0, "OK package-1.json")
    (folder / "package-1.json").write_bytes(found.files["package-1.json"] + b" ")
    assert checked() == (1, "DIFFERENT package-1.json")


async def test_a_department_gets_no_package(archived: Play) -> None:
    for actor in (clerk("market-regulation"), approver("market-regulation")):
        async with archived.work(actor) as work:
            assert await refusal(archive.package_files(work, 1)) is Rule.ROLE_NOT_ALLOWED
            assert await refusal(archive.verify_archive(work)) is Rule.ROLE_NOT_ALLOWED


def test_the_digest_says_what_the_package_and_the_one_before_say() -> None:
    assert chain_digest("a", b"body") != chain_digest("a", b"bodY")
    assert chain_digest("a", b"body") != chain_digest("b", b"body")


async def test_the_command_says_whether_the_archive_is_whole_and_takes_tasks_out(
    archived: Play, tmp_path: Path
) -> None:
    await archived.close()
    environment = {
        "ONEVISIT_DATABASE_URL": sqlite_url(tmp_path / "county.db"),
        "ONEVISIT_DATA_FOLDER": str(tmp_path),
    }

    def run(*command: str) -> Any:
        return asyncio.to_thread(CliRunner().invoke, app, ["archive", *command], env=environment)

    whole = await run("verify")
    taken_out = await run("export", "1", str(tmp_path / "task.zip"))
    with sqlite3.connect(tmp_path / "county.db") as database:
        database.execute("update archive_package set body = 'x'")
    broken = await run("verify", "--json")
    told = await run("verify")

    assert (whole.exit_code, whole.stdout) == (0, "ok: 1\n")
    assert taken_out.exit_code == 0
    with zipfile.ZipFile(tmp_path / "task.zip") as packed:
        assert "archive-1/verify.sh" in packed.namelist()
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["flaws"][0] == {"kind": "changed", "number": 1}
    assert told.stderr.splitlines()[0] == "1: 内容与指纹不符 / Not what its digest says"


@pytest.mark.parametrize(
    ("kind", "flaw"),
    [("archive-flaw", each) for each in PackageFlaw] + [("flaw", each) for each in FlawKind],
)
def test_every_flaw_has_words_in_both_languages(kind: str, flaw: str) -> None:
    chinese, _, english = worded(kind, flaw, "3").partition(" / ")

    assert not chinese.isascii()
    assert english.isascii()
