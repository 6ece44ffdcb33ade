"""Stores behind a network keep their promises when the network does not keep its own."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from shared.storage.store import (
    BatchConflict,
    Delete,
    DocumentExists,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StaleDocument,
    StoreUnavailable,
    Upsert,
)
from tests.emulators.proxy import Fault, Plan, Proxy, Reply
from tests.emulators.stores import PATIENT_S, cosmos_store, tables_store

pytestmark = pytest.mark.emulator

WRITES = {"PUT", "POST", "DELETE", "MERGE", "PATCH"}


@dataclass(frozen=True, slots=True)
class Remote:
    """An engine behind a proxy, and a way to stores that reach it through the proxy or past it."""

    engine: str
    proxy: Proxy
    direct_port: int
    table: str
    stores: list[DocumentStore]

    def store(self, *, per_try_s: float = PATIENT_S, total_s: float = PATIENT_S, past: bool = False) -> DocumentStore:
        """A store on the same table, closed with the fixture."""
        make = tables_store if self.engine == "tables" else cosmos_store
        port = self.direct_port if past else self.proxy.port
        made = make(port, name=self.table, per_try_s=per_try_s, total_s=total_s)
        self.stores.append(made)
        return made

    @property
    def no_such_table(self) -> Reply:
        """What the service says when the table or container is not there."""
        if self.engine == "tables":
            error = '{"odata.error": {"code": "TableNotFound", "message": {"value": "The table does not exist."}}}'
            return Reply(404, {"x-ms-error-code": "TableNotFound"}, error)
        return Reply(
            404, {"x-ms-substatus": "1003"}, '{"code": "NotFound", "message": "Owner resource does not exist"}'
        )


@pytest.fixture(params=["tables", "cosmos"])
async def remote(request: pytest.FixtureRequest) -> AsyncIterator[Remote]:
    """Each remote engine behind a proxy that does no harm yet."""
    port = request.getfixturevalue("azurite" if request.param == "tables" else "cosmos").port
    async with Proxy(port) as proxy:
        table = f"t{random.getrandbits(64):016x}"
        made = Remote(request.param, proxy, port, table, [])
        yield made
        for store in made.stores:
            await store.close()


async def opened(remote: Remote, *, per_try_s: float = PATIENT_S, total_s: float = PATIENT_S) -> DocumentStore:
    """A store that has connected before anything goes wrong."""
    store = remote.store(per_try_s=per_try_s, total_s=total_s)
    await store.ping()
    return store


def some(
    share: float, fault: Fault | Reply, *, seed: int, only: Callable[[web.BaseRequest], bool] = lambda _: True
) -> Plan:
    """A plan that treats that share of the requests so, the same ones each run."""
    dice = random.Random(seed)
    return lambda request: fault if only(request) and dice.random() < share else Fault.NONE


def is_write(request: web.BaseRequest) -> bool:
    """Whether the request may change something: queries of Cosmos DB are POSTs too."""
    return request.method in WRITES and "x-ms-documentdb-isquery" not in request.headers


async def used(store: DocumentStore) -> int:
    """The counter that these tests increment."""
    value = (await store.get("user:1", "usage")).body["used"]
    assert isinstance(value, int)
    return value


async def increment(store: DocumentStore) -> None:
    """Read, add one, write if nobody wrote meanwhile; as often as it takes."""
    while True:
        usage = await store.get("user:1", "usage")
        before = usage.body["used"]
        assert isinstance(before, int)
        try:
            await store.replace("user:1", "usage", {"used": before + 1}, etag=usage.etag)
        except StaleDocument:
            continue
        return


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.CUT, Fault.LOSE_REQUEST, Fault.GARBAGE])
async def test_inserts_whose_reply_was_lost_are_neither_refused_nor_repeated(remote: Remote, fault: Fault) -> None:
    store = await opened(remote)
    remote.proxy.plan = some(0.1, fault, seed=1)
    made = [await store.insert("user:1", f"log:{n:03}", {"n": n}) for n in range(150)]
    remote.proxy.plan = lambda _request: Fault.NONE
    assert (await store.page("user:1", limit=1000)).documents == made


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_increments_whose_reply_was_lost_count_once(remote: Remote, seed: int) -> None:
    store = await opened(remote)
    await store.insert("user:1", "usage", {"used": 0})
    remote.proxy.plan = some(0.1, Fault.LOSE_REPLY, seed=seed)
    for _ in range(150):
        await increment(store)
    assert await used(remote.store(past=True)) == 150


async def test_concurrent_increments_count_once_or_say_they_do_not_know(remote: Remote) -> None:
    stores = [await opened(remote) for _ in range(5)]
    await stores[0].insert("user:1", "usage", {"used": 0})
    remote.proxy.plan = some(0.1, Fault.LOSE_REPLY, seed=4, only=is_write)
    outcomes = await asyncio.gather(*(increment(store) for store in stores for _ in range(6)), return_exceptions=True)
    unknown = [outcome for outcome in outcomes if isinstance(outcome, StoreUnavailable)]
    assert all(outcome is None or outcome in unknown for outcome in outcomes)
    counted = await used(remote.store(past=True))
    assert len(outcomes) - len(unknown) <= counted <= len(outcomes)
    assert len(unknown) <= 2


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.TWICE])
async def test_batches_that_reserve_are_charged_exactly_once(remote: Remote, fault: Fault) -> None:
    store = await opened(remote)
    await store.insert("user:1", "usage", {"used": 0})
    remote.proxy.plan = some(0.2, fault, seed=5)
    for n in range(60):
        usage = await store.get("user:1", "usage")
        ops: list[Op] = [Replace("usage", {"used": n + 1}, usage.etag), Insert(f"reservation:{n:02}", {"n": n})]
        answers = await store.batch("user:1", ops)
        assert answers[0] == await store.get("user:1", "usage")
    remote.proxy.plan = lambda _request: Fault.NONE
    assert await used(store) == 60
    assert len((await store.page("user:1", prefix="reservation:", limit=100)).documents) == 60


async def test_writes_delivered_twice_are_done_once_and_acknowledged(remote: Remote) -> None:
    store = await opened(remote)
    remote.proxy.plan = lambda request: Fault.TWICE if is_write(request) else Fault.NONE
    first = await store.insert("user:1", "a", {"n": 1})
    second = await store.replace("user:1", "a", {"n": 2}, etag=first.etag)
    third = await store.upsert("user:1", "a", {"n": 3})
    assert await store.get("user:1", "a") == third
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "a", {"n": 9}, etag=second.etag)
    with pytest.raises(DocumentExists):
        await store.insert("user:1", "a", {"n": 9})
    batch: list[Op] = [Replace("a", {"n": 4}, third.etag), Insert("b", {}), Upsert("c", {})]
    answers = await store.batch("user:1", batch)
    assert (await store.page("user:1")).documents == answers
    await store.delete("user:1", "a")
    assert await store.find("user:1", "a") is None


async def test_deletions_whose_reply_was_lost_are_done(remote: Remote) -> None:
    store = await opened(remote)
    made = [await store.insert("user:1", f"x{n}", {}) for n in range(40)]
    remote.proxy.plan = some(0.3, Fault.LOSE_REPLY, seed=6, only=is_write)
    for n, document in enumerate(made[:30]):
        await store.delete("user:1", document.id, etag=document.etag if n % 2 else None)
    await store.batch("user:1", [Delete(document.id, document.etag) for document in made[30:]])
    remote.proxy.plan = lambda _request: Fault.NONE
    assert (await store.page("user:1")).documents == []


async def test_a_conflict_is_still_a_conflict_when_replies_are_lost(remote: Remote) -> None:
    store = await opened(remote)
    first = await store.insert("user:1", "x", {"n": 1})
    await store.replace("user:1", "x", {"n": 2}, etag=first.etag)
    remote.proxy.plan = some(0.25, Fault.LOSE_REPLY, seed=7, only=is_write)
    for _ in range(10):
        with pytest.raises(DocumentExists):
            await store.insert("user:1", "x", {"n": 9})
        with pytest.raises(BatchConflict) as refused:
            await store.batch("user:1", [Insert("new", {}), Insert("x", {"n": 9})])
        assert refused.value.index == 1
    remote.proxy.plan = lambda _request: Fault.NONE
    assert [(document.id, document.body) for document in (await store.page("user:1")).documents] == [("x", {"n": 2})]


async def test_a_write_whose_trace_was_written_over_says_that_it_does_not_know(remote: Remote) -> None:
    store = await opened(remote)
    stranger = remote.store(past=True)
    first = await store.insert("user:1", "x", {"n": 1})

    async def lose_and_write_over(request: web.BaseRequest) -> Fault:
        if is_write(request):
            return Fault.LOSE_REPLY
        remote.proxy.plan = lambda _request: Fault.NONE
        await stranger.upsert("user:1", "x", {"n": 3})
        return Fault.NONE

    remote.proxy.plan = lose_and_write_over
    with pytest.raises(StoreUnavailable):
        await store.replace("user:1", "x", {"n": 2}, etag=first.etag)


async def test_a_lost_reply_is_recognised_under_the_writes_of_others(remote: Remote) -> None:
    store = await opened(remote)
    stranger = remote.store(past=True)
    first = await store.insert("user:1", "usage", {"used": 0})

    async def lose_and_count_on(request: web.BaseRequest) -> Fault:
        if is_write(request):
            return Fault.LOSE_REPLY
        remote.proxy.plan = lambda _request: Fault.NONE
        for _ in range(3):
            await increment(stranger)
        return Fault.NONE

    remote.proxy.plan = lose_and_count_on
    changed = await store.replace("user:1", "usage", {"used": 1}, etag=first.etag)
    assert await used(store) == 4
    with pytest.raises(StaleDocument):
        await store.replace("user:1", "usage", {"used": 2}, etag=changed.etag)


async def test_a_busy_service_is_asked_again_but_not_too_often(remote: Remote) -> None:
    store = await opened(remote)
    remote.proxy.plan = some(0.3, Reply(503, {"x-ms-error-code": "ServerBusy"}, "{}"), seed=8)
    before = remote.proxy.requests
    served = 0
    for n in range(60):
        try:
            await store.upsert("user:1", f"x{n}", {})
        except StoreUnavailable as away:
            assert away.retry_after_s > 0
        else:
            served += 1
    assert served >= 58  # four attempts leave one in 123 unserved, and chance
    assert remote.proxy.requests - before <= 105


async def test_a_service_that_says_how_long_it_is_busy_is_left_alone_that_long(remote: Remote) -> None:
    store = await opened(remote)
    asked: list[float] = []

    def once(_request: web.BaseRequest) -> Fault | Reply:
        asked.append(time.monotonic())
        return Reply(429, {"Retry-After": "1", "x-ms-retry-after-ms": "1000"}, "{}") if len(asked) == 1 else Fault.NONE

    remote.proxy.plan = once
    await store.insert("user:1", "x", {})
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 1.0


async def test_a_long_wait_asked_for_is_passed_on_to_the_caller(remote: Remote) -> None:
    store = await opened(remote)
    remote.proxy.plan = lambda _request: Reply(429, {"Retry-After": "30", "x-ms-retry-after-ms": "30000"}, "{}")
    before = remote.proxy.requests
    with pytest.raises(StoreUnavailable) as away:
        await store.insert("user:1", "x", {})
    assert away.value.retry_after_s == 30
    assert remote.proxy.requests - before == 1


async def test_a_hanging_service_is_given_up_and_comes_back_without_a_restart(remote: Remote) -> None:
    store = await opened(remote, per_try_s=0.2, total_s=0.5)
    await store.insert("user:1", "x", {})
    remote.proxy.plan = lambda _request: Fault.HANG
    for call in (store.find("user:1", "x"), store.insert("user:1", "y", {}), store.page("user:1"), store.walk()):
        with pytest.raises(StoreUnavailable) as away:
            await call
        assert away.value.retry_after_s > 0
    remote.proxy.plan = lambda _request: Fault.NONE
    await asyncio.wait_for(_until_served(store), PATIENT_S)
    assert (await store.get("user:1", "x")).body == {}


async def test_a_store_that_keeps_failing_rests_instead_of_being_asked(remote: Remote) -> None:
    store = await opened(remote, per_try_s=PATIENT_S, total_s=PATIENT_S)
    remote.proxy.plan = lambda _request: Reply(403, {}, "{}")
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await store.find("user:1", "x")
    before = remote.proxy.requests
    for _ in range(20):
        with pytest.raises(StoreUnavailable) as away:
            await store.find("user:1", "x")
        assert 0 < away.value.retry_after_s <= 1
    assert remote.proxy.requests == before
    remote.proxy.plan = lambda _request: Fault.NONE
    await asyncio.wait_for(_until_served(store), PATIENT_S)


async def test_no_access_and_no_table_are_unavailable_never_empty_not_asked_twice_and_told(
    remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    for reply in (Reply(401, {}, "{}"), Reply(403, {}, "{}"), remote.no_such_table):
        store = await opened(remote)
        remote.proxy.plan = lambda _request, reply=reply: reply  # type: ignore[misc] # bound early, still a plan
        before = remote.proxy.requests
        with pytest.raises(StoreUnavailable):
            await store.find("user:1", "x")
        with pytest.raises(StoreUnavailable):
            await store.delete("user:1", "x")
        assert remote.proxy.requests - before == 2
        told = [record for record in caplog.records if record.name == "vigor.storage"]
        assert [record.levelname for record in told] == ["ERROR", "ERROR"]
        assert "refuses to serve" in told[0].getMessage()
        caplog.clear()
        remote.proxy.plan = lambda _request: Fault.NONE


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE, Fault.NONSENSE])
async def test_a_reply_that_is_none_is_never_taken_for_a_document(remote: Remote, fault: Fault) -> None:
    store = await opened(remote)
    made = [await store.insert("user:1", f"x{n}", {"n": n}) for n in range(10)]
    remote.proxy.plan = some(0.3, fault, seed=9)
    right = 0
    for _ in range(3):
        for document in made:
            try:
                assert await store.get("user:1", document.id) == document
                assert (await store.page("user:1")).documents == made
            except StoreUnavailable:
                continue
            right += 1
    assert right >= 25


async def test_a_service_that_is_down_at_the_start_is_found_when_it_comes_up(remote: Remote) -> None:
    store = remote.store()
    remote.proxy.plan = lambda _request: Fault.LOSE_REQUEST
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await store.ping()
    remote.proxy.plan = lambda _request: Fault.NONE
    await asyncio.wait_for(_until_served(store), PATIENT_S)
    made = await store.insert("user:1", "x", {})
    assert await remote.store(past=True).get("user:1", "x") == made


async def _until_served(store: DocumentStore) -> None:
    while True:
        try:
            await store.ping()
        except StoreUnavailable as away:
            await asyncio.sleep(min(away.retry_after_s, 0.1))
        else:
            return
