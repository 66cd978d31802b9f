"""Reading the README: its tables, what stands in backticks, and the commands it names."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOTS = (".ci", "contracts", "coordinator", "department_agents", "deploy", "tests")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PLACEHOLDER = re.compile(r"[<>{}*…]|\.\.\.")
_COMMAND_WORD = re.compile(r"[a-z][a-z0-9-]*")


def table(text: str, *header: str) -> list[list[str]]:
    """Give the cells of the table whose header begins with these cells; fails if there is none."""
    lines = iter(text.splitlines())
    for line in lines:
        if cells(line)[: len(header)] == list(header):
            next(lines)
            break
    else:
        raise AssertionError(f"no table headed {header}")
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    """Split a row of a table; any other line has no cells."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []


def code_pieces(text: str) -> list[str]:
    """Give what stands in backticks, and every line of fenced blocks without prompt and comment."""
    fenced = [
        line.removeprefix("$ ").partition(" #")[0].strip()
        for block in _FENCE.findall(text)
        for line in block.splitlines()[1:-1]
    ]
    return [*re.findall(r"`([^`\n]+)`", _FENCE.sub("", text)), *filter(None, fenced)]


def paths(pieces: Sequence[str]) -> set[str]:
    """Give the words that look like paths of the repository; placeholders are none."""
    words = {word.rstrip(".,:;") for piece in pieces for word in piece.split()}
    return {
        word
        for word in words
        if word.partition("/")[0] in ROOTS and "/" in word and not _PLACEHOLDER.search(word)
    }


def missing_in(command: Any, words: Sequence[str]) -> str | None:
    """Name the first word that a command line of typer does not know; None when it knows all."""
    for word in words:
        if word.startswith("--"):
            if word.partition("=")[0] not in {*options(command), "--help"}:
                return word
        elif hasattr(command, "get_command"):
            if _PLACEHOLDER.search(word):
                return None
            found = command.get_command(None, word) if _COMMAND_WORD.fullmatch(word) else None
            if found is None:
                return word
            command = found
    return None


def options(command: Any) -> set[str]:
    """Give the options of a command."""
    return {name for parameter in command.params for name in parameter.opts}


def exists(checkout: Path, path: str) -> bool:
    """Tell whether a path of the repository exists; a folder may end in a slash."""
    return (checkout / path).exists()
