"""A locality's round after its draw: who goes where, and what anybody who recomputes it finds."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import contracts.verify_draw
from contracts.draw_files import parse_file
from contracts.draw_proof import chain_head
from contracts.draws import EntropyCommitted
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import lottery
from coordinator.services.public_keys import published_keys
from coordinator.services.record_files import files_of
from tests.integration.services.ceremony import instant
from tests.play import PLAN, secret_of
from tests.records import in_memory
from tests.scenarios.localities import Locality

PULSE = "nist:2:1234567"


async def draw_alone(county: Locality, round_id: str, *lines: str) -> Round:
    """Draw a round of one department: a pulse that was named in advance keeps it from deciding."""
    play = county.play
    due = play.clock.now() + timedelta(hours=2)
    order = lottery.RoundOrder(
        round_id=round_id,
        title=f"批次{round_id}",
        plan_id=PLAN,
        lines=lines,
        sources=(f"{PULSE} {instant(due)}",),
    )
    async with county.work() as work:
        opened = await lottery.open_round(work, order)
    for code in opened.departments:
        head = chain_head(secret_of(code, round_id)).hex()
        await play.receive(code, EntropyCommitted(round_id=round_id, head=head))
    frozen = await play.freeze(round_id)
    play.clock.pass_time(hours=2)
    async with county.work() as work:
        await lottery.enter_source(work, round_id, PULSE, "ab" * 64)
    return await play.draw_frozen(frozen)


async def teams_of(
    county: Locality, round_id: str, **which: Any
) -> Mapping[str, Sequence[TeamMember]]:
    """Give the seats of a round by visit."""
    async with county.reading() as work:
        seats = await work.team.where(round_id=round_id, **which)
    teams = defaultdict(list)
    for seat in seats:
        teams[seat.visit_id].append(seat)
    return teams


async def rows_of(county: Locality, round_id: str, table: Any, about: str = "-") -> list[Any]:
    """Read a file of a round's record."""
    async with county.reading() as work:
        files = dict(await files_of(work, await work.rounds.get(round_id)))
    return list(parse_file(table, files[table.path(about)], round_id, about))


async def verdict(county: Locality, round_id: str, folder: Path) -> str:
    """Write the whole record and the published keys, run the verifier; gives what it prints."""
    async with county.reading() as work:
        record = in_memory(await lottery.whole_record(work, round_id))
        keys = await published_keys(work)
    for name, body in record.items():
        path = folder / round_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    jwks = folder / f"{round_id}.jwks"
    jwks.write_text(json.dumps(keys))
    return _verify(folder / round_id, jwks)


def _verify(record: Path, keys: Path) -> str:
    command = [sys.executable, "-I", contracts.verify_draw.__file__, str(record)]
    done = subprocess.run(
        [*command, "--keys", str(keys)], capture_output=True, text=True, check=False
    )
    return f"{done.returncode} {done.stdout}{done.stderr}"
