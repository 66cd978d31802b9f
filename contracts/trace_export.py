"""Sending spans to a collector that may be away: nobody waits for it, and it is told of once.

Only processes that record traces import this: it needs the extra `onevisit[tracing]`.
"""

import atexit
import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.sdk import _shared_internal as batching
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from typing_extensions import override

_PATH: Final = "/v1/traces"
# One attempt with its repetitions; a process that ends waits for two of them at most.
_SECONDS: Final = 2.0
_TALKATIVE: Final = (trace_exporter.__name__, batching.__name__)
log = structlog.get_logger(__name__)


class ToldOnce(logging.Filter):
    """Lets the first line about a failure through, and no other until the failure is over."""

    def __init__(self) -> None:
        super().__init__()
        self.is_told = False

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        is_first, self.is_told = not self.is_told, True
        return is_first


class PatientExporter(SpanExporter):
    """Sends batches; what a collector does not take is given up."""

    def __init__(self, exporter: SpanExporter, told: ToldOnce) -> None:
        self._exporter = exporter
        self._told = told
        self._is_away = False
        self._is_ending = False

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._is_away and self._is_ending:
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        self._is_away = result is not SpanExportResult.SUCCESS
        if not self._is_away and self._told.is_told:
            self._told.is_told = False
            log.info("traces_are_taken_again")
        return result

    @override
    def shutdown(self) -> None:
        self._exporter.shutdown()

    def end(self) -> None:
        """Try no longer than once more: a process that ends must not wait for an absent one."""
        self._is_ending = True


def provider_to(url: str, service: str) -> TracerProvider:
    """Give a provider that sends to an OTLP/HTTP address until the process ends."""
    told = ToldOnce()
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(told)
    sending = trace_exporter.OTLPSpanExporter(endpoint=endpoint_of(url), timeout=_SECONDS)
    exporter = PatientExporter(sending, told)
    provider = TracerProvider(resource=Resource({"service.name": service}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    atexit.register(_end, exporter, provider)
    return provider


def endpoint_of(url: str) -> str:
    """Give the address for traces of a collector; one that has a path is taken as it is."""
    parts = urlsplit(url)
    return url if parts.path.strip("/") else parts._replace(path=_PATH).geturl()


def _end(exporter: PatientExporter, provider: TracerProvider) -> None:
    exporter.end()
    provider.shutdown()
