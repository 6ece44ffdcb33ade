"""A vendor's key changed in the vault: what the old one was refused for is forgotten at once, here and everywhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from shared import wiring
from shared.app import App
from shared.providers.failures import AccessRefused
from shared.providers.hints import READ_EVERY_S
from shared.vault import FRESH
from tests.support import FakeClock, key_settings

SLOTS = ("openai-mini", "openai")


class Site:
    """Two workers over one store, with a vault in memory."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.secrets = {"OPENAI_API_KEY": "sk-old"}
        self.workers: list[App] = []
        self._environ = {
            "VIGOR_SQLITE_PATH": str(folder / "v.sqlite"),
            "VIGOR_KEY_VAULT_URL": "https://vault.test",
            **key_settings(),
        }

    async def worker(self) -> App:
        self.workers.append(await wiring.start(self._environ, read=self._read, clock=self.clock))
        return self.workers[-1]

    async def _read(self, _: str) -> Mapping[str, str]:
        return dict(self.secrets)

    async def rotate(self, worker: App, key: str) -> None:
        """Have this worker, and no other, take up a new key."""
        self.secrets["OPENAI_API_KEY"] = key
        self.clock.move(seconds=FRESH.total_seconds())
        assert worker.vault is not None
        await worker.vault.look()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if "VaultWatch" in repr(task.get_coro())))
        await worker.breakers.close()

    async def hears(self, worker: App) -> None:
        self.clock.move(seconds=READ_EVERY_S)
        await worker.breakers.refresh()


async def refuse(worker: App) -> None:
    """The vendor refuses this worker's key, as often as it is asked."""
    for name in SLOTS:
        if leave := await worker.breakers.admit(name):
            worker.breakers.failed(leave, AccessRefused("HTTP 401"))
    await worker.breakers.close()


def states(worker: App) -> list[str]:
    return [worker.breakers.health(name).state for name in SLOTS]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    opened = Site(tmp_path)
    yield opened
    for worker in opened.workers:
        await worker.close()


async def test_a_rotated_key_ends_the_rest_that_the_old_one_brought_at_once_and_everywhere(site: Site) -> None:
    worker = await site.worker()
    await refuse(worker)
    assert states(worker) == ["open", "open"]
    await site.rotate(worker, "sk-new")
    assert states(worker) == ["closed", "closed"]
    assert states(await site.worker()) == ["closed", "closed"]
    fresh = await site.worker()
    await site.hears(fresh)
    assert states(fresh) == ["closed", "closed"]


async def test_the_same_key_read_again_ends_no_rest(site: Site) -> None:
    worker = await site.worker()
    await refuse(worker)
    await site.rotate(worker, "sk-old")
    assert states(worker) == ["open", "open"]


async def test_a_worker_that_has_yet_to_take_up_the_new_key_stops_neither_itself_nor_the_others(site: Site) -> None:
    late, early = await site.worker(), await site.worker()
    await refuse(late)
    await site.hears(early)
    assert states(early) == ["open", "open"], "both ask with the old key, so one finding out will do"
    await site.rotate(early, "sk-new")
    await site.hears(late)
    assert states(late) == ["open", "open"], "its own key is still the one that was refused"
    site.clock.move(seconds=600)
    await refuse(late)
    await site.hears(early)
    assert states(early) == ["closed", "closed"]
    await site.rotate(late, "sk-new")
    assert states(late) == ["closed", "closed"]
