"""The public platforms of a rehearsal: they look at each batch and put their receipts down."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

_POLL_SECONDS = 1.0


class RecordedPlatforms:
    """Answers every batch once, in every platform's folder; a damaged one is not answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answered: set[Path] = set()

    def answer(self) -> int:
        """Put a receipt down for each batch that has none; gives how many batches that were."""
        batches = [each for each in self._batches() if each not in self._answered]
        for batch in batches:
            self._receive(batch)
        self._answered.update(batches)
        return len(batches)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Answer beside other work for as long as this lasts."""
        ending = threading.Event()

        def work() -> None:
            while not ending.wait(_POLL_SECONDS):
                self.answer()

        thread = threading.Thread(target=work, name="platforms", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()

    def _batches(self) -> list[Path]:
        return sorted(self._folder.glob("*/out/*.jsonl"))

    def _receive(self, batch: Path) -> None:
        content = batch.read_bytes()
        said = batch.with_name(f"{batch.name}.sha256").read_text("ascii").split()[0]
        if sha256(content).hexdigest() != said:
            return
        records = [json.loads(line) for line in content.splitlines()[1:]]
        receipt = "".join(
            json.dumps({"record": e["record"], "digest": e["digest"], "state": "accepted"}) + "\n"
            for e in records
        )
        inbox = batch.parent.parent / "in" / "replies"
        inbox.mkdir(parents=True, exist_ok=True)
        beside = inbox / f".{batch.stem}.part"
        beside.write_text(receipt, "utf-8")
        beside.replace(inbox / f"receipt-{batch.stem}.jsonl")
