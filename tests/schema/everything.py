"""A life with Vigor that leaves one document of every kind behind: how the stored documents of past releases were made.

`VIGOR_WRITE_RELEASE=tests/schema/release-<commit>.gz pytest tests/schema/test_every_kind.py` writes those of today, as
a backup.
"""

from collections.abc import AsyncIterator

import pytest

from functions.reset_usage import reset_usage
from shared.metering.rollup import DAILY, day_id
from shared.storage.repositories.imports import IDS_A_DOCUMENT
from shared.storage.store import Document, DocumentStore
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi
from tests.functions.test_history import STRONG
from tests.functions.test_training import HOME, a_log
from tests.growth.test_long_import import history
from tests.providers.planning_vendor import PlanningVendor

SETTINGS = {"VIGOR_TRUSTED_HOPS": "1"}
FROM = {"X_Forwarded_For": "203.0.113.7"}


class Timer:
    """The tick that the host hands to a timer's function."""

    past_due = False


@pytest.fixture
async def api(start_api: StartApi) -> AsyncIterator[Api]:
    """The API with a vendor that writes plans."""
    async with PlanningVendor() as vendor:
        yield await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1", **SETTINGS)


async def live(api: Api) -> None:
    """Do everything once, two days in a row, with the night between them."""
    chief, anna = await api.admin(), await api.member()
    tier = {"day": 12, "week": 50, "month": 200, "budget_usd": 5}
    assert (await chief("PUT", "manage/tiers/free", tier)).status == 200
    assert (await chief("PUT", "manage/providers/gemini", {"priority": 7})).status == 200
    await anna("PATCH", "me", HOME)
    made = (await anna("POST", "workouts/generate", {}, Idempotency_Key="key-00000001")).json["plan"]
    await anna("POST", "workouts/logs", a_log(plan_id=made["id"], day=made["days"][0]["day"]))
    await anna("POST", "workouts/imports?unit=kg", STRONG.encode(), Content_Type="text/csv")
    metric = {"date": "2026-11-22", "weight_kg": 80.5}
    assert (await anna("POST", "progress/metrics", metric)).status == 201
    await anna("POST", "coach/chat", {"message": "How long should I rest between sets?"})
    assert (await anna("GET", "coach/motivation")).status == 200
    await api.app.store.insert(DAILY, day_id("2026-11-20"), {"v": 1, "state": "nothing that it could be"})
    api.clock.move(hours=20)
    await reset_usage(Timer())  # type: ignore[arg-type]
    await api.app.store.delete(DAILY, day_id("2026-11-20"))  # the register keeps its entry until the next night
    again = {"identifier": "anna", "password": PASSWORD}
    anna.session = (await api.nobody("POST", "auth/login", again, X_Vigor_Client="native")).json
    await anna("POST", "coach/chat", {"message": "How often should I train?"})
    wrong = {"identifier": "anna", "password": "not the password"}
    assert (await api.nobody("POST", "auth/login", wrong, **FROM)).status == 401
    bert = {"email": "bert@example.com", "username": "bert", "password": PASSWORD}
    consent = {"consent": {"terms": True, "health_data": True}}
    registered = await api.nobody("POST", "auth/register", bert | consent, X_Vigor_Client="native", **FROM)
    long = history(IDS_A_DOCUMENT + 1).encode()
    made = await Someone(api.client, registered.json)("POST", "workouts/imports", long, Content_Type="text/csv")
    assert made.status == 201


async def documents(store: DocumentStore) -> list[Document]:
    """Every document of the store."""
    found: list[Document] = []
    cursor: str | None = None
    while True:
        page = await store.walk(cursor=cursor)
        found += page.documents
        if (cursor := page.cursor) is None:
            return found
