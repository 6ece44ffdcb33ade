"""Administration over HTTP: tiers, people, the last administrator, and the trail all of it leaves."""

import asyncio

from tests.functions.conftest import BEGUN, Api, Someone, StartApi


async def test_a_new_limit_and_a_new_tier_hold_from_the_next_request(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    limits = {"day": 3, "week": 30, "month": 100, "budget_usd": 2.5}
    changed = await chief("PUT", "manage/tiers/free", limits)
    assert (changed.status, changed.json) == (200, {"tier": "free", **limits})
    assert (await anna("GET", "me/usage")).json["day"]["limit"] == 3
    moved = await chief("PUT", f"manage/users/{anna.id}/tier", {"tier": "premium"})
    assert (moved.status, moved.json["tier"]) == (200, "premium")
    usage = (await anna("GET", "me/usage")).json
    assert (usage["tier"], usage["day"]["limit"]) == ("premium", 50)


async def test_a_stale_change_of_a_tier_is_refused(api: Api) -> None:
    chief = await api.admin()
    limits = {"day": 3, "week": 30, "month": 100, "budget_usd": 2.5}
    first = await chief("PUT", "manage/tiers/free", limits)
    second = await chief("PUT", "manage/tiers/free", {**limits, "day": 4}, If_Match=first.headers["ETag"])
    late = await chief("PUT", "manage/tiers/free", {**limits, "day": 5}, If_Match=first.headers["ETag"])
    assert (second.status, late.status) == (200, 412)
    assert (await chief("PUT", "manage/tiers/gold", limits)).status == 404


async def test_people_are_found_by_the_beginning_of_name_or_address(api: Api) -> None:
    chief = await api.admin()
    for name in ("anna", "annabel", "bert"):
        await api.member(name)
    assert await found(chief, "q=ann") == ["anna", "annabel"]
    assert await found(chief, "q=bert@") == ["bert"]
    assert len(await found(chief, "limit=100")) == 4
    first = (await chief("GET", "manage/users?q=ann&limit=1")).json
    second = (await chief("GET", f"manage/users?q=ann&limit=1&cursor={first['next_cursor']}")).json
    assert [one["username"] for page in (first, second) for one in page["items"]] == ["anna", "annabel"]


async def test_a_disabled_person_is_out_at_once_and_back_when_enabled(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    assert (await chief("PATCH", f"manage/users/{anna.id}", {"disabled": True})).json["disabled"] is True
    assert (await anna("GET", "me")).status == 401
    refused = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "a long enough sentence"})
    assert (refused.status, refused.json["code"]) == (401, "sign_in_refused")
    await chief("PATCH", f"manage/users/{anna.id}", {"disabled": False})
    back = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "a long enough sentence"})
    assert back.status == 200


async def test_the_last_administrator_stays_whatever_is_tried(api: Api) -> None:
    chief = await api.admin()
    tries = [
        await chief("PATCH", f"manage/users/{chief.id}", {"role": "user"}),
        await chief("PATCH", f"manage/users/{chief.id}", {"disabled": True}),
        await chief("DELETE", f"manage/users/{chief.id}"),
        await chief("DELETE", "me", {"password": "a long enough sentence"}),
    ]
    assert [answer.json["code"] for answer in tries] == ["last_admin"] * 4
    assert (await chief("GET", "manage/tiers")).status == 200


async def test_of_two_administrators_who_demote_each_other_one_stays(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    assert (await chief("PATCH", f"manage/users/{anna.id}", {"role": "admin"})).json["role"] == "admin"
    answers = await asyncio.gather(
        chief("PATCH", f"manage/users/{anna.id}", {"role": "user"}),
        anna("PATCH", f"manage/users/{chief.id}", {"role": "user"}),
    )
    assert sorted(answer.status for answer in answers)[0] == 200
    accounts = [await api.app.accounts.find(one.id) for one in (chief, anna)]
    assert [kept.value.role for kept in accounts if kept].count("admin") == 1


async def test_changes_need_a_fresh_sign_in_and_reading_does_not(start_api: StartApi) -> None:
    api = await start_api(VIGOR_ACCESS_TTL_S="900")
    chief = await api.admin()
    api.clock.move(minutes=11)
    assert (await chief("GET", "manage/tiers")).status == 200
    answer = await chief("PUT", "manage/tiers/free", {"day": 1, "week": 1, "month": 1, "budget_usd": 0})
    assert (answer.status, answer.json["code"]) == (401, "step_up_required")


async def test_every_change_leaves_an_entry_and_the_chain_tells_a_forged_one(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    await chief("PUT", f"manage/users/{anna.id}/tier", {"tier": "premium"})
    await chief("PUT", "manage/providers/openai", {"priority": 9})
    await chief("PATCH", f"manage/users/{anna.id}", {"disabled": True})
    trail = (await chief("GET", "manage/audit?verify=true")).json
    assert [one["action"] for one in trail["items"]] == ["user.change", "provider.change", "user.tier", *BEGUN]
    assert trail["items"][2]["before"] == {"tier": "free"}
    assert trail["chain"] == {"whole": True, "entries": 5, "broken_at": None, "checked_to": None}
    assert anna.id not in str(trail)
    page = await api.app.store.page("audit", prefix="entry:", limit=10)
    forged = page.documents[1]
    await api.app.store.upsert("audit", forged.id, {**forged.body, "action": "nothing.happened"})
    assert (await chief("GET", "manage/audit?verify=true")).json["chain"]["broken_at"] == 4


async def test_a_provider_is_changed_with_its_etag_and_tried_before(api: Api) -> None:
    chief = await api.admin()
    trial = await chief("POST", "manage/providers/openai/test", {"model": "gpt-6-luna"})
    assert (trial.status, trial.json["ok"]) == (200, False)
    assert "OPENAI_API_KEY" in trial.json["error"]
    changed = await chief("PUT", "manage/providers/openai", {"weekly_budget_usd": 3.5, "priority": 2})
    assert changed.status == 200, changed.json
    listed = {one["name"]: one for one in (await chief("GET", "manage/providers")).json["items"]}
    assert (listed["openai"]["weekly_budget_usd"], listed["openai"]["priority"]) == (3.5, 2)
    again = await chief("PUT", "manage/providers/openai", {"priority": 3}, If_Match=changed.headers["ETag"])
    late = await chief("PUT", "manage/providers/openai", {"priority": 4}, If_Match=changed.headers["ETag"])
    assert (again.status, late.status) == (200, 412)
    assert (await chief("PUT", "manage/providers/nobody", {"priority": 3})).status == 404


async def found(chief: Someone, query: str) -> list[str]:
    """Usernames on a page of people."""
    answer = await chief("GET", f"manage/users?{query}")
    assert answer.status == 200, answer.json
    return [one["username"] for one in answer.json["items"]]
