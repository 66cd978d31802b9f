"""Logs of an agent: one JSON object a line on stderr, codes and ids only."""

import logging
import sys

import structlog
from structlog.typing import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def log_to_stderr() -> None:
    """Configure logging for this process, libraries included; tracebacks carry no local values."""
    structlog.configure(
        processors=[*_SHARED, _JSON],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED, processors=[remove_meta, _JSON]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
