"""What holds for every level: how memory is collected, and that no test leaves its log behind."""

import gc
import logging
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

from tests.thoroughness import some_of

# Finding the tests imports everything and frees nothing: collecting meanwhile is time lost.
gc.disable()

# No deadline for one example: on a shared machine it measures the others.
hypothesis.settings.register_profile("onevisit", max_examples=some_of(100), deadline=None)
hypothesis.settings.load_profile("onevisit")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported out of every later collection; it stays to the end."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Give pytest its handlers back where a command logged as its process does."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
