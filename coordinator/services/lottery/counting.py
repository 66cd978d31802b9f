"""How far a freeze has come, told while its transaction is still open."""

from dataclasses import dataclass

from coordinator.domain.lottery.progress import LongStep
from coordinator.services.ports import Teller


@dataclass
class Counting:
    """Tells which of the lines is being frozen, and how many rows were read in all."""

    told: Teller
    of: int
    number: int = 0
    rows: int = 0

    def begin(self) -> None:
        """Begin the next line."""
        self.number += 1
        self.add(0)

    def add(self, rows: int) -> None:
        """Count rows that were read."""
        self.rows += rows
        self.told.tell(LongStep.FREEZE, number=self.number, of=self.of, rows=self.rows)
