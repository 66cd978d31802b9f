"""The chain of transcripts over all rounds: on its page, as a file, and when somebody tampers."""

import subprocess
from dataclasses import replace
from pathlib import Path

from httpx2 import AsyncClient

from contracts.draw_proof import hash_of
from coordinator.services import lottery
from tests.builders import FIRE
from tests.integration.services.ceremony import frozen_round, void
from tests.integration.services.page_clients import page, people
from tests.play import AUDITOR, NEXT_ROUND, ROUND, Play, office
from tests.records import in_memory

COMMAND = """tr -d '\\r' < record-chain.csv | awk -F, 'NR > 1 && $7 != "" && !($7 in seen) \
{ print "DIFFERENT", $1, $2 } { seen[$6] }'"""


async def two_rounds(play: Play) -> AsyncClient:
    """Draw R1 at its second attempt and R2 after it; gives somebody at a browser."""
    await play.sign(await frozen_round(play), (FIRE,))
    await void(play)
    await play.draw_frozen(await play.freeze(ROUND))
    play.clock.pass_time(days=1)
    await play.drawn_round(NEXT_ROUND, "L3")
    [somebody] = await people(play, ("anna", None))
    return somebody


def checked(csv: bytes, folder: Path) -> str:
    """Run the command of the page over the file, as anybody would."""
    (folder / "record-chain.csv").write_bytes(csv)
    run = ["bash", "-c", COMMAND]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout


async def test_every_attempt_continues_the_one_before_it_void_ones_too(
    adopted: Play, tmp_path: Path
) -> None:
    somebody = await two_rounds(adopted)

    shown = await page(somebody, "/record-chain")
    csv = (await somebody.get("/record-chain.csv")).content

    async with adopted.work(AUDITOR) as work:
        chain = await lottery.transcript_chain(work)
        records = {r: in_memory(await lottery.published_record(work, r)) for r in (ROUND, "R2")}
    assert [(entry.link.key, entry.follows) for entry in chain] == [
        ((ROUND, 1), None),
        ((ROUND, 2), (ROUND, 1)),
        ((NEXT_ROUND, 1), (ROUND, 2)),
    ]
    assert all(entry.holds for entry in chain)
    assert [entry.link.transcript_hash for entry in chain] == [
        hash_of(records[ROUND]["attempts/1/transcript.json"]),
        hash_of(records[ROUND]["transcript.json"]),
        hash_of(records[NEXT_ROUND]["transcript.json"]),
    ]
    assert "全部接上" in shown
    assert "共 3 份记录，1 份还没有后续。" in shown
    assert checked(csv, tmp_path) == ""


async def test_a_rewritten_record_shows_at_itself_and_at_what_continued_it(
    adopted: Play, tmp_path: Path
) -> None:
    somebody = await two_rounds(adopted)
    async with adopted.work(office()) as work:
        file = await work.record_files.get((ROUND, 2, "transcript.json"))
        body = file.body.replace(b'"software":"', b'"software":"other ')
        await work.record_files.save(replace(file, body=body))

    shown = await page(somebody, "/record-chain")
    csv = (await somebody.get("/record-chain.csv")).content

    assert body != file.body
    assert "2 处接不上" in shown
    assert "与当时公布的不同" in shown
    assert checked(csv, tmp_path) == f"DIFFERENT {NEXT_ROUND} 1\n"


async def test_before_any_draw_the_page_says_so(adopted: Play) -> None:
    [somebody] = await people(adopted, ("anna", None))

    assert "还没有抽签记录" in await page(somebody, "/record-chain")
