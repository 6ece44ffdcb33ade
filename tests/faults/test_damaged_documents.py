"""A document that holds nonsense: what can be read is answered, what cannot is named, and nothing is 500."""

from datetime import timedelta

from shared.metering.meter import LEDGER, ROWS
from shared.metering.pool import ID, PARTITION
from shared.metering.rollup import DAILY, day_id
from shared.storage.repositories.documents import user_partition
from shared.storage.store import Body
from tests.functions.conftest import Api, StartApi
from tests.growth.crowds import active_on
from tests.providers.planning_vendor import PlanningVendor
from tests.support import START

NONSENSE: Body = {"v": 1, "day": 7, "state": "broken", "accounts": 3, "held": 4}
YESTERDAY = (START - timedelta(days=1)).date().isoformat()


async def with_use(api: Api) -> None:
    for back in (0, 1):
        await active_on(api.app.store, START - timedelta(days=back), ["anna", "ben"])


async def test_a_damaged_roll_up_is_named_and_its_day_told_from_the_rows(api: Api) -> None:
    chief = await api.admin()
    await with_use(api)
    whole = (await chief("GET", "manage/usage")).json
    assert (whole["partial"], [one["requests"] for one in whole["items"]]) == ([], [4, 4])
    await api.app.store.upsert(DAILY, day_id(YESTERDAY), NONSENSE)
    for path in ("manage/usage", "manage/usage?verify=true"):
        answer = await chief("GET", path)
        assert (answer.status, answer.json["partial"], answer.json["items"]) == (200, [YESTERDAY], whole["items"])


async def test_a_damaged_row_or_counter_takes_nothing_else_along(api: Api) -> None:
    chief = await api.admin()
    await with_use(api)
    anna = user_partition("anna")
    (row, *_) = (await api.app.store.page(anna, prefix=ROWS)).documents
    await api.app.store.upsert(anna, row.id, NONSENSE)
    await api.app.store.upsert(user_partition("ben"), LEDGER, NONSENSE)
    answer = await chief("GET", "manage/usage?verify=true")
    assert (answer.status, sum(one["requests"] for one in answer.json["items"])) == (200, 7)
    assert len(answer.json["partial"]) == 1
    assert (answer.json["drift"]["people"], answer.json["drift"]["people_unreadable"]) == (0, 2)


async def test_limits_that_cannot_be_read_allow_nothing_until_they_are_set_anew(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    await api.app.store.upsert("system", "tier:free", NONSENSE)
    usage = (await anna("GET", "me/usage")).json
    assert [usage[window]["limit"] for window in ("day", "week", "month")] == [0, 0, 0]
    assert (await chief("GET", "manage/tiers")).json["items"][0]["day"] == 0
    limits = {"day": 3, "week": 30, "month": 100, "budget_usd": 2.5}
    assert (await chief("PUT", "manage/tiers/free", limits)).status == 200
    assert (await anna("GET", "me/usage")).json["day"]["limit"] == 3


async def test_a_provider_that_cannot_be_read_is_off_and_the_others_are_listed(api: Api) -> None:
    chief = await api.admin()
    await api.app.store.upsert("system", "provider:openai", NONSENSE)
    answer = await chief("GET", "manage/providers")
    assert answer.status == 200
    assert not {one["name"]: one for one in answer.json["items"]}["openai"]["enabled"]


async def test_with_what_is_spent_unreadable_no_model_is_paid_and_the_coach_answers_by_itself(
    start_api: StartApi,
) -> None:
    async with PlanningVendor() as vendor:
        api = await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")
        chief, anna = await api.admin(), await api.member()
        await api.app.store.upsert(PARTITION, ID, NONSENSE)
        made = await anna("POST", "workouts/generate", {})
        assert (made.status, made.json["plan"]["source"]["kind"], vendor.asked) == (201, "offline", [])
        assert (await chief("GET", "manage/providers")).status == 503
