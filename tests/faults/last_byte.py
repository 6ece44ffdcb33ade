"""Requests that arrive as one: every connection open, all but the last byte sent, then the last bytes together.

Threads or tasks that each send a whole request are spread over milliseconds, and most races are lost in that time.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a worker."""

    address: str
    path: str
    body: Any
    headers: Mapping[str, str]
    method: str = "POST"

    def content(self) -> bytes:
        body = json.dumps(self.body).encode()
        lines = [
            f"{self.method} /api/{self.path} HTTP/1.1",
            f"Host: {urlsplit(self.address).netloc}",
            "Connection: close",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


async def released_together(requests: Sequence[Request]) -> list[tuple[int, Any]]:
    """The status and the JSON of each answer, in the order of the requests."""
    opened = [await _all_but_the_last_byte(one) for one in requests]
    for one, (_, writer) in zip(requests, opened, strict=True):
        writer.write(one.content()[-1:])  # no await between them
    return list(await asyncio.gather(*(_answer(reader, writer) for reader, writer in opened)))


async def _all_but_the_last_byte(one: Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(one.address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(one.content()[:-1])
    await writer.drain()
    return reader, writer


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, Any]:
    whole = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), json.loads(body) if body else None
