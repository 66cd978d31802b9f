"""A collector as OpenTelemetry specifies it: OTLP over HTTP, protobuf, everything kept."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from typing_extensions import override

SECONDS = 60.0
_PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True)
class Exported:
    """One span as it came over the wire."""

    service: str
    name: str
    kind: str
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    attributes: dict[str, str]
    number_of_events: int


@dataclass
class Collector:
    """Where spans go; `bodies` are the requests as they came."""

    address: str
    exported: list[Exported] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def until(self, is_there: Callable[[list[Exported]], bool]) -> None:
        """Wait until the spans that somebody waits for have come."""
        async with asyncio.timeout(SECONDS):
            while not is_there(list(self.exported)):  # noqa: ASYNC110 - another process sends
                await asyncio.sleep(0.05)

    def take(self, body: bytes) -> None:
        """Decode one request."""
        self.bodies.append(body)
        request = ExportTraceServiceRequest.FromString(body)
        for sent in request.resource_spans:
            of = {each.key: each.value.string_value for each in sent.resource.attributes}
            for scope in sent.scope_spans:
                self.exported += [_exported(of["service.name"], span) for span in scope.spans]


def _exported(service: str, span: Span) -> Exported:
    return Exported(
        service=service,
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_span_id,
        attributes={each.key: each.value.string_value for each in span.attributes},
        number_of_events=len(span.events),
    )


@contextmanager
def a_collector() -> Iterator[Collector]:
    """Listen on a port of this machine until the end of the block."""

    class Door(BaseHTTPRequestHandler):
        collector: ClassVar[Collector]

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_ours = self.path == "/v1/traces" and self.headers["Content-Type"] == _PROTOBUF
            if is_ours:
                packed = self.headers.get("Content-Encoding") == "gzip"
                self.collector.take(gzip.decompress(body) if packed else body)
            self.send_response(HTTPStatus.OK if is_ours else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", _PROTOBUF)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Door.collector = Collector(f"http://127.0.0.1:{server.server_port}")
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield Door.collector
    finally:
        server.shutdown()
        server.server_close()
        running.join()
