"""The contract of `DocumentStore`: one suite that every engine passes, without knowing which one it is."""

# ruff: noqa: A001 - `id` is the seam's own word

import asyncio
import re
from itertools import pairwise

import pytest

from shared.storage.chunks import in_lots
from shared.storage.keys import encode
from shared.storage.store import (
    MAX_BATCH_BYTES,
    MAX_BODY_BYTES,
    BatchConflict,
    Body,
    Delete,
    Document,
    DocumentExists,
    DocumentMissing,
    DocumentStore,
    DocumentTooLarge,
    Insert,
    InvalidBody,
    InvalidCursor,
    InvalidKey,
    Op,
    Replace,
    StaleDocument,
    Upsert,
)

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


async def ids_of(
    store: DocumentStore,
    partition: str,
    *,
    prefix: str = "",
    start: str = "",
    before: str | None = None,
    limit: int = 7,
) -> list[str]:
    """Every id of a query, page by page, with the pages themselves held to the limit."""
    ids: list[str] = []
    cursor = None
    while True:
        page = await store.page(partition, prefix=prefix, start=start, before=before, limit=limit, cursor=cursor)
        assert len(page.documents) <= limit
        ids += [document.id for document in page.documents]
        cursor = page.cursor
        if cursor is None:
            return ids
        assert len(page.documents) == limit
        assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)


def padded(size: int, *, filler: str = "x") -> Body:
    """A body of exactly `size` bytes of JSON."""
    return {"text": filler * ((size - len('{"text":""}')) // len(filler.encode()))}


# Single documents


async def test_a_document_is_found_as_it_was_inserted(store: DocumentStore) -> None:
    made = await store.insert("user:1", "profile", {"level": "beginner", "days": 3})
    assert made == Document("user:1", "profile", {"level": "beginner", "days": 3}, made.etag)
    assert await store.get("user:1", "profile") == made
    assert await store.find("user:1", "profile") == made


async def test_what_was_never_written_is_missing(store: DocumentStore) -> None:
    assert await store.find("user:1", "profile") is None
    with pytest.raises(DocumentMissing):
        await store.get("user:1", "profile")


async def test_a_second_insert_is_refused_and_changes_nothing(store: DocumentStore) -> None:
    made = await store.insert("user:1", "profile", {"who": "first"})
    with pytest.raises(DocumentExists):
        await store.insert("user:1", "profile", {"who": "second"})
    assert await store.get("user:1", "profile") == made


async def test_a_replacement_with_the_present_etag_is_kept_whole(store: DocumentStore) -> None:
    made = await store.insert("user:1", "usage", {"used": 1, "limit": 10})
    changed = await store.replace("user:1", "usage", {"used": 2}, etag=made.etag)
    assert changed.etag != made.etag
    assert await store.get("user:1", "usage") == Document("user:1", "usage", {"used": 2}, changed.etag)


async def test_a_replacement_with_an_older_etag_is_stale_and_changes_nothing(store: DocumentStore) -> None:
    first = await store.insert("user:1", "usage", {"used": 1})
    second = await store.replace("user:1", "usage", {"used": 2}, etag=first.etag)
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "usage", {"used": 99}, etag=first.etag)
    assert await store.get("user:1", "usage") == second


async def test_replacing_the_absent_is_stale_and_makes_nothing(store: DocumentStore) -> None:
    made = await store.insert("user:1", "usage", {})
    await store.delete("user:1", "usage")
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "usage", {}, etag=made.etag)
    assert await store.find("user:1", "usage") is None


@pytest.mark.parametrize("etag", ["", "*", "nonsense", 'W/"*"', "é", "a\r\nX-Evil: 1", "~", "AAAA~~"])
async def test_an_etag_that_was_never_handed_out_is_stale(store: DocumentStore, etag: str) -> None:
    made = await store.insert("user:1", "usage", {})
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "usage", {"used": 1}, etag=etag)
    with pytest.raises(StaleDocument):
        await store.delete("user:1", "usage", etag=etag)
    with pytest.raises(BatchConflict) as refused:
        await store.batch("user:1", [Replace("usage", {}, etag), Insert("log", {})])
    assert (refused.value.index, type(refused.value.cause)) == (0, StaleDocument)
    assert await store.get("user:1", "usage") == made


async def test_the_etag_of_another_document_is_stale(store: DocumentStore) -> None:
    await store.insert("user:1", "a", {})
    other = await store.insert("user:1", "b", {})
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "a", {"stolen": True}, etag=other.etag)


async def test_an_upsert_makes_and_writes_over(store: DocumentStore) -> None:
    made = await store.upsert("user:1", "profile", {"a": 1, "b": 2})
    changed = await store.upsert("user:1", "profile", {"a": 3})
    assert changed.etag != made.etag
    assert await store.get("user:1", "profile") == changed
    assert changed.body == {"a": 3}


async def test_every_writing_verb_hands_out_an_etag_that_the_next_can_use(store: DocumentStore) -> None:
    document = await store.upsert("user:1", "x", {"n": 0})
    document = await store.replace("user:1", "x", {"n": 1}, etag=document.etag)
    (changed,) = await store.batch("user:1", [Replace("x", {"n": 2}, document.etag)])
    assert changed is not None
    document = await store.replace("user:1", "x", {"n": 3}, etag=changed.etag)
    (listed,) = (await store.page("user:1")).documents
    assert listed == document
    document = await store.replace("user:1", "x", {"n": 4}, etag=listed.etag)
    (walked,) = (await store.walk()).documents
    await store.delete("user:1", "x", etag=walked.etag)
    assert await store.find("user:1", "x") is None


async def test_etags_fit_an_http_header_as_they_are(store: DocumentStore) -> None:
    document = await store.insert("user:1", "x", {})
    for n in range(12):
        assert re.fullmatch(r"[A-Za-z0-9._~-]{1,300}", document.etag)
        document = await store.replace("user:1", "x", {"n": n}, etag=document.etag)


async def test_an_etag_is_not_used_again_after_delete_and_reinsert(store: DocumentStore) -> None:
    seen = set()
    for _ in range(5):
        seen.add((await store.insert("user:1", "x", {"same": True})).etag)
        await store.delete("user:1", "x")
    last = await store.insert("user:1", "x", {"same": True})
    assert len(seen) == 5
    assert last.etag not in seen
    for etag in seen:
        with pytest.raises(StaleDocument):
            await store.replace("user:1", "x", {}, etag=etag)


async def test_a_deleted_document_is_gone_and_may_come_back(store: DocumentStore) -> None:
    await store.insert("user:1", "x", {"n": 1})
    await store.delete("user:1", "x")
    assert await store.find("user:1", "x") is None
    assert await ids_of(store, "user:1") == []
    again = await store.insert("user:1", "x", {"n": 2})
    assert await store.get("user:1", "x") == again


async def test_deleting_the_absent_is_no_error_unless_a_version_was_named(store: DocumentStore) -> None:
    await store.delete("user:1", "x")
    made = await store.insert("user:1", "x", {})
    await store.delete("user:1", "x", etag=made.etag)
    await store.delete("user:1", "x")
    with pytest.raises(StaleDocument):
        await store.delete("user:1", "x", etag=made.etag)


async def test_deleting_a_version_that_has_passed_is_stale_and_keeps_the_present(store: DocumentStore) -> None:
    first = await store.insert("user:1", "x", {"n": 1})
    second = await store.replace("user:1", "x", {"n": 2}, etag=first.etag)
    with pytest.raises(StaleDocument):
        await store.delete("user:1", "x", etag=first.etag)
    assert await store.get("user:1", "x") == second
    await store.delete("user:1", "x", etag=second.etag)
    assert await store.find("user:1", "x") is None


async def test_partitions_are_apart(store: DocumentStore) -> None:
    mine = await store.insert("user:1", "profile", {"who": "mine"})
    other = await store.insert("user:10", "profile", {"who": "other"})
    await store.insert("user:1:", "profile", {"who": "third"})
    assert await store.get("user:1", "profile") == mine
    await store.delete("user:1", "profile", etag=mine.etag)
    assert await ids_of(store, "user:1") == []
    assert await store.get("user:10", "profile") == other
    with pytest.raises(StaleDocument):
        await store.replace("user:1:", "profile", {}, etag=other.etag)


# Bodies


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"": ""},
        {"id": "mine", "partition": "mine", "_etag": "x", "PartitionKey": "p", "odata.etag": "o", "body": 1},
        {"float": [0.1, 1.0, -0.0, 1e-7, 1e22, 1.7976931348623157e308, 5e-324, 102.5]},
        {"int": [0, -1, 2**31, 2**53 + 1, -(2**63), 2**64, 10**30]},
        {"nested": {"list": [[], {}, [None, True, False]], "null": None}},
        {"unicode": "é e\u0301 ß İ 日本語 عربى 💪🏽 \u2028 \u2029 \ufeff \uffff \U0010ffff"},
        {"control": "".join(map(chr, range(32))) + '\x7f\x85"\\/'},
        {"injection": "'; DROP TABLE documents; -- ' or 1 eq 1 ${jndi} </script> {{7*7}}"},
        {"ключ": 1, "a.b": 2, "$where": 3, "a b": 4, "__proto__": {"x": 1}, "constructor": {"prototype": 1}},
        {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["bottom"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
    ],
    ids=lambda body: next(iter(body), "empty"),
)  # fmt: skip
async def test_bodies_come_back_exactly(store: DocumentStore, body: Body) -> None:
    await store.insert("user:1", "x", body)
    await store.batch("user:1", [Insert("y", body)])
    for found in (await store.get("user:1", "x"), *(await store.page("user:1")).documents):
        assert found.body == body
        assert repr(found.body) == repr(body)  # 1 is not 1.0, and -0.0 is not 0.0


@pytest.mark.parametrize("filler", ["x", "é", "日", "💪", '"', "\\", "\n"], ids=ascii)
@pytest.mark.parametrize("size", [31_999, 200_000, 400_000, MAX_BODY_BYTES])
async def test_large_documents_are_kept_whole(store: DocumentStore, size: int, filler: str) -> None:
    escaped = 2 if filler in '"\\\n' else 1
    body = padded(size // escaped, filler=filler)
    made = await store.insert("user:1", "x", body)
    changed = await store.replace("user:1", "x", body | {"n": 1} if size < MAX_BODY_BYTES else body, etag=made.etag)
    assert await store.get("user:1", "x") == changed


async def test_a_document_that_shrinks_leaves_nothing_of_its_old_length(store: DocumentStore) -> None:
    await store.insert("user:1", "x", padded(300_000))
    changed = await store.upsert("user:1", "x", padded(100))
    assert await store.get("user:1", "x") == changed


async def test_a_document_over_the_limit_is_refused_before_anything_is_written(store: DocumentStore) -> None:
    too_large = padded(MAX_BODY_BYTES + 1)
    made = await store.insert("user:1", "x", {})
    with pytest.raises(DocumentTooLarge, match=r"480,000 bytes; this one has 480,001"):
        await store.insert("user:1", "y", too_large)
    with pytest.raises(DocumentTooLarge):
        await store.replace("user:1", "x", too_large, etag=made.etag)
    with pytest.raises(DocumentTooLarge):
        await store.upsert("user:1", "x", too_large)
    with pytest.raises(DocumentTooLarge):
        await store.batch("user:1", [Insert("z", {}), Insert("y", too_large)])
    assert await ids_of(store, "user:1") == ["x"]
    assert await store.get("user:1", "x") == made


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), "\ud800", {"\udfff": 1}, b"bytes", {1, 2}], ids=repr
)
async def test_what_is_not_json_is_refused(store: DocumentStore, value: object) -> None:
    body: Body = {"value": value}  # type: ignore[dict-item] # wrong on purpose
    with pytest.raises(InvalidBody):
        await store.insert("user:1", "x", body)
    with pytest.raises(InvalidBody):
        await store.batch("user:1", [Upsert("x", body)])
    assert await store.find("user:1", "x") is None


# Keys


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


# Paging


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


# Batches


async def test_a_batch_does_everything_and_answers_in_its_order(store: DocumentStore) -> None:
    old = await store.insert("user:1", "b", {"n": 0})
    await store.insert("user:1", "c", {})
    await store.insert("user:1", "e", {})
    gone = await store.insert("user:1", "f", {})
    answers = await store.batch(
        "user:1",
        [
            Delete("c"),
            Insert("a", {"n": 1}),
            Replace("b", {"n": 2}, old.etag),
            Upsert("d", {"n": 3}),
            Upsert("e", {"n": 4}),
            Delete("f", gone.etag),
        ],
    )
    assert [answer and (answer.id, answer.body) for answer in answers] == [
        None, ("a", {"n": 1}), ("b", {"n": 2}), ("d", {"n": 3}), ("e", {"n": 4}), None,
    ]  # fmt: skip
    assert (await store.page("user:1")).documents == [answer for answer in answers if answer is not None]


@pytest.mark.parametrize(
    ("culprit", "cause"),
    [
        (Insert("there", {"n": 2}), DocumentExists),
        (Replace("there", {"n": 2}, "old"), StaleDocument),
        (Replace("absent", {"n": 2}, "old"), StaleDocument),
        (Delete("there", "old"), StaleDocument),
        (Delete("absent", "old"), StaleDocument),
        (Delete("absent"), DocumentMissing),
    ],
    ids=lambda value: getattr(value, "__name__", None) or f"{type(value).__name__}-{value.id}",
)
@pytest.mark.parametrize("place", [0, 1, 4])
async def test_a_batch_with_one_refusal_changes_nothing_and_names_it(
    store: DocumentStore, culprit: Op, cause: type, place: int
) -> None:
    old = await store.insert("user:1", "there", {"n": 0})
    present = await store.replace("user:1", "there", {"n": 1}, etag=old.etag)
    other = await store.insert("user:1", "other", {"n": 1})
    match culprit:
        case Replace():
            culprit = Replace(culprit.id, culprit.body, old.etag)
        case Delete(etag=str()):
            culprit = Delete(culprit.id, old.etag)
    ops: list[Op] = [
        Insert("new", {}), Replace("other", {"n": 2}, other.etag), Upsert("newer", {}), Insert("newest", {}),
    ]  # fmt: skip
    ops.insert(place, culprit)
    with pytest.raises(BatchConflict) as refused:
        await store.batch("user:1", ops)
    assert refused.value.index == place
    assert type(refused.value.cause) is cause
    assert (await store.page("user:1")).documents == [other, present]


async def test_a_batch_may_hold_a_hundred_operations_and_no_more(store: DocumentStore) -> None:
    ops = [Insert(f"log:{n:03}", {"n": n}) for n in range(101)]
    with pytest.raises(ValueError, match="at most 100"):
        await store.batch("user:1", ops)
    assert await ids_of(store, "user:1") == []
    assert len(await store.batch("user:1", ops[:100])) == 100
    assert len(await ids_of(store, "user:1", limit=100)) == 100


async def test_a_batch_names_a_document_once(store: DocumentStore) -> None:
    with pytest.raises(ValueError, match="once"):
        await store.batch("user:1", [Insert("x", {}), Delete("x")])
    assert await store.find("user:1", "x") is None


async def test_a_batch_of_nothing_does_nothing(store: DocumentStore) -> None:
    assert await store.batch("user:1", []) == []
    assert await ids_of(store, "user:1") == []


@pytest.mark.parametrize("filler", ["x", "é", "日", '"'], ids=ascii)
async def test_a_batch_may_be_large_up_to_the_limit_and_is_refused_whole_above(
    store: DocumentStore, filler: str
) -> None:
    half = padded(MAX_BATCH_BYTES // 2 // (2 if filler == '"' else 1), filler=filler)
    made = await store.batch("user:1", [Insert("a", half), Insert("b", half)])
    assert (await store.page("user:1")).documents == made
    with pytest.raises(DocumentTooLarge, match="500,000"):
        await store.batch("user:1", [Upsert(f"c{n}", padded(60_000)) for n in range(11)])
    assert await ids_of(store, "user:1") == ["a", "b"]


async def test_lots_cut_any_number_of_operations_into_batches_that_are_taken(store: DocumentStore) -> None:
    ops = [Insert(f"log:{n:03}", padded(9000)) for n in range(230)]
    lots = list(in_lots(ops))
    assert [op for lot in lots for op in lot] == ops
    for lot in lots:
        await store.batch("user:1", lot)
    assert await ids_of(store, "user:1", limit=100) == [op.id for op in ops]


# Races


async def test_of_many_inserts_of_one_key_exactly_one_succeeds(store: DocumentStore) -> None:
    answers = await asyncio.gather(
        *(store.insert("directory", "name:ada", {"by": n}) for n in range(20)), return_exceptions=True
    )
    made = [answer for answer in answers if isinstance(answer, Document)]
    assert [type(answer) for answer in answers if not isinstance(answer, Document)] == [DocumentExists] * 19
    assert [await store.get("directory", "name:ada")] == made


async def test_of_many_batches_that_claim_one_id_exactly_one_succeeds_whole(store: DocumentStore) -> None:
    answers = await asyncio.gather(
        *(store.batch("directory", [Insert(f"extra:{n}", {}), Insert("name:ada", {"by": n})]) for n in range(20)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, BatchConflict)]
    assert [(one.index, type(one.cause)) for one in refused] == [(1, DocumentExists)] * 19
    winner = (await store.get("directory", "name:ada")).body["by"]
    assert await ids_of(store, "directory") == [f"extra:{winner}", "name:ada"]


async def test_fifty_concurrent_increments_lose_none(store: DocumentStore) -> None:
    await store.insert("user:1", "usage", {"used": 0})

    async def increment() -> None:
        while True:
            usage = await store.get("user:1", "usage")
            used = usage.body["used"]
            assert isinstance(used, int)
            try:
                await store.replace("user:1", "usage", {"used": used + 1}, etag=usage.etag)
            except StaleDocument:
                continue
            return

    await asyncio.gather(*(increment() for _ in range(50)))
    assert (await store.get("user:1", "usage")).body == {"used": 50}


async def test_concurrent_batches_are_each_whole_or_absent(store: DocumentStore) -> None:
    await store.insert("user:1", "usage", {"used": 0})

    async def reserve(name: str) -> bool:
        for _ in range(200):
            usage = await store.get("user:1", "usage")
            used = usage.body["used"]
            assert isinstance(used, int)
            if used == 10:
                return False
            try:
                ops: list[Op] = [Replace("usage", {"used": used + 1}, usage.etag), Insert(f"reservation:{name}", {})]
                await store.batch("user:1", ops)
            except BatchConflict as conflict:
                assert (conflict.index, type(conflict.cause)) == (0, StaleDocument)
                continue
            return True
        raise AssertionError("starved")

    accepted = await asyncio.gather(*(reserve(f"{n:02}") for n in range(25)))
    assert sum(accepted) == 10
    assert (await store.get("user:1", "usage")).body == {"used": 10}
    assert await ids_of(store, "user:1", prefix="reservation:", limit=100) == [
        f"reservation:{n:02}" for n, was in enumerate(accepted) if was
    ]


async def test_a_store_that_works_answers_a_ping_and_closes_twice(store: DocumentStore) -> None:
    await store.ping()
    await store.close()
    await store.close()
