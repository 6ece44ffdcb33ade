"""A refusal counts only when the service itself refuses: what stands between says nothing about a document."""

from collections.abc import Awaitable, Callable

import pytest

from shared.storage.store import DocumentStore, Insert, StoreUnavailable
from tests.contract.test_remote_faults import Remote, is_write, opened, remote  # the fixture, used by name
from tests.emulators.proxy import Fault, Reply

__all__ = ["remote"]
pytestmark = pytest.mark.emulator

PAGE_OF_SOMEBODY = "<html>There is nothing here. Are you lost?</html>"


CALLS: dict[str, Callable[[DocumentStore], Awaitable[object]]] = {
    "find": lambda store: store.find("user:1", "x"),
    "page": lambda store: store.page("user:1"),
    "walk": lambda store: store.walk(),
    "insert": lambda store: store.insert("user:1", "y", {}),
    "upsert": lambda store: store.upsert("user:1", "y", {}),
    "delete": lambda store: store.delete("user:1", "x"),
    "batch": lambda store: store.batch("user:1", [Insert("y", {}), Insert("z", {})]),
}


@pytest.mark.parametrize("status", [404, 409, 410, 412])
async def test_a_status_of_somebody_elses_is_not_taken_for_the_services(remote: Remote, status: int) -> None:
    made = await (await opened(remote)).insert("user:1", "x", {"n": 1})
    for call in CALLS.values():
        store = await opened(remote)
        remote.proxy.plan = lambda _request: Reply(status, {"Content-Type": "text/html"}, PAGE_OF_SOMEBODY)
        with pytest.raises(StoreUnavailable):
            await call(store)
        remote.proxy.plan = lambda _request: Fault.NONE
    assert (await remote.store(past=True).page("user:1")).documents == [made]


async def test_a_replica_that_is_behind_is_not_taken_for_an_absent_document(remote: Remote) -> None:
    behind = Reply(
        404, {"x-ms-substatus": "1002", "x-ms-activity-id": "a"}, '{"code": "NotFound", "message": "behind"}'
    )
    store = await opened(remote)
    made = await store.insert("user:1", "x", {"n": 1})
    remote.proxy.plan = lambda _request: behind
    with pytest.raises(StoreUnavailable):
        await store.find("user:1", "x")
    remote.proxy.plan = lambda _request: Fault.NONE
    assert await store.get("user:1", "x") == made


async def test_a_store_that_may_be_read_but_not_written_is_not_ready(remote: Remote) -> None:
    store = await opened(remote)
    remote.proxy.plan = lambda request: Reply(403, {}, "{}") if is_write(request) else Fault.NONE
    assert await store.find("user:1", "x") is None
    with pytest.raises(StoreUnavailable):
        await store.ping()
