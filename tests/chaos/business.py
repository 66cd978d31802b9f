"""Business transactions with numbered effects, for as long as a fault is played.

Each writes one event of the credit log, one order on the tasks queue and one notice on the events
queue, all about the same number; some are rolled back and must never be heard of. Run as a process
(`python -m tests.chaos.business NUMBER LEDGER SEED`) it can be killed at any moment.
"""

import asyncio
import sys
from datetime import date
from pathlib import Path
from random import Random

from contracts.sanctions import EntityDelisted, PenaltyDecided, RectificationOrdered
from contracts.vocabulary import DelistingReason
from coordinator.bootstrap import Coordinator, coordinator
from coordinator.domain.errors import RuleBrokenError
from coordinator.services.ports import Work

DEPARTMENT = "fire-rescue"
REFUSED = "refused"
"""Name of the file beside a ledger with the rules that refused transactions."""

_DAY = date(2026, 11, 20)
_FACTS = "灭火器过期。" * 60
_PAUSE_SECONDS = 0.2
_PACE_SECONDS = 0.03


class RolledBackError(Exception):
    """A business transaction that was given up on purpose."""


async def write_transactions(parts: Coordinator, number: int, ledger: Path, chance: Random) -> None:
    """Commit `number` transactions, each told in the ledger after its commit.

    An outage is waited out, and each refusal noted. A commit whose outcome is unknown is not told:
    what counts then is the database.
    """
    committed = 0
    while committed < number:
        committed += await _write(parts, ledger, chance)


async def write_until(
    is_over: asyncio.Event, parts: Coordinator, ledger: Path, chance: Random
) -> None:
    """Commit transactions at a steady pace, each told in the ledger, until it is over."""
    while not is_over.is_set():
        await _write(parts, ledger, chance)
        await asyncio.sleep(_PACE_SECONDS)


async def _write(parts: Coordinator, ledger: Path, chance: Random) -> int:
    """Try one transaction, and give how many were committed."""
    try:
        written = await _transact(parts, given_up=chance.random() < 0.1)
    except RolledBackError:
        return 0
    except RuleBrokenError as refusal:  # the database is away, or has no room
        with ledger.with_name(REFUSED).open("a") as lines:
            lines.write(f"{refusal.rule}\n")
        await asyncio.sleep(_PAUSE_SECONDS)
        return 0
    with ledger.open("a") as lines:
        lines.write(f"{written}\n")
    return 1


async def _transact(parts: Coordinator, *, given_up: bool) -> int:
    async with parts.work() as work:
        number = await work.next_number("chaos")
        await _announce(work, number)
        if given_up:
            raise RolledBackError
    return number


async def _announce(work: Work, number: int) -> None:
    about = {"subject": str(number), "correlation": f"chaos-{number}"}
    event = EntityDelisted(
        listing_id=f"listing-{number}",
        subject=str(number),
        list_code="chaos",
        reason=DelistingReason.REPAIRED,
        decision_number=f"移出〔2026〕{number}号",
        delisted_at=work.now(),
        sequence=number,
    )
    order = RectificationOrdered(
        rectification_id=f"order-{number}",
        visit_id=f"visit-{number}",
        object_id=str(number),
        item="fr-1",
        department=DEPARTMENT,
        problem=_FACTS,
        article="《消防法》第六十条",
        due_date=_DAY,
    )
    notice = PenaltyDecided(
        case_id=f"case-{number}",
        visit_id=f"visit-{number}",
        object_id=str(number),
        department=DEPARTMENT,
        decision_number=f"罚〔2026〕{number}号",
        decided_date=_DAY,
        kind="警告",
        facts=_FACTS,
    )
    await work.post.to_credit(event, **about)
    await work.post.to_department(DEPARTMENT, order, **about)
    await work.post.to_department(DEPARTMENT, notice, **about)


async def _main(number: int, ledger: Path, seed: int) -> None:
    async with coordinator() as parts:
        await write_transactions(parts, number, ledger, Random(seed))  # noqa: S311 - a replayable test


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
