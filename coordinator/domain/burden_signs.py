"""What shows that a place is entered too often 高频检查, in a plan or in a year (54号)."""

from dataclasses import dataclass
from enum import StrEnum


class Signal(StrEnum):
    """What shows that a place is entered too often."""

    CAP_SHARE = "cap-share"
    CLOSE_TOGETHER = "close-together"
    SAME_ORGAN = "same-organ"


@dataclass(frozen=True)
class Sign:
    """One signal with its figure and threshold; `organ` where it concerns one."""

    signal: Signal
    figure: int
    threshold: int
    organ: str = ""
