"""An account read behind the times: from a proxy it is not believed, from the service itself never written over."""

import math
from typing import Any

import pytest

from tests.emulators import servers
from tests.emulators.proxy import Proxy
from tests.emulators.replayed import Replayed
from tests.emulators.stores import tables_store
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


@pytest.fixture
async def api(start_api: StartApi, proxy: Proxy) -> Api:
    """The API over a store behind a proxy."""
    return await start_api(tables_store(proxy.port))


async def kept_account(someone: Someone, proxy: Proxy, azurite: servers.Server, *, by_service: bool) -> Replayed:
    """A plan that keeps somebody's account as it is now, to be replayed later."""
    replay = Replayed(azurite.port, f"{someone.id}',RowKey='account'", by_service=by_service)
    proxy.plan = replay
    replay.state = "keep"
    assert (await someone("GET", "me")).status == 200
    replay.state = "pass"
    return replay


async def signed_out_since(
    api: Api, proxy: Proxy, azurite: servers.Server, *, by_service: bool = True
) -> tuple[Someone, Replayed]:
    """Somebody whose sessions have all ended, and a plan that keeps their account from before."""
    anna = await api.member()
    replay = await kept_account(anna, proxy, azurite, by_service=by_service)
    await api.app.sessions.end_all(anna.id)
    assert (await anna("GET", "me")).status == 401
    return anna, replay


@pytest.mark.parametrize(("stale_reads", "status"), [(2, 401), (math.inf, 503)])
async def test_an_account_that_a_proxy_gives_again_lets_an_ended_session_in_for_nothing(
    api: Api, proxy: Proxy, azurite: servers.Server, stale_reads: float, status: int
) -> None:
    anna, replay = await signed_out_since(api, proxy, azurite, by_service=False)
    log = a_log()
    replay.state = "replay"
    for method, path, body in (("GET", "me", None), ("GET", "plans", None), ("POST", "workouts/logs", log)):
        replay.left = stale_reads
        assert (await anna(method, path, body)).status == status
    assert replay.times >= 3 * min(stale_reads, 4)
    replay.state = "pass"
    documents = (await api.app.store.page(f"user:{anna.id}", limit=100)).documents
    assert not [one.id for one in documents if one.id.startswith(("log:", "done:"))]


@pytest.mark.parametrize(("change", "status"), [({"role": "user"}, 403), ({"disabled": True}, 401)])
async def test_a_role_or_an_account_taken_away_counts_at_once_though_a_proxy_gives_the_old_one(
    api: Api, proxy: Proxy, azurite: servers.Server, change: dict[str, Any], status: int
) -> None:
    await api.admin()
    bert = await api.member("bert")
    await api.app.sessions.change_account(bert.id, lambda account: account.model_copy(update={"role": "admin"}))
    replay = await kept_account(bert, proxy, azurite, by_service=False)
    await api.app.sessions.change_account(bert.id, lambda account: account.model_copy(update=change))
    replay.state, replay.left = "replay", 1
    assert (await bert("GET", "manage/users")).status == status
    assert replay.times == 1


@pytest.mark.parametrize(("stale_reads", "status"), [(2, 200), (math.inf, 503)])
async def test_a_change_that_rests_on_an_account_the_service_gives_late_is_made_over_the_present_one_or_not_at_all(
    api: Api, proxy: Proxy, azurite: servers.Server, stale_reads: float, status: int
) -> None:
    chief = await api.admin()
    anna, replay = await signed_out_since(api, proxy, azurite)
    present = await api.app.accounts.find(anna.id)
    assert present is not None
    replay.state, replay.left = "replay", stale_reads
    answer = await chief("PUT", f"manage/users/{anna.id}/tier", {"tier": "premium"})
    assert answer.status == status
    assert replay.times >= 2
    replay.state = "pass"
    after = await api.app.accounts.find(anna.id)
    assert after is not None
    if status == 503:
        assert after == present
    assert after.value == present.value.model_copy(update={"tier": "premium" if status == 200 else "free"})
    assert (await anna("GET", "me")).status == 401


async def test_an_account_the_service_gives_late_lets_an_ended_session_in_but_not_change_it_or_go_on(
    api: Api, proxy: Proxy, azurite: servers.Server
) -> None:
    anna, replay = await signed_out_since(api, proxy, azurite)
    present = await api.app.accounts.find(anna.id)
    replay.state = "replay"
    assert (await anna("GET", "me")).status == 200
    assert (await anna("POST", "workouts/logs", a_log())).status == 201
    new_password = {"current_password": PASSWORD, "new_password": "another sentence entirely"}
    assert (await anna("POST", "auth/password", new_password)).status == 503
    assert (await anna("DELETE", "me/consent")).status == 503
    refresh = {"refresh_token": anna.session["refresh_token"]}
    assert (await api.nobody("POST", "auth/refresh", refresh, X_Vigor_Client="native")).status == 401
    replay.state = "pass"
    assert await api.app.accounts.find(anna.id) == present
    assert (await anna("GET", "me")).status == 401
