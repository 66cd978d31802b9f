"""An enterprise's own opening: from when, whose, and what the verifier says of it."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import contracts.verify_draw
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.proofs import Opening
from coordinator.services import dispatch, lottery
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, office
from tests.records import in_memory


async def visits_of(play: Play, round_id: str = ROUND) -> list[Visit]:
    async with play.work(AUDITOR) as work:
        return list(await work.visits.where(round_id=round_id))


async def openings(play: Play, visit: Visit) -> list[Opening]:
    async with play.work(AUDITOR) as work:
        return await lottery.openings_of_visit(work, await work.visits.get(visit.visit_id))


def checked(file: Path, *options: str) -> str:
    command = [sys.executable, "-I", contracts.verify_draw.__file__, "opening", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}"


async def test_every_drawn_object_of_every_visit_can_prove_itself(
    dispatched: Play, tmp_path: Path
) -> None:
    async with dispatched.work(AUDITOR) as work:
        sealed = in_memory(await lottery.published_record(work, ROUND))
        checks = await work.checks.where(round_id=ROUND)
    record = tmp_path / "record"
    record.mkdir()
    for name in ("commit.json", "transcript.json"):
        (record / name).write_bytes(sealed[name])

    proved = set()
    for visit in await visits_of(dispatched):
        for number, each in enumerate(await openings(dispatched, visit)):
            file = tmp_path / f"{visit.visit_id}-{number}.json"
            file.write_bytes(each.document)
            assert checked(file, "--record", str(record)) == (
                f"0 ok opening 开示一致: {each.line} {each.object}\n"
            )
            proved.add((each.line, each.object))

    assert proved == {(check.line, check.object_id) for check in checks}


async def test_a_changed_opening_is_refused(dispatched: Play, tmp_path: Path) -> None:
    [visit, *_] = await visits_of(dispatched)
    [opening, *_] = await openings(dispatched, visit)
    forged = json.loads(opening.document)
    forged["record"] = forged["record"].replace("\t0\t", "\t1\t", 1)
    file = tmp_path / "opening.json"
    file.write_text(json.dumps(forged))

    assert checked(file).startswith("1 ")


async def test_an_opening_names_nobody_else(dispatched: Play) -> None:
    async with dispatched.work(AUDITOR) as work:
        everybody = {thing.object_id for thing in await work.objects.where()}

    for visit in await visits_of(dispatched):
        for each in await openings(dispatched, visit):
            text = each.document.decode()
            assert [thing for thing in everybody - {each.object} if thing in text] == []


async def test_before_the_notice_nobody_learns_that_he_was_drawn(drawn: Play) -> None:
    for visit in await visits_of(drawn):
        assert visit.state is VisitState.DRAWN
        assert await openings(drawn, visit) == []


async def test_a_covert_target_learns_it_on_the_day_its_team_does(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    await adopted.publish(COVERT_ROUND)
    [visit] = await visits_of(adopted, COVERT_ROUND)
    assert await openings(adopted, visit) == []

    adopted.clock.go_to(visit.date_from)
    assert await openings(adopted, visit) == []
    async with adopted.work(office()) as work:
        await dispatch.open_covert(work, visit.visit_id)

    [opening] = await openings(adopted, visit)
    assert opening.line == "L9"


async def test_a_withdrawn_visit_opens_nothing(dispatched: Play) -> None:
    [visit, *_] = await visits_of(dispatched)
    async with dispatched.work(office()) as work:
        await work.visits.save(replace(visit, state=VisitState.WITHDRAWN))

    assert await openings(dispatched, visit) == []


async def test_a_finished_visit_keeps_its_opening(dispatched: Play) -> None:
    [visit, *_] = await visits_of(dispatched)
    for task in await dispatched.tasks(ROUND):
        if task.visit_id == visit.visit_id:
            await dispatched.report(task)
    dispatched.clock.go_to(visit.date_to + timedelta(days=30))

    assert await openings(dispatched, visit)
