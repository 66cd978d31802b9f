"""What fails of several things that don't depend on each other: none of them waits for another."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)


class Failures:
    """What failed of things of one kind: noted and passed over, and told when all is done."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._event = f"{kind}_failed"
        self._first: Exception | None = None

    @contextmanager
    def passed_over(self, name: str) -> Iterator[None]:
        """Note that one of them fails, and go on."""
        try:
            yield
        except Exception as error:
            # No traceback: its locals may hold personal data, or what is not public yet.
            told = {self._kind: name, "error": type(error).__name__}
            log.error(self._event, **told)  # noqa: TRY400
            self._first = self._first or error

    def tell(self) -> None:
        """Raise the first of what failed, so that whoever asked pauses before the next try."""
        if self._first is not None:
            raise self._first
