"""The contract of `DocumentStore`, first part: single documents and what they may hold, on every engine."""

import re

import pytest

from shared.storage.store import (
    MAX_BODY_BYTES,
    BatchConflict,
    Body,
    Document,
    DocumentExists,
    DocumentMissing,
    DocumentStore,
    DocumentTooLarge,
    Insert,
    InvalidBody,
    Replace,
    StaleDocument,
    Upsert,
)
from tests.contract.helpers import ids_of, padded


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


async def test_a_store_that_works_answers_a_ping_and_closes_twice(store: DocumentStore) -> None:
    await store.ping()
    await store.close()
    await store.close()
