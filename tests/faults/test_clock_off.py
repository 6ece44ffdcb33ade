"""A worker whose clock is off by more than a minute says that it is not ready, where the store has a clock to compare."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared import wiring
from shared.storage.store import DocumentStore
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store
from tests.functions.conftest import Api, StartApi


@pytest.fixture(
    scope="module",
    params=[pytest.param("tables", marks=pytest.mark.emulator), pytest.param("cosmos", marks=pytest.mark.emulator)],
)
def remote(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], DocumentStore]]:
    """Makes stores of an emulator, which has this machine's clock."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "tables":
        with servers.azurite(folder) as server:
            yield lambda: tables_store(server.port)
    else:
        with servers.cosmos(folder) as server:
            yield lambda: cosmos_store(server.port)


async def readiness(api: Api, *, off_s: float) -> tuple[int, str]:
    """The status and the sentence of a worker whose clock is off by so many seconds."""
    wiring.use(replace(api.app, clock=lambda: datetime.now(UTC) + timedelta(seconds=off_s)))
    answer = await api.nobody("GET", "health/ready")
    return answer.status, answer.json.get("detail", "")


@pytest.mark.parametrize(("off_s", "said"), [(90, "ahead of the store's"), (-90, "behind the store's")])
async def test_a_worker_whose_clock_is_far_off_is_not_ready_until_it_is_right_again(
    start_api: StartApi, remote: Callable[[], DocumentStore], off_s: int, said: str
) -> None:
    api = await start_api(remote())
    status, sentence = await readiness(api, off_s=off_s)
    assert (status, said in sentence) == (503, True), sentence
    assert (await api.nobody("GET", "health/live")).status == 200
    assert await readiness(api, off_s=off_s / 90 * 25) == (200, "")
    assert await readiness(api, off_s=0) == (200, "")


async def test_workers_that_share_a_file_share_a_clock(api: Api) -> None:
    assert await readiness(api, off_s=90) == (200, "")
    assert await api.app.store.ping() is None
