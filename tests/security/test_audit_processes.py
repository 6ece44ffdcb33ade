"""The trail of several processes: one chain whoever adds to it at once, and an entry for what a kill cut off."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from shared import wiring
from shared.storage.sqlite import SqliteStore
from tests.functions.test_processes import CHIEF, PERSON, ROOT, post, worker
from tests.support import RINGS, FakeClock, settings_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]
WORKERS, ADMINS, ROUNDS = 4, 20, 3

CUT_OFF = """
import asyncio, sys
from pathlib import Path
from shared import wiring
from shared.clock import utc_now
from shared.storage.sqlite import SqliteStore
from tests.support import RINGS, settings_for

async def main():
    settings = settings_for(Path(sys.argv[1]))
    app = wiring.build(settings, RINGS, SqliteStore(Path(settings.sqlite_path)), clock=utc_now)
    async with app.audit.change("tier.change", actor_id="chief", target="free", after={"day": 99}):
        print("between entry and change", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}


async def test_twenty_administrators_at_four_workers_leave_one_whole_chain_with_every_change(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        starting = [asyncio.create_task(stack.enter_async_context(worker(tmp_path))) for _ in range(WORKERS)]
        addresses = await asyncio.gather(*starting)
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0))
        )
        credentials = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
        _, chief = await post(client, addresses[0], "auth/login", credentials)
        admins = list[dict[str, Any]]()
        for n in range(ADMINS):
            person = {**PERSON, "email": f"person{n}@example.com", "username": f"person{n}"}
            status, session = await post(client, addresses[n % WORKERS], "auth/register", person)
            assert status == 201, session
            at = f"{addresses[0]}/api/manage/users/{session['user']['id']}"
            async with client.patch(at, json={"role": "admin"}, headers=bearer(chief)) as answer:
                assert answer.status == 200
            admins.append(session)

        async def change(admin: dict[str, Any], turn: int, address: str) -> int:
            body = {"tier": ("premium", "unlimited", "free")[turn]}
            at = f"{address}/api/manage/users/{admin['user']['id']}/tier"
            async with client.put(at, json=body, headers=bearer(admin)) as answer:
                return answer.status

        everything = (
            change(admin, turn, addresses[(n + turn) % WORKERS])
            for turn in range(ROUNDS)
            for n, admin in enumerate(admins)
        )
        statuses = await asyncio.gather(*everything)
        assert set(statuses) <= {200, 503}, statuses
        items, cursor = list[dict[str, Any]](), ""
        chains = []
        while cursor is not None:
            query = f"limit=100{cursor and f'&cursor={cursor}'}"
            async with client.get(f"{addresses[1]}/api/manage/audit?{query}", headers=bearer(chief)) as answer:
                page = await answer.json()
            items, cursor = [*items, *page["items"]], page["next_cursor"]
            chains.append(page["chain"])
        assert (chains[0]["whole"], chains[0]["entries"]) == (True, len(items))
        assert sum(one["action"] == "user.tier" for one in items) >= statuses.count(200) >= ADMINS


async def test_a_worker_killed_between_an_entry_and_its_change_leaves_the_entry_and_a_whole_chain(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CUT_OFF, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"between entry and change\n"
    process.kill()
    await process.wait()
    settings = settings_for(tmp_path)
    app = wiring.build(settings, RINGS, SqliteStore(Path(settings.sqlite_path)), clock=FakeClock())
    try:
        await app.audit.append("tier.change", actor_id="chief", target="free", after={"day": 98})
        entries, _ = await app.audit.page(limit=10, cursor=None)
        assert [(one.action, one.after) for one in entries] == [
            ("tier.change", {"day": 98}),
            ("tier.change", {"day": 99}),
        ]
        check = await app.audit.check()
        assert (check.entries, check.broken_at) == (2, None)
        assert (await app.tiers.read("free")).value.day != 99
    finally:
        await app.close()
