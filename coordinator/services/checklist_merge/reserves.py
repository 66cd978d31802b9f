"""The reserve of each line and stratum, read as far as it is wanted."""

from collections import Counter
from collections.abc import Iterable, Mapping

from coordinator.domain.draw_computation import DrawInputs
from coordinator.domain.object_draw import LineDraw, StratumDraw, reserve
from coordinator.domain.object_replacing import ObjectReplacement

_AT_ONCE = 16


class Reserves:
    """Gives the next unused object of a reserve; the order is fixed by the draw."""

    def __init__(
        self,
        inputs: DrawInputs,
        draws: Mapping[str, LineDraw],
        used: Iterable[ObjectReplacement] = (),
    ) -> None:
        self._inputs = inputs
        self._strata = {(each.line, s.stratum): s for each in draws.values() for s in each.strata}
        self._used = Counter((each.line, each.stratum) for each in used)
        self._read: dict[tuple[str, str], list[str]] = {}

    def next(self, line: str, stratum: str) -> str | None:
        """Give the next object of a line's and stratum's reserve, or None when none is left."""
        index = self._used[line, stratum]
        found = self._first(line, self._strata[line, stratum], index + 1)
        if index >= len(found):
            return None
        self._used[line, stratum] += 1
        return found[index]

    def _first(self, line: str, stratum: StratumDraw, number: int) -> list[str]:
        """Read at least `number` objects, where there are as many; ever more at a time."""
        read = self._read.get((line, stratum.stratum), [])
        left = stratum.number_eligible - stratum.number_drawn
        if len(read) < min(number, left):
            wanted = min(max(number, 4 * len(read), _AT_ONCE), left)
            rule, frame = self._inputs.rules.lines[line], self._inputs.frames[line]
            read = reserve(self._inputs.keys, rule, frame, stratum, wanted)
            self._read[line, stratum.stratum] = read
        return read
