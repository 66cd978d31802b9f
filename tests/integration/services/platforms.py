"""The other side of the exchange folder, and one result that is published."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from coordinator.bootstrap.exchanging import exchange_once
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.exchange import ExchangeRecord
from coordinator.services.ports.exchange import PlatformChannel
from tests.builders import a_problem
from tests.play import AUDITOR, ROUND, Play

PUBLICITY, SUPERVISION = "credit-publicity", "internet-supervision"


class Platforms:
    """The other side of the folder: reads batches, writes receipts and lists."""

    def __init__(self, play: Play, folder: Path) -> None:
        self.play, self.folder = play, folder

    async def exchange(self, channel: PlatformChannel | None = None) -> Mapping[str, int]:
        settings = SimpleNamespace(exchange_folder=self.folder)
        parts: Any = SimpleNamespace(around=self.play.around, settings=settings)
        return await exchange_once(parts, channel)

    def files(self, platform: str) -> list[Path]:
        return sorted((self.folder / platform / "out").glob("*.jsonl"))

    def told(self, platform: str, file: int = -1) -> list[dict[str, Any]]:
        lines = self.files(platform)[file].read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines[1:]]

    def answer(self, platform: str, name: str, *answers: Mapping[str, Any]) -> None:
        inbox = self.folder / platform / "in" / "replies"
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in answers)
        (inbox / name).write_text(text, "utf-8")

    def accept_all(self, platform: str, name: str = "r1.jsonl") -> None:
        told = self.told(platform)
        answers = [
            {"record": e["record"], "digest": e["digest"], "state": "accepted"} for e in told
        ]
        self.answer(platform, name, *answers)

    def list_of(self, platform: str, name: str, held: Mapping[str, str]) -> None:
        rows = "".join(f"{key},{digest}\n" for key, digest in held.items())
        path = self.folder / platform / "in" / "lists" / name
        path.write_text(f"record,digest\n{rows}", "utf-8")

    async def records(self, **which: Any) -> list[ExchangeRecord]:
        async with self.play.work(AUDITOR) as work:
            return list(await work.exchange_records.where(**which))


async def publish_one(play: Play, number: int = 0) -> tuple[DepartmentTask, Disclosure]:
    task = (await play.tasks(ROUND))[number]
    await play.report(task, a_problem())
    await play.approve(task)
    await play.disclose(task)
    async with play.work(AUDITOR) as work:
        found = await work.disclosures.where(
            visit_id=task.visit_id, department=task.department, superseded_by=None
        )
    return task, found[0]
