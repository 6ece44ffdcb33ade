"""Every line that Vigor writes while somebody lives with it, failures included, is read for what no log may hold."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.providers.planning_vendor import PlanningVendor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

ROOT = Path(__file__).parents[2]
EMAIL, USERNAME, PASSWORD = "anna.secretaddress@example.com", "annasecretname", "the horse that ate the staple"
NOTE, QUESTION, FILE_NOTE = (
    "my knee was operated in spring",
    "should I rest my sore shoulder",
    "felt dizzy on the third",
)
WEIGHT, HEART = 71.37, 57
CHIEF = {"VIGOR_ADMIN_EMAIL": "chief.secretaddress@example.com", "VIGOR_ADMIN_PASSWORD": "a chief's long sentence"}


@asynccontextmanager
async def logged(folder: Path, **environ: str) -> AsyncIterator[tuple[str, Path]]:
    """Vigor as a process of its own: its address, and the file with every line it wrote."""
    file = folder / "vigor.log"
    with file.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "local_host", cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log,
            env={**os.environ, "PORT": "0", "VIGOR_SQLITE_PATH": str(folder / "vigor.sqlite"), **CHIEF, **environ},
        )  # fmt: skip
        assert process.stdout is not None
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", (await process.stdout.readline()).decode())):
            assert process.returncode is None
        yield found[0], file
        process.terminate()
        await process.communicate()


async def live(client: aiohttp.ClientSession, api: str, vendor: PlanningVendor) -> list[str]:
    """A life with Vigor, good and bad; what of it was secret besides the constants above."""
    secrets: list[str] = []
    signed_in: dict[str, str] = {}

    async def ask(method: str, path: str, body: Any = None, **more: Any) -> Any:
        sent = {"json": body} if body is not None else {}
        headers = {**signed_in, "X-Vigor-Client": "native", **more.pop("headers", {})}
        async with client.request(method, f"{api}/api/{path}", headers=headers, **sent, **more) as answer:
            return await answer.json(content_type=None) if "json" in answer.content_type else None

    person = {
        "email": EMAIL,
        "username": USERNAME,
        "password": PASSWORD,
        "consent": {"terms": True, "health_data": True},
    }
    await ask("POST", "auth/register", {**person, "email": f"not an address {EMAIL}"})
    session = await ask("POST", "auth/register", person)
    await ask("POST", "auth/register", person)
    await ask("POST", "auth/login", {"identifier": EMAIL, "password": f"{PASSWORD} mistyped"})
    session = await ask("POST", "auth/refresh", {"refresh_token": session["refresh_token"]})
    secrets += [session["access_token"], session["refresh_token"], session["user"]["id"]]
    await ask("GET", "me", headers={"X-Vigor-Authorization": f"Bearer {session['access_token']}x"})
    signed_in["X-Vigor-Authorization"] = f"Bearer {session['access_token']}"
    await ask("PATCH", "me", {"injuries": [{"region": "other", "note": NOTE}], "screening": {"heart_condition": True}})
    await ask("PATCH", "me", {"injuries": [{"region": NOTE}]})
    plan = (await ask("POST", "workouts/generate", {"notes": NOTE}))["plan"]
    log = {"id": "workout-0001", "started_at": "2026-11-22T17:00:00Z", "notes": NOTE, "plan_id": plan["id"]}
    await ask("POST", "workouts/logs", {**log, "entries": [{"name": NOTE, "sets": [{"reps": 5, "weight_kg": WEIGHT}]}]})
    await ask("POST", "workouts/logs", {**log, "notes": f"{NOTE} again"})
    await ask("POST", "workouts/analyze", {"log_id": log["id"]})
    await ask("POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": WEIGHT, "resting_hr": HEART})
    for fault in ("none", "broken", "garbage", "filtered", "bad_key"):
        vendor.fault = lambda fault=fault: fault  # type: ignore[misc]
        await ask("POST", "coach/chat", {"message": QUESTION})
    await ask("POST", "coach/chat", {"message": "I have crushing chest pain right now"})
    csv = f"Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n2026-01-05 18:00:00,{FILE_NOTE},Squat,1,x,8\n"
    for file in (csv, "{" + FILE_NOTE, "\x00"):
        await ask("POST", "workouts/imports?unit=kg", data=file.encode(), headers={"Content-Type": "text/csv"})
    await ask(
        "POST", "coach/chat", data=b'{"message": "' + QUESTION.encode(), headers={"Content-Type": "application/json"}
    )
    await ask("GET", f"workouts/logs/{NOTE}")
    await ask("GET", f"exercises?q={QUESTION}")
    await ask("GET", "me/export")
    chief = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
    boss = await ask("POST", "auth/login", chief)
    secrets += [boss["access_token"], boss["refresh_token"]]
    mine = dict(signed_in)
    signed_in["X-Vigor-Authorization"] = f"Bearer {boss['access_token']}"
    await ask("GET", f"manage/users?q={EMAIL}")
    await ask("PUT", f"manage/users/{session['user']['id']}/tier", {"tier": "premium"})
    signed_in.update(mine)
    await ask("DELETE", "me", {"password": f"{PASSWORD}!"})
    await ask("DELETE", "me", {"password": PASSWORD})
    return secrets


async def test_no_line_names_anybody_or_says_what_they_wrote_or_weigh(tmp_path: Path) -> None:
    async with PlanningVendor() as vendor:
        models = {"OPENAI_API_KEY": "sk-very-secret", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        jar = aiohttp.DummyCookieJar()
        async with logged(tmp_path, **models) as (api, file), aiohttp.ClientSession(cookie_jar=jar) as client:
            secrets = await live(client, api, vendor)
        told = file.read_text()
    lines = told.splitlines()
    functions = set(re.findall(r'"function": "(\w+)"', told))
    assert {"register", "GenerateWorkout", "CoachChat", "ImportHistory", "AdminTiersUser", "DeleteMe"} <= functions
    assert {"401", "409", "422", "201"} <= set(re.findall(r'"status": (\d+)', told)), "failures were logged as well"
    secrets += [
        EMAIL, "secretaddress", USERNAME, PASSWORD, NOTE, QUESTION, FILE_NOTE, "chest pain", "heart_condition", "sk-very-secret",
        str(WEIGHT), CHIEF["VIGOR_ADMIN_PASSWORD"],
    ]  # fmt: skip
    spilled = {secret[:12]: line for secret in secrets for line in lines if secret.lower() in line.lower()}
    assert spilled == {}
    assert 'event": "bug' not in told
