"""Records on disk: large frozen frames, disclosed records as folders, and the verifier run on them.

A large frame lies in `<frozen>/<round>/<attempt>/` from its freeze on, where only the coordinator
reads it; the disclosed record has the same file.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import contracts.verify_draw
from coordinator.adapters.frame_files import FileFrame, FrameDraft
from coordinator.adapters.progress_files import ProgressFile, ProgressFolder
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.frames import Content, FrameName
from coordinator.domain.lottery.kinds import Counts
from coordinator.domain.lottery.progress import Progress


class FolderShelf:
    """Keeps each round's full record in `<folder>/<round>`, large frozen frames beside `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def draft(self, name: FrameName, key: bytes, committed: Collection[str]) -> FrameDraft:
        """Begin to freeze a frame under its key S; `committed` are files that rows name."""
        return FrameDraft(name, key, self._frozen, committed)

    def frame(self, path: str, digest: str, counts: Counts) -> FileFrame:
        """Give a large frame that was frozen before."""
        return FileFrame(self._frozen() / path, digest, counts)

    def publish(self, round_id: str, files: Mapping[str, Content]) -> str:
        """Write a whole record folder at once and give its absolute path."""
        final = (self._folder / round_id).resolve()
        if final.exists():
            if not _holds(final, files):
                raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="record", key=round_id)
            return str(final)
        draft = final.with_name(f"{final.name}.{os.getpid()}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        for name, body in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, body)
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

    def keep_evidence(self, sha256: str, body: bytes) -> None:
        """Keep a file of evidence under its hash; whoever reads sees all of it or nothing."""
        path = self._evidence(sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
        draft.write_bytes(body)
        draft.rename(path)

    def evidence(self, sha256: str) -> bytes | None:
        """Give a file of evidence, or None where there is none."""
        path = self._evidence(sha256)
        return path.read_bytes() if path.is_file() else None

    def drop_evidence(self, sha256: str) -> None:
        """Remove a file of evidence; one that is gone already is left so."""
        self._evidence(sha256).unlink(missing_ok=True)

    def working(self, round_id: str, begun: Progress) -> AbstractContextManager[ProgressFile]:
        """Tell of long work on a round while it goes on."""
        return self._progress.working(round_id, begun)

    def progress(self, round_id: str) -> Progress | None:
        """Give the long work on a round, or the last that did not end well."""
        return self._progress.read(round_id)

    @property
    def _progress(self) -> ProgressFolder:
        return ProgressFolder(self._folder.resolve().parent / "progress")

    def _evidence(self, sha256: str) -> Path:
        return self._folder.resolve().parent / "evidence" / sha256[:2] / sha256

    def _frozen(self) -> Path:
        return self._folder.resolve().parent / "frozen"


def _write(path: Path, content: Content) -> None:
    """Write a file; one that lies on the same disk already gets a second name."""
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    try:
        os.link(content, path)
    except OSError:
        with path.open("wb") as file:
            file.writelines(content.pieces())


def _holds(folder: Path, files: Mapping[str, Content]) -> bool:
    """Say whether a folder holds these files and no other."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return paths == set(files) and all(
        _digest(folder / name) == _digest_of(content) for name, content in files.items()
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(content: Content) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.digest
