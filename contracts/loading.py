"""Loading the parts of a program where they are asked for: all together take longer than most run.

Loading makes very many objects and frees next to none, so that looking for what can be freed is
time lost, meanwhile and ever after.
"""

import gc
import sys
from importlib import import_module
from typing import Any


def loaded(module: str) -> Any:
    """Give a module, loaded with everything it needs; what it made stays out of collections."""
    if module in sys.modules:
        return sys.modules[module]
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        if was_collecting:
            gc.enable()
