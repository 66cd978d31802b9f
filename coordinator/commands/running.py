"""How commands run and fail: one event loop, and broken rules as a sentence with exit status 2."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Never, TypeVar

import typer
from pydantic_core import to_jsonable_python

from coordinator.bootstrap import Coordinator, coordinator
from coordinator.domain.errors import Rule, RuleBrokenError

FAILED = 2
T = TypeVar("T")


def run(act: Callable[[Coordinator], Awaitable[T]]) -> T:
    """Run an act on the wired coordinator; a broken rule ends the command with its sentence."""

    async def wired() -> T:
        async with coordinator() as parts:
            return await act(parts)

    try:
        return asyncio.run(wired())
    except RuleBrokenError as error:
        fail(error)


def fail(error: RuleBrokenError) -> Never:
    """Say in Chinese and English which rule was broken, and exit with 2."""
    typer.echo("\n".join(in_both_languages(error)), err=True)
    raise typer.Exit(FAILED)


def require_writable(paths: Iterable[Path]) -> None:
    """End the command with OUTPUT_NOT_WRITABLE unless all paths can be written to, now."""
    for path in paths:
        is_new = not path.exists()
        try:
            path.open("ab").close()
        except OSError as error:
            fail(RuleBrokenError(Rule.OUTPUT_NOT_WRITABLE, path=path, why=error.strerror))
        if is_new:
            path.unlink()


def in_both_languages(error: RuleBrokenError) -> tuple[str, str]:
    """Word a broken rule in Chinese and English, with its facts as they are."""
    facts = _Facts({name: str(value) for name, value in error.facts.items()})
    # Only here: most commands break no rule, and reading all sentences takes a while.
    text = import_module("coordinator.web.rule_texts").RULE_TEXTS[error.rule]
    return text.zh.format_map(facts), text.en.format_map(facts)


class _Facts(dict[str, str]):
    """Facts of a rule; one that a sentence names and nobody gave is a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def show(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(to_jsonable_python(value), ensure_ascii=False, indent=2))
