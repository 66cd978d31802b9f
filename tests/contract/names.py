"""The names that code uses, read from its text: reading syntax trees of all files takes seconds."""

import re
from collections.abc import Iterator
from pathlib import Path

_WORDING = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*')
_NAME = re.compile(r"[A-Za-z_]\w*")
_ATTRIBUTE = re.compile(r"\.([A-Za-z_]\w*)")


def names_in(folder: Path) -> Iterator[str]:
    """Give every word below a folder that stands in no text and no comment."""
    for path in folder.rglob("*.py"):
        yield from _NAME.findall(_code_of(path))


def attributes_in(path: Path) -> list[str]:
    """Give every name after a dot in a file."""
    return _ATTRIBUTE.findall(_code_of(path))


def _code_of(path: Path) -> str:
    return _WORDING.sub("", path.read_text("utf-8"))
