"""The engines under contract: every test that asks for `store` runs on each of them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from shared.storage.counting import CountingStore
from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore
from tests.conftest import STORE
from tests.emulators import azures_rules, servers
from tests.emulators.proxy import Proxy
from tests.emulators.stores import cosmos_store, tables_store

ENGINES = [
    "sqlite",
    "counting",
    pytest.param("tables", marks=pytest.mark.emulator),
    pytest.param("cosmos", marks=pytest.mark.emulator),
]


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """One Azurite for all tests of this process."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(scope="session")
def cosmos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """One Cosmos DB stand-in for all tests of this process."""
    with servers.cosmos(tmp_path_factory.mktemp("cosmos")) as server:
        yield server


@pytest.fixture(params=ENGINES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DocumentStore]:
    """An empty store of each engine, closed afterwards; before the emulators stand Azure's own limits."""
    request.node.user_properties.append((STORE, request.param))
    async with AsyncExitStack() as closing:
        made = await _made(request, tmp_path, closing)
        closing.push_async_callback(made.close)
        yield made


async def _made(request: pytest.FixtureRequest, folder: Path, closing: AsyncExitStack) -> DocumentStore:
    match request.param:
        case "sqlite":
            return SqliteStore(folder / "vigor.sqlite")
        case "counting":
            return CountingStore(SqliteStore(folder / "vigor.sqlite"))
        case "tables":
            proxy = await closing.enter_async_context(Proxy(request.getfixturevalue("azurite").port))
            proxy.plan = azures_rules.of_table_storage
            return tables_store(proxy.port)
        case "cosmos":
            proxy = await closing.enter_async_context(Proxy(request.getfixturevalue("cosmos").port))
            proxy.plan = azures_rules.of_cosmos_db
            return cosmos_store(proxy.port)
    raise AssertionError(f"no such engine: {request.param}")
