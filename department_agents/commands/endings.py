"""How commands begin and fail: settings that name what is wrong, one line on stderr, exit 2."""

import sys
from collections.abc import Callable
from typing import Never, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

REFUSED, WRONG_SETTINGS = 1, 2

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def settings_from(load: Callable[[], SettingsT]) -> SettingsT:
    """Load settings, or say which variables are missing or wrong."""
    try:
        return load()
    except ValidationError as error:
        flaws = error.errors(include_input=False, include_url=False)
        lines = [
            f"ONEVISIT_AGENT_{'.'.join(map(str, f['loc'])).upper()}: {f['msg']}" for f in flaws
        ]
        fail("\n".join(lines))


def fail(message: str, status: int = WRONG_SETTINGS) -> Never:
    """Say why on stderr, and end."""
    print(message, file=sys.stderr)
    raise typer.Exit(status)
