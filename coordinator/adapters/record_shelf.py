"""Disclosed records as folders, and the independent verifier run on them in its own process."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import contracts.verify_draw


class FolderShelf:
    """Keeps each round's full record in `<folder>/<round>`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, round_id: str, files: Mapping[str, bytes]) -> str:
        """Write a whole record folder at once and give its absolute path."""
        final = (self._folder / round_id).resolve()
        draft = final.with_name(final.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        for name, body in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        shutil.rmtree(final, ignore_errors=True)
        draft.rename(final)
        return str(final)

    def verify(self, folder: str) -> str:
        """Run the verifier as anybody would, isolated: `ok`, or the first difference."""
        command = [sys.executable, "-I", contracts.verify_draw.__file__, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed argv
        return "ok" if done.returncode == 0 else (done.stdout or done.stderr).strip()
