"""Disclosed records as folders, and the independent verifier run on them in its own process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import contracts.verify_draw
from coordinator.domain.errors import Rule, RuleBrokenError


class FolderShelf:
    """Keeps each round's full record in `<folder>/<round>`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, round_id: str, files: Mapping[str, bytes]) -> str:
        """Write a whole record folder at once and give its absolute path."""
        final = (self._folder / round_id).resolve()
        if final.exists() and not _holds(final, files):
            raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="record", key=round_id)
        draft = final.with_name(final.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        for name, body in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        shutil.rmtree(final, ignore_errors=True)
        draft.rename(final)
        return str(final)

    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        """Run the verifier as anybody would, isolated: `ok`, or the first difference."""
        with NamedTemporaryFile("w", suffix=".jwks", encoding="utf-8") as key_file:
            json.dump(keys, key_file)
            key_file.flush()
            verifier = (contracts.verify_draw.__file__, folder, "--keys", key_file.name)
            command = [sys.executable, "-I", *verifier]
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed argv
        return "ok" if done.returncode == 0 else (done.stdout or done.stderr).strip()


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Say whether a folder holds these files and no other."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return paths == set(files) and all(
        (folder / name).read_bytes() == body for name, body in files.items()
    )
