"""Traces across organisations: the W3C trace context of the work under way, and its spans.

A message carries the context of the work that wrote it (`traceparent`); whoever handles it goes on
in the same trace. Without the extra `onevisit[tracing]` nothing is recorded and all else is equal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

try:
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    _INSTALLED = True
except ImportError:  # a department's base install: nothing below uses it then
    _INSTALLED = False

TRACEPARENT: Final = "traceparent"
_SCOPE = "onevisit"


class TracingMissingError(RuntimeError):
    """Traces are asked for, but the extra `onevisit[tracing]` is not installed."""


class Recording:
    """A span under way; without OpenTelemetry it takes everything and keeps nothing."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    @property
    def is_kept(self) -> bool:
        """Whether anybody is interested."""
        return self._span is not None

    def rename(self, name: str) -> None:
        """Give the span its name once it is known."""
        if self._span is not None:
            self._span.update_name(name)


class _Tracers:
    """Where spans go: OpenTelemetry's own provider, or one that was chosen."""

    provider: Any = None


def use_provider(provider: Any) -> None:
    """Record with this provider of OpenTelemetry from now on; None: with its global one."""
    _Tracers.provider = provider


def start_tracing(url: str | None, service: str) -> None:
    """Send spans to an OTLP/HTTP address in batches; None: record nothing.

    An address without a path is a collector's: its path for traces is taken. Raises
    TracingMissingError where the extra is not installed.
    """
    if url is None:
        return
    try:
        # Only here: the base install has no SDK, and loading it takes a while.
        from contracts.trace_export import provider_to  # noqa: PLC0415
    except ImportError as error:
        raise TracingMissingError("pip install onevisit[tracing]") from error
    use_provider(provider_to(url, service))


def current_traceparent() -> str | None:
    """Give the context of the span under way, as a message carries it; None outside of one."""
    if not _INSTALLED or _Tracers.provider is None:
        return None
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(TRACEPARENT)


@contextmanager
def span(name: str, kind: str, parent: str | None = None, **of: str) -> Iterator[Recording]:
    """Record what happens inside; `kind` is server, producer or consumer, `of` its attributes.

    `parent` is the traceparent of a message; one that is not well formed begins a new trace.
    """
    if not _INSTALLED or _Tracers.provider is None:
        yield Recording()
        return
    tracer = _Tracers.provider.get_tracer(_SCOPE)
    context = TraceContextTextMapPropagator().extract({TRACEPARENT: parent}) if parent else None
    attributes = {key.replace("__", "."): value for key, value in of.items()}
    # An exception's text may hold what must not leave the house.
    with tracer.start_as_current_span(
        name,
        context,
        kind=trace.SpanKind[kind.upper()],
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as recorded:
        try:
            yield Recording(recorded)
        except BaseException as error:
            recorded.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
