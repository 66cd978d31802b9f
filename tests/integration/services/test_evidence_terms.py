"""Evidence files at the end of their term: two persons, nothing that is still open, a trace."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.results import Evidence, FindingsSubmitted
from contracts.vocabulary import EvidenceKind
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import do_open_duties, drop_destroyed_evidence
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CaseState, EvidenceState
from coordinator.domain.result_intake import StoredEvidence
from coordinator.services import archive, duties, result_intake
from coordinator.settings import Settings
from tests.builders_sanctions import a_case
from tests.integration.services.page_clients import page, people
from tests.play import AUDITOR, ROUND, Play, clerk, office
from tests.snapshots import Snapshot

FIRST, SECOND = (replace(office(name), approver=True) for name in ("office-b", "office-c"))
OWN, SHARED = b"a photo of this place", b"the same file at another place"
PROTOCOL = "2057 年销毁清册第 3 号"
AFTER = date(2057, 1, 5)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def proven(report: FindingsSubmitted, play: Play) -> FindingsSubmitted:
    """Let the first finding list two photos."""
    at = play.clock.now().replace(
        year=report.visited_date.year, month=report.visited_date.month, day=report.visited_date.day
    )
    photos = tuple(
        Evidence(
            sha256=digest(body),
            kind=EvidenceKind.PHOTO,
            media_type="image/jpeg",
            size=len(body),
            taken_at=at,
            taken_by=report.present[0],
            name=f"{number}.jpg",
        )
        for number, body in enumerate((OWN, SHARED), 1)
    )
    head, *rest = report.findings
    return report.model_copy(
        update={"findings": (head.model_copy(update={"evidence": photos}), *rest)}
    )


@pytest.fixture
async def archived(county_dispatched: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    """A task with two files of evidence in the archive, one of them also another task's."""
    play = county_dispatched.resume(tmp_path)
    tasks = await play.tasks(ROUND)
    own = [task for task in tasks if task.visit_id == tasks[0].visit_id]
    for task in own:
        await play.receive(task.department, proven(await play.findings(task), play))
        await play.approve(task)
    await _bring(play, own[0])
    for task in own:
        await play.disclose(task)
    yield play
    await play.close()


async def _bring(play: Play, task: DepartmentTask) -> None:
    async with play.work(clerk(task.department)) as work:
        for body in (OWN, SHARED):
            await result_intake.store_evidence(
                work, task.visit_id, task.department, digest(body), body
            )
        other = StoredEvidence(
            evidence_id="elsewhere",
            visit_id="another",
            department=task.department,
            sha256=digest(SHARED),
            media_type="image/jpeg",
            size=len(SHARED),
            stored_by="clerk",
            stored_at=work.now(),
        )
        await work.stored_evidence.save(other)


async def refusal(attempt: Any) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    return error.value


async def propose(play: Play) -> None:
    async with play.work(FIRST) as work:
        await archive.propose_destruction(work, 1, PROTOCOL)


async def destroy(play: Play) -> None:
    async with play.work(SECOND) as work:
        await archive.destroy_package(work, 1)


async def noted(play: Play) -> dict[str, Any]:
    async with play.work(office()) as work:
        return dict(await archive.note_due_tasks(work))


async def test_files_go_with_their_tasks_packages_and_leave_hash_name_and_protocol(
    archived: Play, tmp_path: Path
) -> None:
    archived.clock.go_to(AFTER)
    due, again = await noted(archived), await noted(archived)
    await propose(archived)
    await destroy(archived)
    around = archived.around
    parts = Coordinator(Settings(data_folder=tmp_path), around.engine, around.clock, around)
    dropped = [await drop_destroyed_evidence(parts) for _twice in range(2)]

    async with archived.work(AUDITOR) as work:
        files = await work.stored_evidence.where(state=EvidenceState.DROPPED)
        [told] = await work.audit_entries.where(tag="archive:evidence:destroyed")
        shelf = work.shelf
        one = files[0]
        opened = await refusal(
            result_intake.open_evidence(work, one.visit_id, one.department, one.sha256)
        )
    assert (due, again) == ({"due": [1], "held": {}}, {"due": [], "held": {}})
    assert dropped == [1, 0]
    assert (shelf.evidence(digest(OWN)), shelf.evidence(digest(SHARED))) == (None, SHARED)
    assert {(each.destroyed_by, each.protocol) for each in files} == {(SECOND.name, PROTOCOL)}
    assert told.facts["proposed_by"] == FIRST.name
    assert {each["name"]: each["sha256"] for each in told.facts["files"]} == {
        "1.jpg": digest(OWN),
        "2.jpg": digest(SHARED),
    }
    assert opened.rule is Rule.EVIDENCE_DESTROYED
    async with archived.work(clerk(one.department)) as work:
        back = await refusal(
            result_intake.store_evidence(work, one.visit_id, one.department, one.sha256, OWN)
        )
        assert await archive.archive_task(work, one.visit_id) is None
    assert back.rule is Rule.EVIDENCE_DESTROYED


async def test_one_task_that_fails_keeps_no_other_term_unnoted_and_a_repeat_notes_nothing(
    archived: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = {duties.ENDING_TERMS: duties.DUTIES[duties.ENDING_TERMS]}
    monkeypatch.setattr(duties, "DUTIES", only)
    archived.clock.go_to(AFTER)
    async with archived.work(office()) as work:
        whole = await work.packages.get(1)
        await work.packages.add([replace(whole, number=0, visit_id="of-no-visit")])
    parts = cast("Coordinator", SimpleNamespace(around=archived.around))

    with pytest.raises(RuleBrokenError) as failed:
        await do_open_duties(parts)
    async with archived.work(office()) as work:
        waiting = await duties.open_duties(work)
        states = [each.due_noted_at is not None for each in await work.packages.where()]
        await work.packages.remove(0)
    runs = await do_open_duties(parts)
    archived.clock.go_to(AFTER.replace(day=AFTER.day + 1))
    runs += await do_open_duties(parts)
    async with archived.work(office()) as work:
        entries = await work.audit_entries.count(tag="archive:term:over")
        again = await archive.note_term_over(work, "1")

    assert failed.value.facts["key"] == "of-no-visit"
    assert (waiting, states) == ((duties.ENDING_TERMS,), [False, True])
    assert [run.outcome for run in runs] == [{"due": [], "held": {}}] * 2
    assert (entries, again) == (1, False)


@pytest.mark.parametrize("when", ["before it is proposed", "while it waits for the second person"])
async def test_nothing_is_destroyed_while_a_case_or_an_objection_is_open(
    archived: Play, when: str
) -> None:
    archived.clock.go_to(AFTER)
    if when != "before it is proposed":
        await propose(archived)
    async with archived.work(office()) as work:
        [visit_id] = {each.visit_id for each in await work.packages.where()}
        await work.cases.save(a_case(visit_id=visit_id, state=CaseState.FILED))
        shown = (await work.disclosures.where(visit_id=visit_id))[0]
        await work.disclosures.save(replace(shown, objection="不属实"))
    [client] = await people(archived, ("boss", None))

    refused = await refusal(propose(archived) if when[0] == "b" else destroy(archived))
    found = await noted(archived)
    seen = await page(client, "/console/archive/1")

    assert refused.rule is Rule.TASK_STILL_OPEN
    assert refused.facts["held"] == ("cases", "disclosures")
    assert found["due"] == []
    assert found["held"] == ({"1": ["cases", "disclosures"]} if when[0] == "b" else {})
    assert "还有未了结的：立案查处、异议" in seen
    async with archived.work(AUDITOR) as work:
        assert not await work.stored_evidence.count(state=EvidenceState.DESTROYED)
