"""What the exchange asks of the way to a public platform: one adapter for each way there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ArrivedFile:
    """A file that a platform has put down: a receipt, or its list of a day."""

    platform: str
    name: str
    content: bytes


class PlatformChannel(Protocol):
    """The way to the public platforms; every method raises OSError where it can't be gone."""

    def write_batch(self, platform: str, name: str, content: bytes, digest: str) -> None:
        """Put a batch down whole, with its checksum; the same name again is the same file."""
        ...

    def replies(self, platform: str) -> Sequence[ArrivedFile]:
        """Give the receipts that nobody has put away, in order of name."""
        ...

    def lists(self, platform: str) -> Sequence[ArrivedFile]:
        """Give the daily lists that nobody has put away, in order of name."""
        ...

    def put_away(self, file: ArrivedFile, *, read: bool) -> None:
        """Put a file away that was taken in, or one that can't be read."""
        ...
