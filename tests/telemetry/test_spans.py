"""Spans reach a collector over its real protocol, hold what the request line holds, and need no collector to be there."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from shared import wiring
from shared.telemetry import REQUESTS
from tests.support import key_settings


@dataclass
class Collector:
    """What came in, span by span."""

    spans: list[Span] = field(default_factory=list)
    service: set[str] = field(default_factory=set)
    address: str = ""

    async def take(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            self.service |= {
                one.value.string_value for one in resource.resource.attributes if one.key == "service.name"
            }
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return web.Response(body=b"", content_type="application/x-protobuf")


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    made = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", made.take)
    async with TestServer(app) as server:
        made.address = f"http://127.0.0.1:{server.port}"
        yield made


def settings(folder: Path, endpoint: str) -> dict[str, str]:
    return {
        "VIGOR_SQLITE_PATH": str(folder / "vigor.sqlite"), "VIGOR_OTLP_ENDPOINT": endpoint,
        "VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence", **key_settings(),
    }  # fmt: skip


def a_line(status: int) -> str:
    line = {
        "event": "request", "function": "GenerateWorkout", "status": status, "ms": 12.5, "store_round_trips": 3,
        "store_operations": 11, "provider": None, "correlation_id": "c" * 8,
    }  # fmt: skip
    return json.dumps(line)


async def test_a_request_is_a_span_with_what_its_line_says_and_nothing_more(
    collector: Collector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger=REQUESTS)
    log = logging.getLogger(REQUESTS)
    app = await wiring.start(settings(tmp_path, collector.address))
    log.info(a_line(201))
    log.info(a_line(503))
    await app.close()
    log.info(a_line(200))
    good, bad = collector.spans
    assert (good.name, collector.service) == ("GenerateWorkout", {"vigor"})
    assert good.end_time_unix_nano - good.start_time_unix_nano == 12_500_000
    attributes = {one.key: one.value.int_value or one.value.string_value for one in good.attributes}
    assert attributes == {
        "vigor.event": "request", "vigor.status": 201, "vigor.store_round_trips": 3, "vigor.store_operations": 11,
        "vigor.correlation_id": "c" * 8,
    }  # fmt: skip
    assert (good.status.code, bad.status.code) == (0, 2)


async def test_a_collector_that_is_away_costs_spans_and_no_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger=REQUESTS)
    app = await wiring.start(settings(tmp_path, "http://127.0.0.1:9"))
    logging.getLogger(REQUESTS).info(a_line(201))
    assert await app.tiers.limits("free")
    await app.close()
