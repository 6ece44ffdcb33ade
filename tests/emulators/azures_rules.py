"""Azure's documented limits, held before an emulator that is laxer: what Azure would refuse never reaches it.

Plans for the proxy. A request that breaks a limit is answered 400 with the limit's name, which a store takes for a bug
of its own and does not hide; everything else goes through. Sources: "Understanding the Table service data model",
"Performing entity group transactions" and "Query timeout and pagination" for Table storage, "Service quotas" for
Cosmos DB.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from aiohttp import web
from yarl import URL

from tests.emulators.proxy import Fault, Reply

KIB, MIB = 1024, 1024 * 1024
MAX_TOP = 1000
MAX_OPERATIONS = 100
MAX_PROPERTIES = 252
_NO_TABLE_KEY = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
_NO_COSMOS_ID = re.compile(r"[/\\#?]")
_ROW = re.compile(r"\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)")
_IN_A_BATCH = re.compile(rb"\r\n(?:POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/1\.1\r\n.*?\r\n\r\n(.*?)\r\n--", re.DOTALL)
_KEYS = {"PartitionKey", "RowKey"}


async def of_table_storage(request: web.BaseRequest) -> Fault | Reply:
    """A plan that lets through what Table storage would take."""
    return _verdict(_broken_in_tables(request, await request.read()))


async def of_cosmos_db(request: web.BaseRequest) -> Fault | Reply:
    """A plan that lets through what Cosmos DB would take."""
    return _verdict(_broken_in_cosmos(request, await request.read()))


def _verdict(broken: Iterable[str]) -> Fault | Reply:
    first = next(iter(broken), None)
    return Fault.NONE if first is None else Reply(400, {"x-ms-error-code": "InvalidInput"}, json.dumps({"rule": first}))


def _broken_in_tables(request: web.BaseRequest, body: bytes) -> Iterator[str]:
    if not 1 <= int(request.query.get("$top", "1")) <= MAX_TOP:
        yield f"$top is 1 to {MAX_TOP}"
    if len(request.raw_path) > 32 * KIB:
        yield "a query has at most 32 KiB"
    if request.path.endswith("$batch"):
        yield from _broken_in_a_batch(body)
    elif not request.path.endswith("/Tables"):
        yield from _broken_in_a_row(request.path, body)


def _broken_in_a_batch(body: bytes) -> Iterator[str]:
    if len(body) > 4 * MIB:
        yield "a batch has at most 4 MiB"
    operations = [(URL(url.decode(), encoded=True).path, content) for url, content in _IN_A_BATCH.findall(body)]
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        yield f"a batch has 1 to {MAX_OPERATIONS} operations, not {len(operations)}"
    keys = [_keys_of(*operation) for operation in operations]
    if len({partition for partition, _ in keys}) > 1:
        yield "a batch keeps to one partition"
    if len(set(keys)) < len(keys):
        yield "a batch names a row once"
    for operation in operations:
        yield from _broken_in_a_row(*operation)


def _broken_in_a_row(path: str, body: bytes) -> Iterator[str]:
    """The limits of an entity and of its keys; a query for entities has neither."""
    entity: dict[str, Any] = json.loads(body) if body.strip() else {}
    for key in _keys_of(path, body):
        if len(key.encode("utf-16-le")) > KIB or _NO_TABLE_KEY.search(key):
            yield "a key has at most 1 KiB and none of / \\ # ? and control characters"
    types = {name.removesuffix("@odata.type"): kind for name, kind in entity.items() if "@" in name}
    own = {name: value for name, value in entity.items() if "@" not in name and name not in _KEYS}
    if len(own) > MAX_PROPERTIES:
        yield f"an entity has at most {MAX_PROPERTIES} properties"
    size = 4 + sum(2 * len(str(entity.get(name, ""))) for name in _KEYS)
    for name, value in own.items():
        if isinstance(value, dict | list) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", name):
            yield "a property has a plain value and a name of at most 255 characters"
        bytes_ = _value_bytes(value, types.get(name, "Edm.String"))
        if bytes_ > 64 * KIB:
            yield "a property has at most 64 KiB: 32 K characters of text"
        size += 8 + 2 * len(name) + bytes_ + 4
    if size > MIB:
        yield "an entity has at most 1 MiB"


def _keys_of(path: str, body: bytes) -> tuple[str, str]:
    row = _ROW.search(path)
    if row:
        return row[1].replace("''", "'"), row[2].replace("''", "'")
    entity = json.loads(body) if body.strip() else {}
    return entity.get("PartitionKey", ""), entity.get("RowKey", "")


def _value_bytes(value: object, kind: str) -> int:
    if kind == "Edm.Binary":
        return len(base64.b64decode(str(value)))
    return len(value.encode("utf-16-le")) if isinstance(value, str) else 8


def _broken_in_cosmos(request: web.BaseRequest, body: bytes) -> Iterator[str]:
    if len(body) > 2 * MIB:
        yield "a request has at most 2 MiB"
    if "/docs" not in request.path:
        return  # databases and containers, which an administrator makes
    if "x-ms-documentdb-isquery" in request.headers:
        if len(json.loads(body)["query"].encode()) > 512 * KIB:
            yield "a query has at most 512 KiB"
        return
    partition = json.loads(request.headers.get("x-ms-documentdb-partitionkey", "[]"))
    if len(partition) != 1 or not isinstance(partition[0], str) or len(partition[0].encode()) > 2 * KIB:
        yield "an operation names its partition, in at most 2 KiB"
    content = json.loads(body) if body else {}
    operations = content if isinstance(content, list) else [{"resourceBody": content}]
    if len(operations) > MAX_OPERATIONS:
        yield f"a batch has at most {MAX_OPERATIONS} operations"
    if request.method == "PATCH" or any(one.get("operationType") == "Patch" for one in operations):
        yield "no patch: the service limits them to ten steps, and the stand-in does not do them in batches"
    for operation in operations:
        yield from _broken_in_an_item(operation, partition)


def _broken_in_an_item(operation: dict[str, Any], partition: list[str]) -> Iterator[str]:
    item = operation.get("resourceBody") or {}
    for id_ in filter(None, (operation.get("id"), item.get("id"))):
        if len(id_.encode()) > KIB - 1 or _NO_COSMOS_ID.search(id_) or id_ != id_.rstrip():
            yield "an id has at most 1,023 bytes, none of / \\ # ?, and ends in no space"
    if item and [item.get("partition")] != partition:
        yield "an item lies in the partition that the request names"
    if len(json.dumps(item, ensure_ascii=False).encode()) > 2 * MIB:
        yield "an item has at most 2 MiB"
