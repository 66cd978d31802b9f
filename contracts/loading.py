"""Loading the parts of a program where they are asked for: all together take longer than most run.

Loading makes very many objects and frees next to none, so that looking for what can be freed is
time lost, meanwhile and ever after.
"""

import gc
import sys
from importlib import import_module
from typing import Any

_YOUNG_OBJECTS = 10_000


def loaded(module: str) -> Any:
    """Give a module, loaded with everything it needs; what it made stays out of collections."""
    if module in sys.modules:
        return sys.modules[module]
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        settle()
        if was_collecting:
            gc.enable()


def settle() -> None:
    """Keep what was made so far out of collections, and let those to come be rare.

    What comes and goes in hundreds, messages on their way or rows of a page, is freed without
    them; each that falls in between finds it all alive, and looks at it again and again.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
