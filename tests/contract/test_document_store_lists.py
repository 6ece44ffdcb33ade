"""The contract of `DocumentStore`, second part: keys, pages and walks, on every engine."""

# ruff: noqa: A001 - `id` is the seam's own word

from itertools import pairwise

import pytest

from shared.storage.chunks import in_lots
from shared.storage.keys import encode
from shared.storage.store import Delete, Document, DocumentStore, Insert, InvalidCursor, InvalidKey, Upsert
from tests.contract.helpers import ids_of

HOSTILE_KEYS = [
    *(
        "/",
        "\\",
        "#",
        "?",
        "%",
        "%2F",
        "+",
        "a b",
        "\t",
        "line\nbreak",
        "\x00",
        "\x7f",
        "\x85",
        "'",
        '"',
        "''",
        "`",
        "~",
    ),
    *("~41", "~~", "!", ".", "..", "../..", "...", "-", ":", "@", "_", " ", " leading", "trailing ", "trailing.", "*"),
    *(
        "é",
        "e\u0301",
        "ß",
        "İ",
        "💪🏽",
        "\ufffd",
        "\uffff",
        "\U0010ffff",
        "\u2028",
        "\ufeff",
        "日本語",
        "عربى",
        "{}",
        "[]",
    ),
    *("x' OR '1'='1", "'; DROP TABLE documents; --", "' or PartitionKey ne '", "$batch", "null", "true", "Infinity"),
    *("0", "00", "1", "9", "10", "1e3", "0x10", "A", "a", "__proto__", "constructor", "user:7@example.org"),
    *("a" * 200, "/" * 166, "💪" * 41),
]


async def test_hostile_keys_round_trip_as_ids(store: DocumentStore) -> None:
    for lot in in_lots([Insert(key, {"key": key}) for key in HOSTILE_KEYS]):
        await store.batch("user:1", lot)
    assert await ids_of(store, "user:1") == sorted(HOSTILE_KEYS, key=encode)
    for key in HOSTILE_KEYS:
        within = [other for other in HOSTILE_KEYS if other.startswith(key)]
        assert await ids_of(store, "user:1", prefix=key) == sorted(within, key=encode)
    for key in HOSTILE_KEYS:
        found = await store.get("user:1", key)
        assert (found.id, found.body) == (key, {"key": key})
        changed = await store.replace("user:1", key, {"changed": key}, etag=found.etag)
        await store.delete("user:1", key, etag=changed.etag)
        assert await store.find("user:1", key) is None


async def test_hostile_keys_round_trip_as_partitions(store: DocumentStore) -> None:
    for key in HOSTILE_KEYS:
        await store.insert(key, "x", {"key": key})
        await store.batch(key, [Insert("y", {}), Upsert("z", {})])
    for key in HOSTILE_KEYS:
        assert (await store.get(key, "x")).body == {"key": key}
        assert await ids_of(store, key, limit=2) == ["x", "y", "z"]
        await store.batch(key, [Delete("y"), Delete("z")])
    walked = (await store.walk(limit=1000)).documents
    assert [document.partition for document in walked] == sorted(HOSTILE_KEYS, key=encode)


@pytest.mark.parametrize("key", ["", "a" * 201, "\ud800", "a\udc00b", "💪" * 42, "é" * 84], ids=ascii)
async def test_a_key_no_engine_can_hold_is_refused_by_all(store: DocumentStore, key: str) -> None:
    for call in (
        store.find("user:1", key),
        store.get(key, "x"),
        store.insert("user:1", key, {}),
        store.upsert(key, "x", {}),
        store.replace("user:1", key, {}, etag="e"),
        store.delete("user:1", key),
        store.batch("user:1", [Insert(key, {})]),
        store.page(key),
    ):
        with pytest.raises(InvalidKey):
            await call
    assert (await store.walk()).documents == []


async def test_pages_ascend_and_end_without_a_cursor(store: DocumentStore) -> None:
    ids = [f"log:{n:03}" for n in range(23)]
    await store.batch("user:1", [Insert(id, {"id": id}) for id in reversed(ids)])
    assert await ids_of(store, "user:1", limit=5) == ids
    assert await ids_of(store, "user:1", limit=23) == ids
    assert await ids_of(store, "user:1", limit=1000) == ids
    assert (await store.page("user:1", limit=23)).cursor is None
    assert [document.id for document in (await store.page("user:1")).documents] == ids[:20]
    assert await ids_of(store, "user:2") == []


async def test_pages_keep_to_prefix_start_and_before(store: DocumentStore) -> None:
    ids = ["a", "log", "log-", "log:1", "log:2", "log:20", "log:3", "log:~", "log;", "logs", "plan:1", "z", "é"]
    await store.batch("user:1", [Insert(id, {}) for id in ids])
    in_order = sorted(ids, key=encode)

    def expected(prefix: str = "", start: str = "", before: str | None = None) -> list[str]:
        return [
            id
            for id in in_order
            if id.startswith(prefix)
            and (not start or encode(id) >= encode(start))
            and (before is None or (before != "" and encode(id) < encode(before)))
        ]

    for prefix in ("", "l", "log", "log:", "log:2", "nothing", "é", "z"):
        for start in ("", "a", "log:2", "log:25", "p", "é"):
            for before in (None, "", "log:2", "log:20", "plan:1", "zz", "é"):
                found = await ids_of(store, "user:1", prefix=prefix, start=start, before=before, limit=2)
                assert found == expected(prefix, start, before), (prefix, start, before)


async def test_ids_that_look_like_numbers_sort_as_text(store: DocumentStore) -> None:
    ids = ["1", "10", "100", "2", "020", "1e1", "-1", "0x2", "01", "00", "1.5", "9"]
    await store.batch("user:1", [Insert(id, {}) for id in ids])
    assert await ids_of(store, "user:1", limit=3) == sorted(ids)
    assert await ids_of(store, "user:1", start="10", before="9") == sorted(i for i in ids if "10" <= i < "9")


async def test_paging_sees_what_stays_once_whatever_is_written_meanwhile(store: DocumentStore) -> None:
    stays = [f"m{n:02}" for n in range(20)]
    await store.batch("user:1", [Insert(id, {}) for id in stays])
    seen: list[str] = []
    cursor = None
    for turn in range(100):
        page = await store.page("user:1", limit=3, cursor=cursor)
        seen += [document.id for document in page.documents]
        cursor = page.cursor
        if cursor is None:
            break
        await store.insert("user:1", f"a{turn:02}", {})  # behind every cursor
        await store.delete("user:1", seen[-1])  # the very document the cursor stands on
    assert [id for id in seen if id.startswith("m")] == stays
    assert all(one < next_one for one, next_one in pairwise(seen))


async def test_a_document_written_ahead_of_the_cursor_is_seen(store: DocumentStore) -> None:
    await store.batch("user:1", [Insert(id, {}) for id in "acegi"])
    first = await store.page("user:1", limit=2)
    await store.batch("user:1", [Insert("d", {}), Delete("e"), Insert("z", {}), Insert("b", {})])
    rest = await store.page("user:1", limit=100, cursor=first.cursor)
    assert [document.id for document in rest.documents] == ["d", "g", "i", "z"]


async def test_a_cursor_still_keeps_to_the_bounds_of_the_query(store: DocumentStore) -> None:
    await store.batch("user:1", [Insert(f"log:{n}", {}) for n in range(9)])
    first = await store.page("user:1", prefix="log:", limit=2)
    rest = await store.page("user:1", prefix="log:", start="log:5", before="log:7", cursor=first.cursor)
    assert [document.id for document in rest.documents] == ["log:5", "log:6"]


async def test_a_cursor_opens_no_other_partition_or_list(store: DocumentStore) -> None:
    for partition in ("user:1", "user:2"):
        await store.batch(partition, [Insert(f"log:{n}", {}) for n in range(4)])
    mine = (await store.page("user:1", limit=2)).cursor
    listed = (await store.page("user:1", prefix="log:", limit=2)).cursor
    walked = (await store.walk(limit=2)).cursor
    assert mine
    assert listed
    assert walked
    with pytest.raises(InvalidCursor):
        await store.page("user:2", cursor=mine)
    with pytest.raises(InvalidCursor):
        await store.page("user:1", prefix="plan:", cursor=listed)
    with pytest.raises(InvalidCursor):
        await store.page("user:1", cursor=walked)
    with pytest.raises(InvalidCursor):
        await store.walk(cursor=mine)


async def test_a_cursor_with_any_character_changed_is_refused(store: DocumentStore) -> None:
    await store.batch("user:1", [Insert(f"log:{n}", {}) for n in range(4)])
    cursor = (await store.page("user:1", limit=2)).cursor
    assert cursor
    changed = [cursor[:at] + ("A" if char != "A" else "B") + cursor[at + 1 :] for at, char in enumerate(cursor)]
    for bad in [
        *changed,
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        "",
        "x",
        "💪",
        "a b",
        "../..",
        cursor * 2,
        "A" * 4000,
    ]:
        with pytest.raises(InvalidCursor):
            await store.page("user:1", cursor=bad)
        with pytest.raises(InvalidCursor):
            await store.walk(cursor=bad)


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_page_size_out_of_range_is_a_mistake_of_the_caller(store: DocumentStore, limit: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        await store.page("user:1", limit=limit)
    with pytest.raises(ValueError, match="1 to 1000"):
        await store.walk(limit=limit)


async def test_a_walk_sees_every_document_of_every_partition_once_in_order(store: DocumentStore) -> None:
    partitions = ["user:1", "user:10", "user:2", "directory", "é", "user:1:"]
    for partition in partitions:
        await store.batch(partition, [Insert(f"log:{n}", {"of": partition, "n": n}) for n in range(5)])
    for limit in (1, 4, 5, 7, 1000):
        seen: list[Document] = []
        cursor = None
        while True:
            page = await store.walk(cursor=cursor, limit=limit)
            seen += page.documents
            cursor = page.cursor
            if cursor is None:
                break
            assert len(page.documents) == limit
        assert [(document.partition, document.id) for document in seen] == [
            (partition, f"log:{n}") for partition in sorted(partitions, key=encode) for n in range(5)
        ]
        assert all(document.body["of"] == document.partition for document in seen)
    found = await store.get("user:2", "log:3")
    assert found in seen
