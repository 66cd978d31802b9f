"""What a row of a frame counts as in a draw: its last three fields, without the object itself."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from unicodedata import is_normalized

IN_THE_DRAW: Final = "-"


class Kind(NamedTuple):
    """What a row counts as: stratum, weight, and status without what follows its colon."""

    stratum: str
    weight: int
    status: str

    @property
    def ending(self) -> bytes:
        """Give the last three fields of a row of this kind that is in the draw."""
        return f"{self.stratum}\t{self.weight}\t{self.status}".encode()


Counts = Mapping[Kind, int]


def kind_of(ending: bytes) -> Kind:
    """Read the last three fields of a row; ValueError unless they are text in normal form."""
    text = ending.decode()
    if not is_normalized("NFC", text):
        raise ValueError("not in normal form")
    stratum, weight, status = text.split("\t")
    return Kind(stratum, int(weight), status.partition(":")[0])
