"""The contract of `DocumentStore`, third part: batches and races, on every engine."""

import asyncio

import pytest

from shared.storage.chunks import in_lots
from shared.storage.store import (
    MAX_BATCH_BYTES,
    BatchConflict,
    Delete,
    Document,
    DocumentExists,
    DocumentMissing,
    DocumentStore,
    DocumentTooLarge,
    Insert,
    Op,
    Replace,
    StaleDocument,
    Upsert,
)
from tests.contract.helpers import ids_of, padded


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
