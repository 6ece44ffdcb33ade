"""`kill -9` in the middle of many writes: what was acknowledged is there once, and the file is whole."""

import asyncio
import os
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.functions.test_processes import CHIEF, PERSON, ROOT, post
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


async def started(
    file: Path, *, log: int = asyncio.subprocess.DEVNULL, **environ: str
) -> tuple[asyncio.subprocess.Process, str]:
    """A local host over the file with these settings besides, logging to that descriptor, and its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local_host",
        cwd=ROOT,
        env={**os.environ, "PORT": "0", "VIGOR_SQLITE_PATH": str(file), **CHIEF, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                return process, found[0]
    raise AssertionError("the host ended before it said where it is")


async def test_no_acknowledged_log_is_lost_when_the_host_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "vigor.sqlite"
    process, address = await started(file)
    acknowledged: list[str] = []
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        _, session = await post(client, address, "auth/register", PERSON)
        signed_in: dict[str, Any] = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        enough = asyncio.Event()

        async def write(log_id: str) -> None:
            try:
                status, _ = await post(client, address, "workouts/logs", a_log(log_id), **signed_in)
            except (aiohttp.ClientError, ConnectionError):
                return
            if status == 201:
                acknowledged.append(log_id)
                if len(acknowledged) >= 60:
                    enough.set()

        writes = [asyncio.create_task(write(f"log-{n:08d}")) for n in range(200)]
        async with asyncio.timeout(60):
            await enough.wait()
        process.kill()
        await process.communicate()
        await asyncio.gather(*writes)

        process, address = await started(file)
        try:
            kept: list[str] = []
            cursor = ""
            while True:
                query = f"?limit=100{cursor}"
                async with client.get(f"{address}/api/workouts/logs{query}", headers=signed_in) as answer:
                    page = await answer.json()
                kept += [one["id"] for one in page["items"]]
                if page["next_cursor"] is None:
                    break
                cursor = f"&cursor={page['next_cursor']}"
        finally:
            process.terminate()
            await process.communicate()
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))
    with sqlite3.connect(file) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()
