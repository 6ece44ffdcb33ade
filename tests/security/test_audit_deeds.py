"""What happens to accounts stands in the audit trail; strangers cannot lengthen it, and nobody's defence waits for it."""

import asyncio
import json
import logging
from collections.abc import Sequence

import pytest

from shared.accounts.deeds import MOST_A_DAY
from shared.storage.repositories.audit_seals import PARTITION, AuditEntry
from shared.storage.store import Document, Op, StoreUnavailable
from tests.functions.conftest import BEGUN, PASSWORD, Api, Someone

NEW = "another long sentence"


async def entries(api: Api) -> list[AuditEntry]:
    """Newest first."""
    return (await api.app.audit.page(limit=100, cursor=None))[0]


async def actions(api: Api) -> list[str]:
    return [one.action for one in await entries(api)]


async def refreshed(someone: Someone, refresh_token: str) -> int:
    body = {"refresh_token": refresh_token}
    return (await Someone(someone.client)("POST", "auth/refresh", body, X_Vigor_Client="native")).status


async def twice_refreshed(api: Api, someone: Someone) -> str:
    """A refresh token that was used, and whose successor was used too."""
    first = str(someone.session["refresh_token"])
    for _ in range(2):
        token = someone.session["refresh_token"]
        answer = await api.nobody("POST", "auth/refresh", {"refresh_token": token}, X_Vigor_Client="native")
        someone.session = answer.json
    return first


def trail_away(api: Api) -> None:
    """From now on nothing can be added to the trail, while the rest of the store is there."""
    real = api.app.store.batch

    async def batch(partition: str, ops: Sequence[Op]) -> list[Document | None]:
        if partition == PARTITION:
            raise StoreUnavailable
        return await real(partition, ops)

    api.app.store.batch = batch  # type: ignore[method-assign]


async def test_what_somebody_does_to_protect_their_account_is_told_with_their_pseudonym_and_the_request(
    api: Api,
) -> None:
    anna = await api.member()
    known = {"X_Correlation_ID": "a-request-of-annas"}
    assert (await anna("DELETE", "me/consent", **known)).status == 204
    assert (await anna("POST", "me/consent", {"terms": True, "health_data": True}, **known)).status == 204
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert (await anna("POST", "auth/password", change, **known)).status == 204
    assert (await anna("POST", "auth/logout", {"everywhere": True}, **known)).status == 204
    told = (await entries(api))[::-1]
    assert [one.action for one in told] == ["consent.withdraw", "consent.give", "password.change", "sessions.end"]
    name = api.app.audit.pseudonym(anna.id)
    assert {(one.actor, one.target, one.correlation_id) for one in told} == {(name, name, "a-request-of-annas")}


async def test_a_refresh_token_used_twice_is_told_once_however_many_use_it_and_by_nobody_in_particular(
    api: Api,
) -> None:
    anna = await api.member()
    spent = await twice_refreshed(api, anna)
    assert set(await asyncio.gather(*(refreshed(anna, spent) for _ in range(8)))) == {401}
    [told] = await entries(api)
    assert (told.action, told.actor, told.target) == ("refresh_reuse", "vigor", api.app.audit.pseudonym(anna.id))
    assert (await anna("GET", "me")).status == 401


async def test_the_first_administrator_and_every_sign_in_of_one_is_told(api: Api) -> None:
    chief = await api.admin()
    first = (await entries(api))[-1]
    assert (await actions(api), first.actor, first.target) == (BEGUN, "vigor", api.app.audit.pseudonym(chief.id))
    await api.admin()
    assert await actions(api) == ["admin.sign_in", *BEGUN]


async def test_the_trail_goes_no_further_for_strangers_nor_for_members_who_only_come_and_go(api: Api) -> None:
    anna, begun = await api.member(), await actions(api)
    spent = await twice_refreshed(api, anna)
    await refreshed(anna, spent)
    after_reuse = await actions(api)
    for _ in range(3):
        await refreshed(anna, spent)  # whose session is over
        await refreshed(anna, spent[:-4] + "AAAA")
        await refreshed(anna, "v1.nonsense")
        await api.nobody("POST", "auth/logout", {"everywhere": True, "refresh_token": spent}, X_Vigor_Client="native")
        await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "guessed, and guessed wrong"})
        await api.nobody("POST", "auth/password", {"current_password": PASSWORD, "new_password": NEW})
        await api.nobody("DELETE", "me/consent")
        await api.nobody("GET", "manage/users")
        await api.nobody("POST", "auth/oidc", {"issuer": "https://nobody", "id_token": "a.b.c", "nonce": "12345678"})
        signed_in = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
        await Someone(api.client, signed_in.json)("GET", "manage/users")
        await Someone(api.client, signed_in.json)(
            "POST", "auth/password", {"current_password": "x", "new_password": NEW}
        )
    assert (begun, after_reuse, await actions(api)) == ([], ["refresh_reuse"], ["refresh_reuse"])


async def test_who_repeats_a_deed_all_day_lengthens_the_trail_by_so_much_and_the_log_has_the_rest(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vigor.security")
    anna = await api.member()
    for _ in range(MOST_A_DAY + 3):
        await anna("DELETE", "me/consent")
        await anna("POST", "me/consent", {"terms": True, "health_data": True})
    told = await actions(api)
    assert (told.count("consent.give"), told.count("consent.withdraw")) == (MOST_A_DAY, MOST_A_DAY)
    logged = [json.loads(one.message)["event"] for one in caplog.records if one.levelno == logging.WARNING]
    assert logged.count("consent.give") == 3
    for _ in range(3):  # what is no change is no entry either
        await anna("POST", "me/consent", {"terms": True, "health_data": True})
    assert await actions(api) == told
    api.clock.move(days=1)
    await api.app.deeds.tell("consent.give", anna.id)
    assert (await actions(api)).count("consent.give") == MOST_A_DAY + 1


async def test_a_stolen_session_ends_and_a_password_is_changed_while_the_trail_can_take_nothing(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    anna, bert = await api.member(), await api.member("bert")
    spent = await twice_refreshed(api, anna)
    trail_away(api)
    assert await refreshed(anna, spent) == 401
    assert (await anna("GET", "me")).status == 401
    assert (await bert("POST", "auth/password", {"current_password": PASSWORD, "new_password": NEW})).status == 204
    assert (await bert("POST", "auth/logout", {"everywhere": True})).status == 204
    assert (await bert("GET", "me")).status == 401
    missed = [json.loads(one.message) for one in caplog.records if '"audit_missed"' in one.message]
    assert [one["action"] for one in missed] == ["refresh_reuse", "password.change", "sessions.end"]
    assert missed[0]["target"] == api.app.audit.pseudonym(anna.id)


async def test_an_administrator_changes_nothing_while_the_trail_can_take_nothing(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    trail_away(api)
    there = f"manage/users/{anna.id}"
    looks = [await chief("GET", there), await chief("GET", "manage/users")]
    changes = [await chief("PATCH", there, {"disabled": True}), await chief("DELETE", there)]
    assert [one.status for one in (*looks, *changes)] == [503] * 4
    assert (await anna("GET", "me")).status == 200


@pytest.mark.parametrize("reason", ["support", "abuse", "legal", "billing", "unstated"])
async def test_why_an_administrator_looks_is_kept(api: Api, reason: str) -> None:
    chief, anna = await api.admin(), await api.member()
    assert (await chief("GET", f"manage/users/{anna.id}?reason={reason}")).status == 200
    assert (await chief("GET", f"manage/users?q=an&reason={reason}")).status == 200
    listed, read, *_ = (await chief("GET", "manage/audit")).json["items"]
    people = [api.app.audit.pseudonym(anna.id)]
    assert (read["after"], listed["after"]) == ({"reason": reason}, {"reason": reason, "people": people})


async def test_a_reason_is_one_of_a_closed_list_and_unstated_where_none_is_given(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    for path in (f"manage/users/{anna.id}", "manage/users"):
        asked = f"{path}?reason=anna%20has%20a%20bad%20heart"
        assert (await chief("GET", asked)).status == 422
        assert (await chief("GET", path)).status == 200
    told = (await chief("GET", "manage/audit")).json["items"][:2]
    assert [one["after"]["reason"] for one in told] == ["unstated", "unstated"]


async def test_a_check_that_runs_out_of_time_says_how_far_it_came_and_does_not_call_the_trail_whole(api: Api) -> None:
    await asyncio.gather(*(api.app.audit.append("user.read", actor_id="chief") for _ in range(50)))
    found = await api.app.audit.check(within_s=0)
    assert (found.broken_at, found.checked_to, found.entries) == (None, 51 - found.entries, found.entries)
    assert 0 < found.entries < 50
    assert (await api.app.audit.check()).checked_to is None
