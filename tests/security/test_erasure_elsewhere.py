"""Erasure in Table storage and Cosmos DB: nothing of the person is left, neither by the store nor by its own SDK."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from shared.storage.store import DocumentStore
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store
from tests.functions.conftest import PASSWORD, Someone, StartApi
from tests.functions.test_training import a_log
from tests.security.test_erasure import NAMES, live, rows_of

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

NAME = "erasure"
Engine = tuple[DocumentStore, Callable[[], Awaitable[list[str]]]]


@pytest.fixture(params=["tables", "cosmos"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An empty store in an emulator of its own, and a way to read everything in it without the store."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "tables":
        with servers.azurite(folder) as server:
            yield tables_store(server.port, name=NAME), lambda: entities(server)
    else:
        with servers.cosmos(folder) as server:
            yield cosmos_store(server.port, name=NAME), lambda: items(server)


async def entities(server: servers.Server) -> list[str]:
    """Every entity of the table as one text, the pieces of its body put together."""
    from azure.data.tables.aio import TableClient

    async with TableClient.from_connection_string(server.tables_connection, NAME) as client:
        return [text_of(one) async for one in client.list_entities()]


async def items(server: servers.Server) -> list[str]:
    """Every item of every container of the account as one text."""
    from azure.cosmos.aio import CosmosClient

    found: list[str] = []
    async with CosmosClient(server.cosmos_endpoint, servers.COSMOS_KEY, enable_endpoint_discovery=False) as client:
        async for database in client.list_databases():
            there = client.get_database_client(database["id"])
            async for container in there.list_containers():
                read: AsyncIterator[Mapping[str, Any]] = there.get_container_client(container["id"]).read_all_items()
                found += [text_of(one) async for one in read]
    return found


def text_of(stored: Mapping[str, Any]) -> str:
    pieces = b"".join(value for _, value in sorted(stored.items()) if isinstance(value, bytes))
    rest = [f'"{value}"' for value in stored.values() if not isinstance(value, bytes)]
    return "\n".join([*rest, pieces.decode()])


async def test_nothing_is_left_in_any_entity_or_item(start_api: StartApi, engine: Engine) -> None:
    store, everything = engine
    api = await start_api(store)

    async def naming(*names: str) -> list[str]:
        return [text for text in await everything() if any(name in text for name in names)]

    anna, ben = await live(api), await api.member("ben")
    assert (await ben("POST", "workouts/logs", a_log("log-of-ben-001"))).status == 201
    assert len(await rows_of(store, anna)) > 100
    assert len(await naming(anna.id, *NAMES)) == len(await rows_of(store, anna)), "both ways to read see the same"
    bens = await naming(ben.id)
    api.clock.move(days=1)
    again = {"identifier": "anna", "password": PASSWORD}
    anna = Someone(api.client, (await api.nobody("POST", "auth/login", again, X_Vigor_Client="native")).json)
    assert (await anna("POST", "coach/chat", {"message": "knickknack!"})).status == 200
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert await rows_of(store, anna) == []
    assert await naming(anna.id, '"anna"', *NAMES) == []
    assert await naming(ben.id) == bens
