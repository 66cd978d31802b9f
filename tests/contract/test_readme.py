"""The README is a true map: stages, words, commands and paths are those of the code."""

import re
from functools import cache

import pytest
import typer.main

from coordinator.commands.main import app as onevisit
from tests.contract.history import CHECKOUT
from tests.contract.names import names_in
from tests.contract.readme import code_pieces, exists, missing_in, paths, table
from tests.contract.test_rooms import STAGES

MOST_LINES = 400
FIELDWORK = "department_agents"
PROGRAM = "onevisit"
COMMANDS = typer.main.get_command(onevisit)


@cache
def readme() -> str:
    path = CHECKOUT / "README.md"
    if not path.is_file():
        pytest.fail("README.md is missing: it is the map of the project")
    return path.read_text("utf-8")


@cache
def identifiers() -> str:
    """Give every name that code defines or uses, one per line, as _snake_case_."""
    rooms = ("contracts", "coordinator", FIELDWORK)
    names = {name for room in rooms for name in names_in(CHECKOUT / room)}
    return "\n".join(sorted(f"_{snake(name)}_" for name in names))


def snake(name: str) -> str:
    """Write a name or a word of the glossary in lower case with single underscores."""
    return re.sub(r"[ _-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()


def is_in_code(word: str) -> bool:
    """Look for a word, or several of it, between underscores."""
    return f"_{word}_" in identifiers() or f"_{word}s_" in identifiers()


def stems() -> list[str]:
    return [re.sub(r"\W.*", "", row[2].strip("*`")) for row in stage_table()]


def stage_table() -> list[list[str]]:
    return table(readme(), "#", "stage 阶段", "stem")


def test_the_readme_stays_a_map() -> None:
    assert len(readme().splitlines()) <= MOST_LINES


def test_the_stage_table_is_the_flow_of_the_code() -> None:
    assert [stem for stem in stems() if stem != FIELDWORK] == list(STAGES)
    assert FIELDWORK in stems()


def test_stages_are_numbered_from_the_registers_on() -> None:
    assert [row[0] for row in stage_table()] == [str(number) for number in range(len(STAGES) + 1)]


def test_every_word_of_the_glossary_is_a_word_of_the_code() -> None:
    words = [
        word.strip(" `*")
        for row in table(readme(), "term in code")
        for word in re.split(r"[,/]", re.sub(r"\(.*?\)", "", row[0]))
    ]

    unknown = [word for word in words if not is_in_code(snake(word))]

    assert words
    assert unknown == []


def test_every_command_exists_with_its_options() -> None:
    named = [
        piece.split()
        for piece in code_pieces(readme())
        if piece.split()[0].rpartition("/")[2] == PROGRAM
    ]

    unknown = [" ".join(words) for words in named if missing_in(COMMANDS, words[1:]) is not None]

    assert named
    assert unknown == []


def test_every_path_exists() -> None:
    named = paths(code_pieces(readme()))

    assert "deploy/run.sh" in named
    assert sorted(path for path in named if not exists(CHECKOUT, path)) == []


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("serve web", None),
        ("serve …", None),
        ("import item-list FILE", None),
        ("serve website", "website"),
        ("fly", "fly"),
        ("migrate --backwards", "--backwards"),
    ],
)
def test_a_command_that_nobody_wrote_is_found(line: str, unknown: str | None) -> None:
    assert missing_in(COMMANDS, line.split()) == unknown


def test_backticks_fences_and_tables_are_read() -> None:
    text = (
        "| a | b |\n|---|---|\n| 1 | `x` |\n\n```bash\n$ bash deploy/run.sh --yes  # start\n```\n"
    )

    assert table(text, "a") == [["1", "`x`"]]
    assert code_pieces(text) == ["x", "bash deploy/run.sh --yes"]
    assert paths(["coordinator/domain/<stem>.py", "python contracts/none.py", "a/b"]) == {
        "contracts/none.py"
    }
