"""Invented check lists of any size for `bash deploy/bench.sh merge`, and a draw of five lines."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from contracts.draw_files import format_file
from contracts.draw_record import DrawRule, RoundRules, StratumRule
from contracts.draw_tables import FRAMES, FrameRow
from coordinator.domain.checklist_merge import CHECK_FIELDS, OPTIONAL_CHECK_FIELDS, Check
from coordinator.domain.lottery.frames import CountedFrame, FrameBytes, counted
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.object_draw import draw_objects

DESK_METHODS = ("书面", "网络监测")
DEPARTMENTS = ("market", "fire", "health", "housing", "emergency", "ecology", "labour", "traffic")
PERCENT = (5, 4, 3, 3, 2)
_FIRST_DAY = date(2026, 3, 1)
_ROUND = "BENCH"


def line_windows(lines: int, chance: Random) -> list[tuple[date, date]]:
    """Give each line a window of one to four months between March and November."""
    windows = []
    for _ in range(lines):
        start = _FIRST_DAY + timedelta(chance.randrange(180))
        windows.append((start, start + timedelta(chance.randrange(30, 120))))
    return windows


def checks(number: int, objects: int, lines: int) -> Iterable[Check]:
    """Make checks, unsorted: per object some lines with one to three items; one in ten is a guest.

    One check in twenty needs no entry; objects are those of a county's register in form.
    """
    chance = Random(20260301)  # noqa: S311 (test data)
    windows = line_windows(lines, chance)
    minutes = [[chance.choice((10, 15, 20, 30, 45, 60, 90)) for _ in range(6)] for _ in windows]
    made: set[tuple[int, int, int]] = set()
    while len(made) < number:
        thing, line = chance.randrange(objects), chance.randrange(lines)
        for item in chance.sample(range(6), chance.randint(1, 3)):
            if len(made) < number and (thing, line, item) not in made:
                made.add((thing, line, item))
                host = thing // 50 * 50 if thing % 10 == 7 else thing
                yield Check(
                    object=f"uscc:9164{thing:014d}",
                    place=f"uscc:9164{host:014d}",
                    line=f"plan-2026-{line:03}",
                    department=DEPARTMENTS[line % len(DEPARTMENTS)],
                    item=f"item-{line:03}-{item}",
                    window_start=windows[line][0],
                    window_end=windows[line][1],
                    minutes=minutes[line][item],
                    mode="announced",
                    method="书面" if item == line % 20 else "现场",
                )


def write(folder: Path, number: int, objects: int, lines: int) -> None:
    """Write checks.csv and two policies, without and with a minute limit."""
    fields = [*CHECK_FIELDS, *OPTIONAL_CHECK_FIELDS]
    with (folder / "checks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        for check in checks(number, objects, lines):
            writer.writerow([getattr(check, field) for field in fields])
    for name, limit in (("policy.json", None), ("limited.json", 240)):
        policy = {"max_minutes": limit, "desk_methods": list(DESK_METHODS)}
        (folder / name).write_text(json.dumps(policy), encoding="utf-8")


def five_lines(objects: int, *, shared: bool) -> list[Check]:
    """Draw 5, 4, 3, 3 and 2 % of one frame by the project's own draw; one check each.

    `shared`: one lottery for all lines, with one ticket per place; else a lottery for each line.
    """
    frame = _frame(objects)
    lines = [f"L{at}" for at in range(len(PERCENT))]
    found = []
    for round_keys, some in _rounds(lines, shared=shared):
        rules = RoundRules(round=_ROUND, lines={line: _rule(line) for line in some})
        draws = draw_objects(round_keys, rules, dict.fromkeys(some, frame))
        found += [_check(line, row.object) for line in some for row in draws[line].drawn]
    return found


def _rounds(lines: Sequence[str], *, shared: bool) -> list[tuple[StageKeys, Sequence[str]]]:
    if shared:
        return [(StageKeys(bytes(32)), lines)]
    return [(StageKeys(bytes([at + 1]) * 32), [line]) for at, line in enumerate(lines)]


def _frame(objects: int) -> CountedFrame:
    rows = [
        FrameRow(f"uscc:9164{n:014d}", f"uscc:9164{n:014d}", "-", 1, "-") for n in range(objects)
    ]
    return counted(FrameBytes(format_file(FRAMES, _ROUND, rows, "L0")), _ROUND, "L0")


def _rule(line: str) -> DrawRule:
    percent = PERCENT[int(line[1:])]
    ratio = StratumRule(ratio=(percent, 100), minimum=0)
    return DrawRule(weighted=0, number=None, strata={"*": ratio}, items=None)


def _check(line: str, thing: str) -> Check:
    at = int(line[1:])
    return Check(
        object=thing,
        place=thing,
        line=line,
        department=DEPARTMENTS[at],
        item=f"item-{at}",
        window_start=date(2026, 4 + at, 1),
        window_end=date(2026, 9 + at % 3, 30),
        minutes=30,
        mode="announced",
        method="现场",
    )
