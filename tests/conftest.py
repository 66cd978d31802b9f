"""What holds for every level: how memory is collected while tests are found and run."""

import gc

import pytest

# Finding the tests imports everything and frees nothing: collecting meanwhile is time lost.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported out of every later collection; it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()
