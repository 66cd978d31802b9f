"""The way to public platforms by files: a folder each, with what we send and what comes back.

`<platform>/out` holds our batches with their sha256; a platform puts receipts into `in/replies`
and daily lists into `in/lists`; what was read moves to `done`, what can't be read to `unreadable`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from coordinator.services.ports.exchange import ArrivedFile

_REPLIES, _LISTS = "replies", "lists"
_READABLE = 0o644  # whoever carries the files is another user
_ENDINGS = {_REPLIES: ".jsonl", _LISTS: ".csv"}


class ExchangeFolder:
    """A folder that office and platforms share, by whatever carries files between them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_batch(self, platform: str, name: str, content: bytes, digest: str) -> None:
        """Put a batch down whole, the checksum first: who sees the batch can check it."""
        out = self._folder / platform / "out"
        out.mkdir(parents=True, exist_ok=True)
        _write_whole(out / f"{name}.sha256", f"{digest}  {name}\n".encode())
        _write_whole(out / name, content)

    def replies(self, platform: str) -> Sequence[ArrivedFile]:
        """Give the receipts that nobody has put away, in order of name."""
        return self._arrived(platform, _REPLIES)

    def lists(self, platform: str) -> Sequence[ArrivedFile]:
        """Give the daily lists that nobody has put away, in order of name."""
        return self._arrived(platform, _LISTS)

    def put_away(self, file: ArrivedFile, *, read: bool) -> None:
        """Move a file to `done` or `unreadable`; one that is gone already is put away."""
        for kind, ending in _ENDINGS.items():
            source = self._inbox(file.platform, kind) / file.name
            if file.name.endswith(ending) and source.exists():
                target = source.parent / ("done" if read else "unreadable")
                target.mkdir(exist_ok=True)
                source.replace(target / file.name)

    def _arrived(self, platform: str, kind: str) -> list[ArrivedFile]:
        inbox = self._inbox(platform, kind)
        inbox.mkdir(parents=True, exist_ok=True)
        return [
            ArrivedFile(platform, path.name, path.read_bytes())
            for path in sorted(inbox.glob(f"*{_ENDINGS[kind]}"))
            if path.is_file()
        ]

    def _inbox(self, platform: str, kind: str) -> Path:
        return self._folder / platform / "in" / kind


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename: nobody ever reads half a file.

    Each writer has a draft of its own, for two processes may write the same batch at once.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fchmod(draft.fileno(), _READABLE)
            os.fsync(draft.fileno())
            Path(draft.name).replace(path)
        finally:
            Path(draft.name).unlink(missing_ok=True)
