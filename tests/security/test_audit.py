"""The audit trail tells when anybody changed, removed, reordered, added or cut off entries; and it is checked when read."""

import json
import logging
from collections.abc import Awaitable, Callable

import pytest

from shared.storage.store import Document, DocumentStore
from tests.functions.conftest import Api

HEAD, BASE = ("audit", "head"), ("audit", "base")
WITNESS = ("system", "audit-head")


async def entries_of(store: DocumentStore) -> list[Document]:
    """Oldest first."""
    return (await store.page("audit", prefix="entry:", limit=100)).documents[::-1]


async def changed(store: DocumentStore) -> None:
    entry = (await entries_of(store))[3]
    await store.upsert("audit", entry.id, {**entry.body, "after": {"day": 99}})


async def renamed(store: DocumentStore) -> None:
    entry = (await entries_of(store))[3]
    await store.upsert("audit", entry.id, {**entry.body, "actor": "somebody else"})


async def removed(store: DocumentStore) -> None:
    await store.delete("audit", (await entries_of(store))[3].id)


async def reordered(store: DocumentStore) -> None:
    one, other = (await entries_of(store))[3:5]
    await store.upsert("audit", one.id, {**other.body, "seq": one.body["seq"]})
    await store.upsert("audit", other.id, {**one.body, "seq": other.body["seq"]})


async def swapped(store: DocumentStore) -> None:
    one, other = (await entries_of(store))[3:5]
    await store.upsert("audit", one.id, other.body)
    await store.upsert("audit", other.id, one.body)


async def the_oldest_cut_off(store: DocumentStore) -> None:
    await store.delete("audit", (await entries_of(store))[0].id)


async def the_newest_cut_off(store: DocumentStore) -> None:
    await store.delete("audit", (await entries_of(store))[-1].id)


async def the_newest_cut_off_and_the_head_moved_back(store: DocumentStore) -> None:
    *_, before, last = await entries_of(store)
    await store.delete("audit", last.id)
    await store.upsert(*HEAD, {"v": 1, "seq": before.body["seq"], "seal": before.body["seal"]})


async def everything_gone(store: DocumentStore) -> None:
    for document in (await store.page("audit", limit=100)).documents:
        await store.delete("audit", document.id)


async def another_chain_of_ones_own(store: DocumentStore) -> None:
    witness = await store.get(*WITNESS)
    await store.upsert(*WITNESS, {**witness.body, "seq": 3})


@pytest.mark.parametrize(
    ("meddle", "broken_at"),
    [
        (changed, 4), (renamed, 4), (removed, 4), (reordered, 5), (swapped, 5), (the_oldest_cut_off, 1), (the_newest_cut_off, 6),
        (the_newest_cut_off_and_the_head_moved_back, 6), (everything_gone, 1), (another_chain_of_ones_own, 3),
    ],
)  # fmt: skip
async def test_whoever_meddles_with_the_trail_is_found_at_the_place(
    api: Api, meddle: Callable[[DocumentStore], Awaitable[None]], broken_at: int
) -> None:
    chief = await api.admin()
    for day in range(1, 7):
        await chief("PUT", "manage/tiers/free", {"day": day, "week": 9, "month": 9, "budget_usd": 1})
    whole = (await chief("GET", "manage/audit?limit=2")).json
    assert (whole["chain"], len(whole["items"])) == ({"whole": True, "entries": 6, "broken_at": None}, 2)
    await meddle(api.app.store)
    chain = (await chief("GET", "manage/audit")).json["chain"]
    assert (chain["whole"], chain["broken_at"]) == (False, broken_at)


async def test_the_trail_is_checked_with_its_first_page_and_not_with_every_further_one(api: Api) -> None:
    chief = await api.admin()
    for day in range(3):
        await chief("PUT", "manage/tiers/free", {"day": day, "week": 9, "month": 9, "budget_usd": 1})
    first = (await chief("GET", "manage/audit?limit=2")).json
    further = (await chief("GET", f"manage/audit?limit=2&cursor={first['next_cursor']}")).json
    asked = (await chief("GET", f"manage/audit?limit=2&cursor={first['next_cursor']}&verify=true")).json
    spared = (await chief("GET", "manage/audit?verify=false")).json
    assert [one["chain"] and one["chain"]["whole"] for one in (first, further, asked, spared)] == [
        True,
        None,
        True,
        None,
    ]


async def test_a_trail_from_before_there_was_a_witness_is_whole(api: Api) -> None:
    await api.app.audit.append("tier.change", actor_id="chief")
    await api.app.store.delete(*WITNESS)
    assert (await api.app.audit.check()).broken_at is None


async def test_the_log_hears_how_far_the_trail_goes(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "vigor.security")
    entry = await api.app.audit.append("tier.change", actor_id="chief")
    told = [json.loads(one.message) for one in caplog.records if '"audit"' in one.message]
    assert told == [{"event": "audit", "seq": 1, "seal": entry.seal}]
