"""Files of evidence on this machine, by their hash: only the hash goes to the office (2.6)."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from contracts.vocabulary import EvidenceKind

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was kept: hash, size in bytes."""

    sha256: str
    size: int


class EvidenceFiles:
    """Keeps files in a folder under the name of their SHA-256; the same file is kept once."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder = folder
        self.megabytes = megabytes

    def keep(self, stream: IO[bytes]) -> StoredFile | None:
        """Read a file to its end and keep it; None when it is larger than allowed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as draft:
            try:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    if size > self.megabytes << 20:
                        return None
                    digest.update(piece)
                    draft.write(piece)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(self._folder / digest.hexdigest())
            finally:
                Path(draft.name).unlink(missing_ok=True)
        return StoredFile(digest.hexdigest(), size)

    def find(self, sha256: str) -> Path | None:
        """Give where a file lies, or None."""
        is_name = len(sha256) == hashlib.sha256().digest_size * 2 and sha256.isalnum()
        path = self._folder / sha256
        return path if is_name and path.is_file() else None


def kind_of(media_type: str) -> EvidenceKind:
    """Give the kind of evidence that a media type suggests."""
    match media_type.partition("/")[0]:
        case "image":
            return EvidenceKind.PHOTO
        case "video":
            return EvidenceKind.VIDEO
        case _:
            return EvidenceKind.DOCUMENT
