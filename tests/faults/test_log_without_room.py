"""A log whose disk is full: what cannot be logged is lost, and nothing else."""

import asyncio
import errno
import os
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.functions.test_processes import PERSON, post
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
async def test_a_log_without_room_stops_no_request_and_no_farewell(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        os.write(full, b"a line")
    process, at = await started(tmp_path / "vigor.sqlite", log=full)
    os.close(full)
    try:
        async with asyncio.timeout(120), aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            status, session = await post(client, at, "auth/register", PERSON, **{"X-Vigor-Client": "native"})
            assert status == 201
            signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
            writes = [post(client, at, "workouts/logs", a_log(f"log-{n:08d}"), **signed_in) for n in range(200)]
            assert Counter(status for status, _ in await asyncio.gather(*writes)) == {201: 200}
            wrong = {"identifier": "anna", "password": "not the password"}  # of which the security log has a line
            assert (await post(client, at, "auth/login", wrong))[0] == 401
            async with client.get(f"{at}/api/health/ready") as answer:
                assert answer.status == 200
        assert process.returncode is None
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0
