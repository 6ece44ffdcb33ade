"""Vigor as it runs: two worker processes over one Azurite, a proxy that can spoil what goes between them, and a vendor."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulators import servers
from tests.emulators.proxy import Proxy
from tests.faults.test_killed import started
from tests.providers.planning_vendor import PlanningVendor
from tests.support import key_settings

WORKERS = 2
RESERVED_FOR_S = 30
"""How long a reservation counts that was left behind, so that a test need not wait for it long."""


@dataclass
class Worker:
    """A process and where it answers."""

    process: asyncio.subprocess.Process
    address: str


@dataclass
class House:
    """Everything that runs; `address` names the workers in turn."""

    folder: Path
    azurite: servers.Server
    proxy: Proxy
    settings: dict[str, str]
    workers: list[Worker] = field(default_factory=list)
    _running: ExitStack = field(default_factory=ExitStack)

    def address(self, number: int) -> str:
        """Of the worker whose turn it is."""
        return self.workers[number % WORKERS].address

    def told(self) -> str:
        """What the workers wrote to their logs."""
        return self._log.read_text(errors="replace")

    async def hire(self) -> Worker:
        """Start one more worker."""
        with self._log.open("ab") as log:
            process, address = await started(self.folder / "unused.sqlite", log=log.fileno(), **self.settings)
        return Worker(process, address)

    async def replace(self, number: int, *, by: signal.Signals) -> None:
        """End that worker so, and put another in its place."""
        leaving = self.workers[number].process
        leaving.send_signal(by)
        await leaving.communicate()
        self.workers[number] = await self.hire()

    @contextmanager
    def without_azurite(self) -> Iterator[None]:
        """Azurite leaves, keeping its tables, and comes back on the same port."""
        self._running.close()
        yield
        self.start_azurite(port=self.azurite.port)

    @contextmanager
    def stopped_azurite(self) -> Iterator[None]:
        """Azurite does nothing; what arrives meanwhile waits in its sockets, and is done when it goes on."""
        process = self.azurite.process
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process.pid, signal.SIGCONT)

    def start_azurite(self, *, port: int = 0) -> None:
        """Azurite over the files in the folder."""
        self.azurite = self._running.enter_context(servers.azurite(self.folder, kept_in=self.folder / "t", port=port))

    @property
    def _log(self) -> Path:
        return self.folder / "workers.log"


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Everything started and well; afterwards everything has ended."""
    async with AsyncExitStack() as closing:
        running = closing.enter_context(ExitStack())
        azurite = running.enter_context(servers.azurite(folder, kept_in=folder / "t"))
        vendor = await closing.enter_async_context(PlanningVendor())
        proxy = await closing.enter_async_context(Proxy(azurite.port))
        settings = {
            "VIGOR_STORE": "tables",
            "VIGOR_TABLES_CONNECTION": servers.tables_connection(proxy.port),
            "VIGOR_RESERVATION_TTL_S": str(RESERVED_FOR_S),
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{vendor.base_url}/v1",
            **key_settings(),
        }
        made = House(folder, azurite, proxy, settings, _running=running)
        closing.push_async_callback(_end, made.workers)
        for _ in range(WORKERS):
            made.workers.append(await made.hire())
        yield made


async def _end(workers: list[Worker]) -> None:
    for one in workers:
        if one.process.returncode is None:
            one.process.terminate()
        await one.process.communicate()
