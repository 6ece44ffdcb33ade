"""Lets connections in, as many as there are file descriptors for; the others wait before the door until somebody leaves.

asyncio's own server takes whatever comes. Where descriptors run out it logs each refusal with a trace, a hundred times a
second, and does nothing else; and whoever is inside cannot open a file.
"""

import asyncio
import errno
import logging
import resource
import socket
from collections.abc import Callable

MOST_WAITING = 1024
"""Connections that may wait; the kernel does not answer more, and their clients try again, each time later."""

KEPT_FREE = 32
"""Descriptors for all else: about twenty are open in an idle host, then come files, the store and vendors."""

_AGAIN_S = 0.1
_OUT_OF = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger("local_host.door")


def room_by_limit() -> int:
    """How many may be inside, by the process's limit of this moment: it may be changed from outside."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, most - KEPT_FREE) if most != resource.RLIM_INFINITY else MOST_WAITING * KEPT_FREE


class Door:
    """Listens at an address and hands each connection to a protocol of `factory`; port 0 means any free one.

    `room` is asked before each how many may be inside. Raises `OSError` where the address cannot be had.
    """

    def __init__(
        self,
        factory: Callable[[], asyncio.Protocol],
        address: str,
        port: int,
        *,
        room: Callable[[], int] = room_by_limit,
    ) -> None:
        self._factory, self._room = factory, room
        self._socket = socket.create_server((address, port), backlog=MOST_WAITING)
        self._socket.setblocking(False)
        self._inside = 0
        self._somebody_left = asyncio.Event()
        self._entering: set[asyncio.Task[None]] = set()
        self._letting_in = asyncio.get_running_loop().create_task(self._let_in())

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    async def close(self) -> None:
        """Let nobody in any more; whoever is inside stays, and whoever waits is turned away."""
        self._letting_in.cancel()
        await asyncio.wait({self._letting_in, *self._entering})
        self._socket.close()

    async def _let_in(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while self._inside >= self._room():
                self._somebody_left.clear()
                await self._somebody_left.wait()
            try:
                connection, _ = await loop.sock_accept(self._socket)
            except OSError as failed:
                await self._note(failed)
                continue
            self._inside += 1
            entering = loop.create_task(
                self._enter(connection)
            )  # so that a crowd does not enter one a turn of the loop
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)

    async def _enter(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: _Guest(self._factory(), self._left), connection)
        except OSError as failed:
            connection.close()
            self._left()
            _log.info("A connection was gone before it was let in: %s.", failed)

    async def _note(self, failed: OSError) -> None:
        """Nothing is left for another connection, whatever the limit says, or the client has gone: try again."""
        if failed.errno in _OUT_OF:
            _log.warning("No connection can be let in for a moment: %s.", failed)
            await asyncio.sleep(_AGAIN_S)

    def _left(self) -> None:
        self._inside -= 1
        self._somebody_left.set()


class _Guest(asyncio.Protocol):
    """A connection's protocol that also says when the connection has ended."""

    def __init__(self, protocol: asyncio.Protocol, left: Callable[[], None]) -> None:
        self._protocol, self._left = protocol, left
        # Called for every piece that comes and goes, so there is no detour.
        self.data_received = protocol.data_received  # type: ignore[method-assign]
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]
        self.connection_made = protocol.connection_made  # type: ignore[method-assign]

    def connection_lost(self, exc: Exception | None) -> None:
        try:
            self._protocol.connection_lost(exc)
        finally:
            self._left()
