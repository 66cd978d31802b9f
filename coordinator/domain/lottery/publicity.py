"""Who may see what of a draw, and when: the lists of single lines open one by one (3-draw.md 3.3).

In a round every place has one ticket for all lines, so a rank or ticket of one line tells of the
others. Before the record opens a list therefore names objects only; its file, with ranks and
tickets, follows when no list of the round is closed any more. Where the frames stay closed it never
follows: a list is names, sorted by object, and says of nobody in which stratum he was drawn.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import ListPublicity, PlanLine
from coordinator.domain.lottery.strata import is_code


@dataclass(frozen=True)
class DrawnList:
    """The drawn list of one line as far as anybody may see it, sorted by object.

    `number_drawn` has always been public, with the counts of the transcript. A list that `tells`
    names nobody, ever.
    """

    line: PlanLine
    number_drawn: int
    objects: tuple[str, ...]
    tells: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every drawn object may be seen."""
        return len(self.objects) == self.number_drawn


def publicity_of(line: PlanLine) -> ListPublicity:
    """Give when a line's list opens; a covert one waits for its round whatever the plan says."""
    return ListPublicity.AFTER_ROUND if line.mode is Mode.COVERT else line.publicity


def drawn_list(
    line: PlanLine, drawn: Sequence[str], visited: Collection[str], *, is_disclosed: bool
) -> DrawnList:
    """Give what is public of a line's list.

    `visited` are the objects of the line whose visits are all finished.
    """
    when = publicity_of(line)
    if is_disclosed or when is ListPublicity.ON_DRAW:
        shown = sorted(drawn)
    elif when is ListPublicity.AFTER_VISIT:
        shown = sorted(set(drawn) & set(visited))
    else:
        shown = []
    return DrawnList(line, len(drawn), tuple(shown))


def withheld_list(line: PlanLine, number_drawn: int) -> DrawnList:
    """Give the list of a line whose names may never be public."""
    return DrawnList(line, number_drawn, (), tells=True)


def tells_class(line: PlanLine, strata: Collection[str]) -> bool:
    """Say whether the names of a list would tell what only the office may know of all of them.

    They do where the line is aimed at credit classes, and where all that were drawn (`strata`) are
    of one coded stratum: its ratio and counts are public, and so are the plan's ratios by class.
    """
    if line.conditions.risk_classes:
        return True
    return len(set(strata)) == 1 and all(is_code(stratum) for stratum in strata)


def visited_objects(visits: Iterable[tuple[str, bool]]) -> set[str]:
    """Give the objects of which every visit is finished, from (object, finished) pairs."""
    finished: dict[str, bool] = {}
    for thing, is_finished in visits:
        finished[thing] = finished.get(thing, True) and is_finished
    return {thing for thing, is_finished in finished.items() if is_finished}


def files_are_open(lists: Mapping[str, DrawnList]) -> bool:
    """Say whether the files of drawn lists may be had: none of the round is closed."""
    return bool(lists) and all(each.is_whole for each in lists.values())


def embargo_is_over(embargo_date: date, today: date) -> bool:
    """Say whether the embargo has ended: its date is the last day a visit may take place."""
    return today > embargo_date
