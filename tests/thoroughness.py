"""How much of what can be tried any number of times a run tries.

The quick run of deploy/check.sh sets ONEVISIT_TESTS=quick; every other run tries it all.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

QUICK = os.environ.get("ONEVISIT_TESTS") == "quick"
ONE_OF = 6
"""A quick run tries one of so many examples, seeds and damages."""
FEWEST = 5
"""The first example of a property is the simplest one: it alone says little."""


def some_of(number: int) -> int:
    """Give how many of `number` examples, rounds or seeds this run tries."""
    return min(number, max(number // ONE_OF, FEWEST)) if QUICK else number


def some(cases: Sequence[Case], first: int = 0) -> Sequence[Case]:
    """Give the cases that this run tries; of a quick one, `first` turns which they are."""
    return cases[first % min(ONE_OF, len(cases)) :: ONE_OF] if QUICK and cases else cases
