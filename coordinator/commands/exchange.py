"""`onevisit exchange`: send to the public platforms, take in what they answer, compare lists."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.exchanging import exchange_once, platform_list
from coordinator.commands.running import run, show
from coordinator.domain.exchange import Reconciliation
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services import exchange
from coordinator.services.ports import Actor, Role
from coordinator.services.ports.exchange import ArrivedFile

_CONSOLE = Actor(name="console", role=Role.OFFICE)

app = typer.Typer(help="Exchange with the public platforms.", no_args_is_help=True)


@app.command("run")
def run_once() -> None:
    """Send what is new and take in receipts and lists, once, as the inbound process does."""
    show(run(exchange_once))


@app.command("status")
def status() -> None:
    """Count the records of each platform by state."""
    show(run(_counts))


@app.command("reconcile")
def reconcile(
    platform: Annotated[str, typer.Argument(help="Code of the platform.")],
    file: Annotated[Path, typer.Argument(help="Its list: CSV with record,digest.", exists=True)],
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its day.")] = None,
) -> None:
    """Compare a platform's list of a day with ours; ends with 1 where anything differs."""
    arrived = ArrivedFile(platform, f"{day:%Y-%m-%d}.csv" if day else file.name, file.read_bytes())
    found = run(partial(_reconcile, arrived=arrived))
    show(
        {
            "platform": platform,
            "day": found.day,
            "ours": found.ours,
            "theirs": found.theirs,
            "missing": found.missing,
            "unknown": found.unknown,
            "different": found.different,
        }
    )
    raise typer.Exit(0 if found.is_clean else 1)


async def _counts(parts: Coordinator) -> Mapping[str, Mapping[str, int]]:
    async with transaction(parts.around, _CONSOLE, writes=False) as work:
        counts: dict[str, Counter[str]] = {}
        for platform in work.policies.platforms():
            counts[platform.code] = Counter()
            for each in ExchangeState:
                number = await work.exchange_records.count(platform=platform.code, state=each)
                counts[platform.code][each.value] = number
        return counts


async def _reconcile(parts: Coordinator, arrived: ArrivedFile) -> Reconciliation:
    async with transaction(parts.around, _CONSOLE) as work:
        return await exchange.reconcile(work, platform_list(arrived, work.today()))
