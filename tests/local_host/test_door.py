"""The door of the local host: as many inside as there is room for, the others wait, and nobody is forgotten."""

import asyncio
import resource
import sys

import pytest

from local_host.door import KEPT_FREE, Door, room_by_limit


class Echo(asyncio.Protocol):
    """Says back what it hears."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class Visitor:
    """A connection from outside."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def at(cls, door: Door) -> "Visitor":
        return cls(*await asyncio.open_connection("127.0.0.1", door.port))

    async def hears(self, word: bytes) -> bytes:
        """What comes back; nothing where the door was closed."""
        self._writer.write(word)
        try:
            return await self._reader.read(100)
        except ConnectionError:
            return b""

    async def leaves(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return


async def test_who_finds_no_room_waits_until_somebody_leaves() -> None:
    door = Door(Echo, "127.0.0.1", 0, room=lambda: 2)
    first, second, third = [await Visitor.at(door) for _ in range(3)]
    assert [await one.hears(b"a") for one in (first, second)] == [b"a", b"a"]
    waiting = asyncio.create_task(third.hears(b"b"))
    assert [await one.hears(b"c") for one in (first, second)] == [b"c", b"c"]
    assert not waiting.done()
    await first.leaves()
    assert await asyncio.wait_for(waiting, 60) == b"b"
    for one in (second, third):
        await one.leaves()
    await door.close()


async def test_a_crowd_larger_than_the_room_is_all_served() -> None:
    door = Door(Echo, "127.0.0.1", 0, room=lambda: 3)

    async def visit(number: int) -> bytes:
        visitor = await Visitor.at(door)
        heard = await visitor.hears(b"%d" % number)
        await visitor.leaves()
        return heard

    async with asyncio.timeout(60):
        assert await asyncio.gather(*map(visit, range(200))) == [b"%d" % number for number in range(200)]
    await door.close()


async def test_a_closed_door_turns_away_who_waits_and_leaves_alone_who_is_inside() -> None:
    door = Door(Echo, "127.0.0.1", 0, room=lambda: 1)
    inside, outside = [await Visitor.at(door) for _ in range(2)]
    assert await inside.hears(b"a") == b"a"
    port = door.port
    await door.close()
    assert await asyncio.wait_for(outside.hears(b"b"), 60) == b""
    assert await inside.hears(b"c") == b"c"
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
    for one in (inside, outside):
        await one.leaves()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is set as Linux has it")
def test_room_follows_the_limit_of_descriptors_and_is_never_none() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        for limit, room in ((64, 64 - KEPT_FREE), (10, 1)):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
            assert room_by_limit() == room
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
