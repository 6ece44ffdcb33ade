"""The audit trail tells when anybody changed, removed, reordered, added or cut off entries; and it is checked when read."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.storage.repositories.audit_check import ChainCheck
from shared.storage.store import Document, DocumentStore, Op
from tests.functions.conftest import BEGUN, Api

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
        (changed, 4), (renamed, 4), (removed, 4), (reordered, 5), (swapped, 5), (the_oldest_cut_off, 1), (the_newest_cut_off, 8),
        (the_newest_cut_off_and_the_head_moved_back, 8), (everything_gone, 1), (another_chain_of_ones_own, 3),
    ],
)  # fmt: skip
async def test_whoever_meddles_with_the_trail_is_found_at_the_place(
    api: Api, meddle: Callable[[DocumentStore], Awaitable[None]], broken_at: int
) -> None:
    chief = await api.admin()
    for day in range(1, 7):
        await chief("PUT", "manage/tiers/free", {"day": day, "week": 9, "month": 9, "budget_usd": 1})
    whole = (await chief("GET", "manage/audit?limit=2")).json
    assert len(whole["items"]) == 2
    assert whole["chain"] == {"whole": True, "entries": 8, "broken_at": None, "checked_to": None}
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


async def test_entries_made_at_once_go_together_and_the_chain_stays_whole(api: Api) -> None:
    real, steps = api.app.store.batch, list[int]()

    async def batch(partition: str, ops: Sequence[Op]) -> list[Document | None]:
        steps.append(len(ops))
        return await real(partition, ops)

    api.app.store.batch = batch  # type: ignore[method-assign]
    entries = await asyncio.gather(*(api.app.audit.append("user.read", actor_id=f"{n}") for n in range(60)))
    assert {one.seq for one in entries} == set(range(1, 61))
    assert len(steps) <= 3
    assert await api.app.audit.check() == ChainCheck(60, None)


async def test_who_is_cut_off_while_entries_go_together_takes_nobody_along(api: Api) -> None:
    real, begun = api.app.store.batch, asyncio.Event()

    async def batch(partition: str, ops: Sequence[Op]) -> list[Document | None]:
        api.app.store.batch = real  # type: ignore[method-assign]
        begun.set()
        await asyncio.Event().wait()
        return await real(partition, ops)

    api.app.store.batch = batch  # type: ignore[method-assign]
    first, *others = (asyncio.create_task(api.app.audit.append("user.read", actor_id=f"{n}")) for n in range(5))
    await begun.wait()
    first.cancel()
    assert [one.seq for one in await asyncio.gather(*others)] == [1, 2, 3, 4]
    assert await api.app.audit.check() == ChainCheck(4, None)


async def test_an_administrator_who_looks_at_others_leaves_an_entry_a_look_and_none_for_themselves(api: Api) -> None:
    chief, anna, bert = await api.admin(), await api.member(), await api.member("bert")
    name = api.app.audit.pseudonym
    assert (await chief("GET", f"manage/users/{chief.id}")).status == 200
    assert (await chief("GET", "manage/users?q=nobody-is-called-so")).status == 200
    assert (await chief("GET", f"manage/users/{'0' * 32}")).status == 404
    assert [one["action"] for one in (await chief("GET", "manage/audit")).json["items"]] == BEGUN
    assert (await chief("GET", f"manage/users/{anna.id}")).status == 200
    assert (await chief("GET", "manage/users")).status == 200
    listed, read, *_ = (await chief("GET", "manage/audit")).json["items"]
    assert (read["action"], read["actor"], read["target"]) == ("user.read", name(chief.id), name(anna.id))
    assert (listed["action"], listed["actor"], listed["target"]) == ("user.list", name(chief.id), None)
    assert set(listed["after"]["people"]) == {name(anna.id), name(bert.id)}


async def test_forty_looks_at_once_are_all_answered_and_all_kept(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    answers = await asyncio.gather(*(chief("GET", f"manage/users/{anna.id}") for _ in range(40)))
    assert {one.status for one in answers} == {200}
    chain = (await chief("GET", "manage/audit")).json["chain"]
    assert (chain["whole"], chain["entries"]) == (True, 40 + len(BEGUN))


@pytest.mark.parametrize("place", ["entry", "head", "base", "witness"])
async def test_a_trail_that_holds_nonsense_is_not_whole_and_is_answered_all_the_same(api: Api, place: str) -> None:
    chief = await api.admin()
    await chief("PUT", "manage/tiers/free", {"day": 1, "week": 9, "month": 9, "budget_usd": 1})
    *_, entry = await entries_of(api.app.store)
    where = {"entry": ("audit", entry.id), "head": HEAD, "base": BASE, "witness": WITNESS}[place]
    await api.app.store.upsert(*where, {"v": 1, "seq": "once"})
    answer = await chief("GET", "manage/audit")
    assert (answer.status, answer.json["chain"]["whole"]) == (200, False)
    refused = await chief("PUT", "manage/tiers/free", {"day": 2, "week": 9, "month": 9, "budget_usd": 1})
    assert refused.status == (503 if place == "head" else 200)
