"""`onevisit draw`: recompute or explain a draw on paper, from a record folder alone (3.7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.adapters.frame_files import FileFrame
from coordinator.domain.draw_computation import (
    DrawInputs,
    compute_objects,
    compute_team,
    departments_of,
    object_files,
    read_inputs,
    team_files,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.object_draw import StratumDraw
from coordinator.domain.team_draw import (
    Explanation,
    FeasibilityQuestion,
    FeasibilitySolver,
    TeamDraw,
    sentences,
)

app = typer.Typer(
    no_args_is_help=True, help="纸面抽取与说明 · recompute or explain a draw from its record folder"
)
INPUT_PATTERNS = (
    "rules.json",
    "commit.json",
    "reveals.json",
    "units.tsv",
    "rosters/*.tsv",
    "bars/*.tsv",
)
OUTPUT_FOLDERS = ("drawn", "items", "teams")
RecordFolder = Annotated[
    Path,
    typer.Argument(exists=True, file_okay=False, metavar="DIR", help="记录文件夹 · record folder"),
]


@app.callback()
def _draw() -> None:
    """纸面抽取与说明 · recompute or explain a draw from its record folder."""


@app.command()
def compute(directory: RecordFolder) -> None:
    """重算抽取结果 · write drawn/, items/ and teams/, byte-identical to the live round."""
    inputs = _inputs(directory)
    teams, refused = _teams(inputs)
    files = object_files(inputs.rules.round, _objects(inputs)) | team_files(
        inputs.rules.round, teams
    )
    _write(directory, files)
    for error in refused.values():
        typer.echo(_reason(error), err=True)
    if refused:
        raise typer.Exit(1)


@app.command()
def explain(directory: RecordFolder) -> None:
    """说明抽取与缺额 · tell how many were drawn and why teams are infeasible, as JSON."""
    inputs = _inputs(directory)
    teams, refused = _teams(inputs)
    told = {code: _department_told(error) for code, error in refused.items()}
    document = {
        "round": inputs.rules.round,
        "lines": {
            line: {each.stratum: _stratum_told(each) for each in draw.strata}
            for line, draw in _objects(inputs).items()
        },
        "departments": {code: {"feasible": True} for code in teams} | told,
    }
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True))
    for department in told.values():
        for sentence in department["sentences"]:
            typer.echo(sentence, err=True)


class _SolverWhenNeeded:
    """The solver of the extra `solver`, which hardly any draw asks for and few machines have."""

    def find_teams(self, question: FeasibilityQuestion) -> Mapping[str, Sequence[str]] | None:
        """Answer as CpSatFeasibilitySolver does; raise RuleBrokenError where it is missing."""
        try:
            team_solver = import_module("coordinator.adapters.team_solver")
        except ModuleNotFoundError:
            raise RuleBrokenError(
                Rule.TEAM_FEASIBILITY_UNPROVEN, department=question.department, reason="no-solver"
            ) from None
        solver: FeasibilitySolver = team_solver.CpSatFeasibilitySolver()
        return solver.find_teams(question)


def _inputs(directory: Path) -> DrawInputs:
    files = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for pattern in INPUT_PATTERNS
        for path in directory.glob(pattern)
    }
    frames = {path.stem: FileFrame(path) for path in directory.glob("frames/*.tsv")}
    try:
        return read_inputs(files, frames)
    except RuleBrokenError as error:
        raise _refused(error) from error


def _objects(inputs: DrawInputs) -> Mapping[str, Any]:
    try:
        return compute_objects(inputs)
    except RuleBrokenError as error:
        raise _refused(error) from error


def _teams(inputs: DrawInputs) -> tuple[dict[str, TeamDraw], dict[str, RuleBrokenError]]:
    """Return the teams of the departments that have some, and why the others have none."""
    teams: dict[str, TeamDraw] = {}
    refused: dict[str, RuleBrokenError] = {}
    for department in departments_of(inputs.units):
        try:
            teams[department] = compute_team(inputs, department, _SolverWhenNeeded())
        except RuleBrokenError as error:
            refused[department] = error
    return teams, refused


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Replace the three output folders' files; a file left from another draw would mislead."""
    for folder in OUTPUT_FOLDERS:
        for old in (directory / folder).glob("*.tsv"):
            old.unlink()
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


def _stratum_told(stratum: StratumDraw) -> dict[str, Any]:
    """Return the numbers of a stratum; chances are pairs of integers."""
    told = {key: value for key, value in asdict(stratum).items() if key != "stratum"}
    return told | {"chance_of_an_open_weight": [stratum.open_number, stratum.open_weight]}


def _department_told(error: RuleBrokenError) -> dict[str, Any]:
    if error.rule is Rule.TEAM_QUOTA_UNMET:
        found = _explanations(error)
        words = [sentence for each in found for sentence in sentences(each)]
        return {
            "feasible": False,
            "explanations": [asdict(each) for each in found],
            "sentences": words,
        }
    return {
        "feasible": None,
        "rule": error.rule.value,
        "facts": {key: str(value) for key, value in error.facts.items()},
        "sentences": [_reason(error)],
    }


def _explanations(error: RuleBrokenError) -> list[Explanation]:
    found = error.facts.get("explanations")
    return (
        [each for each in found if isinstance(each, Explanation)]
        if isinstance(found, tuple)
        else []
    )


def _reason(error: RuleBrokenError) -> str:
    found = _explanations(error)
    if found:
        return "\n".join(sentence for each in found for sentence in sentences(each))
    facts = ", ".join(f"{key}={value}" for key, value in error.facts.items())
    return f"{error.rule.value}: {facts}"


def _refused(error: RuleBrokenError) -> typer.Exit:
    typer.echo(_reason(error), err=True)
    return typer.Exit(2)
