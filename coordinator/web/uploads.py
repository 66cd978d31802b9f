"""Where files that people bring wait until they are read: the port that bootstrap fills."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.mappings import MappingGuess


@dataclass(frozen=True)
class Upload:
    """A file that waits to be read; who knows its id may go on with it."""

    upload_id: str
    source: str
    size: int


class Uploads(Protocol):
    """Where uploaded files wait, and who begins to read them; `most_bytes` for one file."""

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken."""
        ...

    async def keep(self, source: str, pieces: AsyncIterator[bytes]) -> Upload:
        """Write a file to disk as it comes."""
        ...

    def find(self, upload_id: str) -> Upload:
        """Give a file that waits; NOT_FOUND for any other."""
        ...

    async def guess(self, upload: Upload, kind: RegisterKind) -> MappingGuess:
        """Say what the columns of a file seem to hold; refuses what is no table."""
        ...

    async def start(self, upload: Upload, import_id: str) -> None:
        """Begin to read a file in a process of its own."""
        ...

    def drop(self, upload: Upload) -> None:
        """Forget a file."""
        ...
