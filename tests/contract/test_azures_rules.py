"""The limits that the suite holds stores to bite: what an emulator would take, and Azure would not, is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.cosmos import PartitionKey
from azure.cosmos.aio import ContainerProxy, CosmosClient
from azure.data.tables.aio import TableClient

from tests.emulators import azures_rules, servers
from tests.emulators.proxy import Proxy

pytestmark = [pytest.mark.emulator, pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")]


def entity(**properties: Any) -> dict[str, Any]:
    return {"PartitionKey": "p", "RowKey": "r", **properties}


async def first(rows: Any) -> None:
    async for _ in rows:
        return


IN_TABLES: dict[str, Callable[[TableClient], Awaitable[object]]] = {
    "253 properties": lambda table: table.create_entity(entity(**{f"p{n}": n for n in range(253)})),
    "32,769 characters": lambda table: table.create_entity(entity(text="x" * 32_769)),
    "over 64 KiB of bytes": lambda table: table.create_entity(entity(data=b"x" * (64 * 1024 + 1))),
    "over 1 MiB": lambda table: table.create_entity(entity(**{f"p{n}": "x" * 32_000 for n in range(17)})),
    "a key with a slash": lambda table: table.upsert_entity({"PartitionKey": "a/b", "RowKey": "r"}),
    "a key over 1 KiB": lambda table: table.create_entity({"PartitionKey": "p", "RowKey": "x" * 513}),
    "a batch of 101": lambda table: table.submit_transaction(
        [("create", {"PartitionKey": "p", "RowKey": f"{n}"}) for n in range(101)]
    ),
    "a batch over 4 MiB": lambda table: table.submit_transaction(
        [("create", {"PartitionKey": "p", "RowKey": f"{n}", "data": b"x" * 64_000}) for n in range(60)]
    ),
    "1,001 rows at once": lambda table: first(table.query_entities("PartitionKey eq 'p'", results_per_page=1001)),
}
IN_COSMOS: dict[str, Callable[[ContainerProxy], Awaitable[object]]] = {
    "over 2 MiB": lambda items: items.create_item({"id": "i", "partition": "p", "text": "x" * 2_100_000}),
    "an id over 1,023 bytes": lambda items: items.create_item({"id": "x" * 1024, "partition": "p"}),
    "another partition than is named": lambda items: items.execute_item_batch(
        [("create", ({"id": "i", "partition": "q"},))], "p"
    ),
    "a patch": lambda items: items.patch_item("i", "p", [{"op": "add", "path": "/x", "value": 1}]),
}


@pytest.mark.parametrize("what", IN_TABLES)
async def test_table_storage_is_as_strict_as_on_azure(azurite: servers.Server, what: str) -> None:
    async with Proxy(azurite.port) as proxy:
        proxy.plan = azures_rules.of_table_storage
        connection = servers.tables_connection(proxy.port)
        async with TableClient.from_connection_string(connection, "trules", retry_total=0) as table:
            with pytest.raises(HttpResponseError, match="rule"):
                await IN_TABLES[what](table)


@pytest.mark.parametrize("what", IN_COSMOS)
async def test_cosmos_db_is_as_strict_as_on_azure(cosmos: servers.Server, what: str) -> None:
    async with (
        Proxy(cosmos.port) as proxy,
        CosmosClient(f"http://127.0.0.1:{proxy.port}/", servers.COSMOS_KEY, enable_endpoint_discovery=False) as account,
    ):
        proxy.plan = azures_rules.of_cosmos_db
        database = await account.create_database_if_not_exists("rules")
        items = await database.create_container_if_not_exists("rules", PartitionKey("/partition"))
        with pytest.raises(HttpResponseError, match="rule"):
            await IN_COSMOS[what](items)
