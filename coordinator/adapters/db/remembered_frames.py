"""Counts of frames that pages ask for again and again, kept while the register stays as it is.

What a count depends on is its question, the day, and the objects register. Acts are the only door
to the register, and each commits in one transaction with the rows it changes: how many have been
applied and when the last one was names a state of the register, in whichever process it was
applied. A count that is made while another act commits may already see it; it is then kept under
the state before and never found by anybody who has seen the act. So nobody gets less than they
know of. Only transactions that read use this: whoever writes may yet take back what they counted.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from coordinator.adapters.db.frames import DatabaseFrames
from coordinator.adapters.db.tables_imports import RegisterActRow
from coordinator.domain.annual_plan import Conditions, Frame, FrameCount, Overlap
from coordinator.domain.registers.acts import ActState, RegisterKind

State = tuple[int, datetime | None]
"""How many acts have been applied to the objects register, and when the last one was."""

Answer = FrameCount | tuple[Overlap, ...]
Kept = TypeVar("Kept", FrameCount, tuple[Overlap, ...])

_ACTS = RegisterActRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_STATE = select(func.count(), func.max(_ACTS.c.applied_at)).where(
    _ACTS.c.kind == RegisterKind.OBJECTS, _ACTS.c.state == ActState.APPLIED
)
_MOST_CELLS = 1_000_000  # some 100 MB: a stratum is one, an overlap as many as there are frames


@dataclass
class FrameMemory:
    """What a process has counted in one state of the register; of former states nothing is kept."""

    most_cells: int = _MOST_CELLS
    _state: State = (0, None)
    _cells: int = 0
    _known: OrderedDict[bytes, Answer] = field(default_factory=OrderedDict)

    def find(self, state: State, question: bytes) -> Answer | None:
        """Give what was counted for a question in this state of the register, or None."""
        if state != self._state or question not in self._known:
            return None
        self._known.move_to_end(question)
        return self._known[question]

    def keep(self, state: State, question: bytes, answer: Answer) -> None:
        """Keep an answer; what was not asked for longest goes when there is no more room."""
        if state != self._state:
            self._known.clear()
            self._state, self._cells = state, 0
        if question in self._known:
            self._cells -= _size(self._known.pop(question))
        self._known[question] = answer
        self._cells += _size(answer)
        while self._cells > self.most_cells:
            _, oldest = self._known.popitem(last=False)
            self._cells -= _size(oldest)


class RememberedFrames(DatabaseFrames):
    """Counts over the objects register in one reading transaction, made once for each state."""

    def __init__(self, connection: AsyncConnection, memory: FrameMemory) -> None:
        super().__init__(connection)
        self._memory = memory
        self._state: State | None = None

    @override
    async def count(self, frame: Frame, day: date) -> FrameCount:
        """Count a frame, its places and strata; `expected` stays empty."""
        question = _digest("count", frame, frame.day or day)
        known = await self._find(question)
        if isinstance(known, FrameCount):
            return known
        return self._keep(question, await super().count(frame, day))

    @override
    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        """Count objects (or places) by the frames they are in: those in any, or all `within`."""
        question = _digest("overlaps", tuple(frames), day, within, of_places)
        known = await self._find(question)
        if isinstance(known, tuple):
            return known
        found = await super().overlaps(frames, day, within=within, of_places=of_places)
        return self._keep(question, tuple(found))

    async def _find(self, question: bytes) -> Answer | None:
        if self._state is None:
            number, last = (await self._connection.execute(_STATE)).one()
            self._state = (number, last)
        return self._memory.find(self._state, question)

    def _keep(self, question: bytes, answer: Kept) -> Kept:
        """Keep an answer, unless the register's rows came by no act: then nothing names them."""
        if self._state is not None and self._state[0]:
            self._memory.keep(self._state, question, answer)
        return answer


def _digest(*question: object) -> bytes:
    """Give a short name of a question: conditions may name thousands of objects."""
    return sha256(repr(question).encode()).digest()


def _size(answer: Answer) -> int:
    if isinstance(answer, FrameCount):
        return 1 + len(answer.by_stratum) + sum(map(len, answer.by_weight.values()))
    return 1 + sum(len(overlap.strata) for overlap in answer)
