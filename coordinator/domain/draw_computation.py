"""A whole draw on paper: from the files of a record to its drawn, item and team files.

A live round and `onevisit draw compute` both come through here, so they cannot differ. Of the
JSON documents only the members that the draw needs are read; others may be unknown or absent
(3-draw.md 3.7).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.draw_files import FILE_CODE, MalformedRecordError, Row, Table, parse_file
from contracts.draw_record import Hash, Hex, RoundRules
from contracts.draw_tables import (
    BARS,
    DRAWN,
    FRAMES,
    ITEMS,
    ROSTERS,
    TEAMS,
    UNITS,
    BarRow,
    DrawnRow,
    ItemRow,
    RosterRow,
    TeamRow,
    UnitRow,
)
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.frames import CountedFrame, Frame, FrameBytes, counted
from coordinator.domain.lottery.freezing import field_invalid, freeze_each
from coordinator.domain.lottery.keys import StageKeys, check_reveals, stage_keys
from coordinator.domain.lottery.transcript import Ending
from coordinator.domain.object_draw import LineDraw, draw_objects, draw_strata
from coordinator.domain.team_draw import (
    FeasibilitySolver,
    How,
    RosterMember,
    TeamDraw,
    TeamKeys,
    UnitNeed,
    draw_teams,
)

AVAILABLE = "-"


class _View(BaseModel):
    """What the draw reads of a document of which other members may be unknown or absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _CommittedSource(_View):
    name: str


class _Commit(_View):
    attempt: int | None = None
    heads: Mapping[str, Hash] | None = None
    sources: tuple[_CommittedSource, ...] = ()


class _Attempt(_View):
    attempt: int
    outcome: str
    values: Mapping[str, Hex]


class _Source(_View):
    name: str
    value: Hex


class _Reveals(_View):
    attempts: tuple[_Attempt, ...] = Field(min_length=1)
    sources: tuple[_Source, ...] = ()


Read = TypeVar("Read", RoundRules, _Commit, _Reveals)


@dataclass(frozen=True)
class DrawInputs:
    """The facts that decide a draw, and as far as it has come who was drawn.

    Rosters and bars by department; frames, drawn objects and drawn items by line.
    """

    rules: RoundRules
    keys: StageKeys
    frames: Mapping[str, CountedFrame]
    rosters: Mapping[str, list[RosterRow]]
    bars: Mapping[str, list[BarRow]]
    units: list[UnitRow]
    drawn: Mapping[str, list[DrawnRow]]
    items: Mapping[str, list[ItemRow]]


def read_inputs(
    files: Mapping[str, bytes], frames: Mapping[str, Frame] | None = None
) -> DrawInputs:
    """Read the files (by path) that a draw needs; raise RuleBrokenError naming a malformed one.

    `frames` are further frames by line, too large to be among the files.
    """
    try:
        rules = _read_json(RoundRules, files, "rules.json")
        round_id = rules.round
        units = files.get("units.tsv")
        return DrawInputs(
            rules=rules,
            keys=_read_keys(files),
            frames=_read_frames(files, frames or {}, round_id),
            rosters=_read_folder(ROSTERS, files, round_id),
            bars=_read_folder(BARS, files, round_id),
            units=[] if units is None else parse_file(UNITS, units, round_id),
            drawn=_read_folder(DRAWN, files, round_id),
            items=_read_folder(ITEMS, files, round_id),
        )
    except MalformedRecordError as error:
        raise field_invalid(error) from None


def compute_objects(inputs: DrawInputs) -> dict[str, LineDraw]:
    """Draw the objects and items of every line."""
    return draw_objects(inputs.keys, inputs.rules, inputs.frames)


def drawn_objects(inputs: DrawInputs) -> dict[str, LineDraw]:
    """Return what compute_objects did, read from the files that it became."""
    return {
        line: LineDraw(
            line,
            draw_strata(line, inputs.rules.lines[line], frame),
            tuple(inputs.drawn[line]),
            tuple(inputs.items[line]) if line in inputs.items else None,
        )
        for line, frame in sorted(inputs.frames.items())
    }


def object_files(round_id: str, draws: Mapping[str, LineDraw]) -> dict[str, bytes]:
    """Return the drawn/ and items/ files by path; items/ only for lines that draw items."""
    items = {line: draw.items for line, draw in draws.items() if draw.items is not None}
    drawn = freeze_each(DRAWN, round_id, {line: draw.drawn for line, draw in draws.items()})
    return drawn | freeze_each(ITEMS, round_id, items)


def departments_of(units: Iterable[UnitRow]) -> list[str]:
    """Return the departments that send somebody, sorted; experts of field f are `@f`."""
    return sorted({row.department for row in units})


def compute_team(
    inputs: DrawInputs, department: str, solver: FeasibilitySolver | None = None
) -> TeamDraw:
    """Draw one department's teams; raise RuleBrokenError as draw_teams does."""
    if department not in inputs.rosters:
        raise RuleBrokenError(Rule.ROSTER_MISSING, department=department)
    return draw_teams(
        department,
        [roster_member(row) for row in inputs.rosters[department]],
        {(row.object, row.inspector) for row in inputs.bars.get(department, ())},
        [unit_need(row) for row in inputs.units if row.department == department],
        team_keys(inputs.keys, department),
        solver,
    )


def team_files(round_id: str, teams: Mapping[str, TeamDraw]) -> dict[str, bytes]:
    """Return the teams/ files by path."""
    return freeze_each(TEAMS, round_id, {code: team_rows(team) for code, team in teams.items()})


def done(draws: Mapping[str, LineDraw], teams: Mapping[str, TeamDraw]) -> Ending:
    """Return how an attempt ended in which every line and department was drawn."""
    return Ending(
        DrawOutcome.DONE,
        counts={
            line: {each.stratum: each.counts() for each in draw.strata}
            for line, draw in draws.items()
        },
        repairs={
            code: sum(each.how in {How.PATH, How.LEVEL} for each in team.assignments)
            for code, team in teams.items()
        },
        repatterns={code: team.repatterned for code, team in teams.items()},
        witnesses=tuple(code for code, team in teams.items() if team.witness),
    )


def team_keys(keys: StageKeys, department: str) -> TeamKeys:
    """Return the stage keys of a department's team draw."""
    return TeamKeys(
        *(keys.key(f"{stage}|{department}") for stage in ("slot", "pick", "pattern", "repl"))
    )


def roster_member(row: RosterRow) -> RosterMember:
    """Return a roster row as the team draw sees it."""
    return RosterMember(
        inspector=row.inspector,
        tags=frozenset(row.tags),
        leader=row.leader,
        prior_load=row.prior_load,
        cap=row.cap,
        available=row.status == AVAILABLE,
    )


def unit_need(row: UnitRow) -> UnitNeed:
    """Return a unit row as the team draw sees it."""
    return UnitNeed(
        unit=row.unit,
        quota=row.quota,
        tags=frozenset(row.tags),
        leader=row.leader,
        objects=row.objects,
    )


def team_rows(team: TeamDraw) -> list[TeamRow]:
    """Return the rows of a department's teams file."""
    return [
        TeamRow(each.unit, each.slot, each.block, each.inspector, each.how)
        for each in team.assignments
    ]


def _read_keys(files: Mapping[str, bytes]) -> StageKeys:
    commit = _read_json(_Commit, files, "commit.json")
    reveals = _read_json(_Reveals, files, "reveals.json")
    last = reveals.attempts[-1]
    if last.outcome != "done" or commit.attempt not in {None, last.attempt}:
        raise RuleBrokenError(Rule.ATTEMPT_NOT_DONE, attempt=commit.attempt or last.attempt)
    if commit.heads is not None:
        check_reveals(commit.heads, last.attempt, last.values)
    committed = [source.name for source in commit.sources]
    published = {source.name: source.value for source in reveals.sources}
    if sorted(committed) != sorted(source.name for source in reveals.sources):
        raise RuleBrokenError(
            Rule.SOURCES_DO_NOT_MATCH, committed=committed, revealed=sorted(published)
        )
    sources = [(name, published[name]) for name in committed]
    return stage_keys(files["commit.json"], last.values, sources)


def _read_json(kind: type[Read], files: Mapping[str, bytes], path: str) -> Read:
    if path not in files:
        raise MalformedRecordError(path, 0, "file", "missing")
    try:
        return kind.model_validate_json(files[path], extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        member = ".".join(str(step) for step in first["loc"]) or "document"
        raise MalformedRecordError(path, 1, member, first["msg"]) from None


def _read_frames(
    files: Mapping[str, bytes], large: Mapping[str, Frame], round_id: str
) -> dict[str, CountedFrame]:
    small = {line: FrameBytes(files[FRAMES.path(line)]) for line in _names(FRAMES, files)}
    frames: Mapping[str, Frame] = {**small, **large}
    return {line: counted(frames[line], round_id, line) for line in sorted(frames)}


def _read_folder(
    table: Table[Row], files: Mapping[str, bytes], round_id: str
) -> dict[str, list[Row]]:
    return {
        name: parse_file(table, files[table.path(name)], round_id, name)
        for name in _names(table, files)
    }


def _names(table: Table[Row], files: Mapping[str, bytes]) -> list[str]:
    pattern = re.compile(rf"{table.kind}/({FILE_CODE})\.tsv")
    return sorted(match[1] for path in files if (match := pattern.fullmatch(path)))
