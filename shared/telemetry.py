"""What is told of each request: one line in the log, and behind a setting the same line once more as an OpenTelemetry span.

Spans go to a collector by OTLP over HTTP. The line is what the log holds anyway, so a span tells nothing more: no address,
no body, nobody's name.
"""

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

REQUESTS = "vigor.requests"
SERVICE = "vigor"
LIBRARIES = ("azure", "httpx2", "httpcore2", "openai", "google_genai", "opentelemetry")
"""What logs, at the level that Functions collects, every call it makes: its address, which names people's partitions, and its
headers. That would be tens of lines for our one, each of them paid for."""

_NS = 1_000_000
_SPANS = {"function", "ms"}
"""Fields of a line that a span tells by its name and its times."""


def quieten() -> None:
    """Let libraries log only what is wrong."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


class Telemetry:
    """Sends spans in the background for as long as it is on; a collector that is away costs spans and nothing else."""

    def __init__(self, endpoint: str) -> None:
        self._provider = _provider(endpoint)
        self._handler = _SpanHandler(self._provider)
        logging.getLogger(REQUESTS).addHandler(self._handler)

    async def close(self) -> None:
        """Send what is left, and stop."""
        logging.getLogger(REQUESTS).removeHandler(self._handler)
        await asyncio.to_thread(self._provider.shutdown)


class _SpanHandler(logging.Handler):
    """Makes a span of each request line."""

    def __init__(self, provider: "TracerProvider") -> None:
        super().__init__(logging.INFO)
        self._tracer = provider.get_tracer(REQUESTS)

    def emit(self, record: logging.LogRecord) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - imported by then

        line: dict[str, Any] = json.loads(record.getMessage())
        ended = int(record.created * 1000 * _NS)
        span = self._tracer.start_span(
            line["function"],
            kind=SpanKind.SERVER,
            start_time=ended - int(line["ms"] * _NS),
            attributes={
                f"vigor.{name}": value for name, value in line.items() if name not in _SPANS and value is not None
            },
        )
        if line["status"] >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)


def _provider(endpoint: str) -> "TracerProvider":
    # Imported here: 36 ms and forty modules that only an installation with a collector pays.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
