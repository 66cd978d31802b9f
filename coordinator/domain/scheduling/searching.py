"""The exact search: a schedule with the fewest moves, or the proof that there is none.

Depth first with one kind of branch for everything that clashes: of the visits that can't stand
together, one must move. It is complete because leaving a visit out never makes a day worse
(`board`), so any schedule that moves the visits M can be reached by taking off only visits of M.
The number of moves is raised one by one, so the first schedule found has the fewest.
"""

from collections.abc import Iterable

from coordinator.domain.scheduling.board import Board
from coordinator.domain.scheduling.values import Spot


class SearchEndedError(Exception):
    """The bound on the steps of a search was reached: nothing is proven."""


class Search:
    """Searches on a board that share a number of steps; a search that fails changes nothing.

    A step looks at one visit: a node of the search costs one more than the visits that wait.

    One that ends for want of steps does: `spots` of the board are then to be restored.
    """

    def __init__(self, board: Board, held: Iterable[str], steps: int) -> None:
        self._board = board
        self._settled = set(held)
        self._steps = steps

    def place(self, waiting: Iterable[str], moves: int) -> bool:
        """Place visits, moving at most so many that stand on the board.

        Raises SearchEndedError when its steps are used up.
        """
        clashing = {visit for visit in self._board.spots if self._board.clash_of(visit)}
        return self._go_on(set(waiting), clashing, moves)

    def _go_on(self, waiting: set[str], suspects: set[str], moves: int) -> bool:
        self._steps -= 1 + len(waiting)
        if self._steps < 0:
            raise SearchEndedError
        clash = self._first_clash(suspects)
        if clash:
            return moves > 0 and self._mend(waiting, suspects, clash, moves)
        if not waiting:
            return True
        visit, spots = self._tightest(waiting, moves)
        return any(self._try(visit, spot, waiting - {visit}, moves) for spot in spots)

    def _mend(
        self, waiting: set[str], suspects: set[str], clash: tuple[str, ...], moves: int
    ) -> bool:
        for visit in clash:
            if visit in self._settled:
                continue
            stood = self._board.take(visit)
            if self._go_on(waiting | {visit}, suspects - {visit}, moves - 1):
                return True
            self._board.put(visit, stood)
        return False

    def _try(self, visit: str, spot: Spot, waiting: set[str], moves: int) -> bool:
        self._board.put(visit, spot)
        self._settled.add(visit)
        if self._go_on(waiting, {visit}, moves):
            return True
        self._settled.discard(visit)
        self._board.take(visit)
        return False

    def _first_clash(self, suspects: set[str]) -> tuple[str, ...]:
        for visit in sorted(suspects):
            clash = self._board.clash_of(visit) if visit in self._board.spots else ()
            if clash:
                return clash
        return ()

    def _tightest(self, waiting: set[str], moves: int) -> tuple[str, list[Spot]]:
        """Give the visit with the fewest free spots; taken ones follow while others may move."""
        best: tuple[int, str, list[Spot]] | None = None
        for visit in sorted(waiting):
            spots = self._board.allowed(visit)
            free = [spot for spot in spots if self._board.is_free(visit, spot)]
            if best is None or len(free) < best[0]:
                taken = [spot for spot in spots if spot not in free] if moves else []
                best = (len(free), visit, [*free, *taken])
        if best is None:
            raise ValueError("nobody waits")
        return best[1], best[2]
