"""A request logs one line of ours and nothing of the libraries below, on the stores and vendors that Azure has it use."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import wiring
from shared.providers.models import ProviderModel
from shared.telemetry import LIBRARIES
from tests.emulators import servers
from tests.providers.fake_vendors import FakeVendor
from tests.providers.test_adapters import CHAT, GEMINI, TALK, provider_at
from tests.support import key_settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulators")]


@pytest.fixture
def loud() -> Iterator[None]:
    """Libraries as they are before Vigor starts."""
    loggers = [logging.getLogger(name) for name in LIBRARIES]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture(params=["tables", "cosmos"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a store that Azure has, and its emulator."""
    start = servers.azurite if request.param == "tables" else servers.cosmos
    with start(tmp_path) as server:
        if request.param == "tables":
            yield {"VIGOR_STORE": "tables", "VIGOR_TABLES_CONNECTION": server.tables_connection}
        else:
            yield {
                "VIGOR_STORE": "cosmos", "VIGOR_COSMOS_ENDPOINT": server.cosmos_endpoint,
                "VIGOR_COSMOS_KEY": servers.COSMOS_KEY,
            }  # fmt: skip


@pytest.mark.usefixtures("loud")
async def test_libraries_say_nothing_at_the_level_that_functions_collects(
    store: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    admin = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence"}
    app = await wiring.start({**store, **admin, **key_settings()})
    await app.store.ping()
    await app.close()
    assert [record for record in caplog.records if not record.name.startswith(("vigor.", "shared."))] == []


@pytest.mark.usefixtures("loud")
@pytest.mark.parametrize("slot", [CHAT, GEMINI], ids=lambda slot: slot.name)
async def test_the_clients_of_vendors_say_nothing_either(
    slot: ProviderModel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    app = await wiring.start({"VIGOR_SQLITE_PATH": str(tmp_path / "v.sqlite"), **key_settings()})
    async with FakeVendor() as vendor, provider_at(vendor.base_url, slot) as provider:
        await provider.complete(TALK, timeout_s=30)
    await app.close()
    names = {record.name for record in caplog.records}
    assert {name for name in names if not name.startswith(("vigor.", "shared.", "aiohttp.access"))} == set()
