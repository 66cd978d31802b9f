"""The data folder of a run: one run at a time, begun from nothing where nothing can be kept."""

import fcntl
import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.installation import Installation, installation

_MARKER = "rehearsal.marker"
_RESULT = "result.json"


class SetupError(Exception):
    """What was asked for can't be done here; says what to do instead."""


@dataclass(frozen=True)
class Wish:
    """What is asked of a data folder."""

    folder: Path
    database_url: str | None
    with_lists: bool
    reset: bool


def prepared(wish: Wish, tell: Callable[[str], None], stack: ExitStack) -> Installation:
    """Open the folder for this run alone; empty it first when it holds no finished run of the kind.

    Raises SetupError when another run holds it, or when it is somebody else's folder.
    """
    _hold(wish.folder, stack)
    marker = wish.folder / _MARKER
    if wish.folder.exists() and any(wish.folder.iterdir()) and not marker.exists():
        raise SetupError(f"{wish.folder}: 不是演练数据文件夹 / is not a folder of a rehearsal")
    if wish.folder.exists() and (wish.reset or not _is_of_the_kind(wish)):
        tell("从头开始 / starting from nothing")
        shutil.rmtree(wish.folder)
    installed = installation(wish.folder, wish.database_url)
    marker.write_text("OneVisit rehearsal: may be removed as a whole\n", encoding="utf-8")
    return installed


def require_fresh_logins(installed: Installation) -> None:
    """Refuse a database that an earlier run has filled: its logins went with its folder."""
    if not installed.passwords.exists():
        raise SetupError(
            "数据库中已有一次演练, 请先清空或另建数据库 / the database holds an earlier rehearsal: "
            "empty it, or name another one"
        )


def kept_result(folder: Path) -> dict[str, Any] | None:
    """Give the table of a run that came to its end here, or None."""
    file = folder / _RESULT
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def keep_result(folder: Path, result: dict[str, Any]) -> None:
    """Keep the table of a finished run, whole or not at all."""
    draft = folder / f".{_RESULT}"
    draft.write_text(json.dumps(result, ensure_ascii=False, indent=2), encoding="utf-8")
    draft.replace(folder / _RESULT)


def _hold(folder: Path, stack: ExitStack) -> None:
    """Lock the folder until the stack ends; the lock file lies beside it and survives a reset."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = stack.enter_context(folder.with_name(f"{folder.name}.lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SetupError(
            f"{folder}: 另一次演练正在使用 / another run is using it; stop it, or use --data"
        ) from None


def _is_of_the_kind(wish: Wish) -> bool:
    """Say whether the folder holds a finished run that was asked for in the same way."""
    kept = kept_result(wish.folder)
    return kept is not None and ("domains_imported" in kept) is wish.with_lists
