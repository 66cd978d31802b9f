"""Logs of every process, here and at the departments: one JSON object a line on stderr, or text.

Codes and ids only: an error is told by kind and place, never by its words.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, TextIO, cast

import structlog
from structlog.typing import Processor

from contracts.tracing import current_traceparent

Event = MutableMapping[str, Any]


class LogFormat(StrEnum):
    """How lines look: for machines, or for a person at a terminal."""

    JSON = "json"
    TEXT = "text"


class LastingStderr:
    """Stderr of now, on which a full disk costs lines, and never the work that wrote them."""

    def write(self, text: str) -> int:
        """Write as far as there is room."""
        with suppress(OSError):
            return sys.stderr.write(text)
        return 0

    def flush(self) -> None:
        """Hand over what was written, as far as there is room."""
        with suppress(OSError):
            sys.stderr.flush()


def log_to_stderr(log_format: LogFormat = LogFormat.JSON) -> None:
    """Configure logging for this process, libraries included."""
    ending = _RENDERERS[log_format]
    stderr = cast("TextIO", LastingStderr())
    structlog.configure(
        processors=[*_SHARED, ending],
        logger_factory=structlog.PrintLoggerFactory(stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stderr)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED, processors=[remove_meta, ending]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def error_without_words(_logger: object, _method: str, event: Event) -> Event:
    """Tell kind and place of an error; its text may hold a secret or a person."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def trace_of_work(_logger: object, _method: str, event: Event) -> Event:
    """Name the trace under way, where there is one."""
    if (context := current_traceparent()) is not None:
        event["trace_id"] = context.split("-")[1]
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    error_without_words,
    trace_of_work,
]
_RENDERERS: dict[LogFormat, Processor] = {
    LogFormat.JSON: structlog.processors.JSONRenderer(ensure_ascii=False),
    LogFormat.TEXT: structlog.dev.ConsoleRenderer(colors=False),
}
