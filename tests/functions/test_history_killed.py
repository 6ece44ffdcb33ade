"""`kill -9` in the middle of an import: the same file again completes it, and undoing leaves nothing of either."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.functions.test_processes import PERSON, post

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

WORKOUTS = 3000
HEAD = "Date;Workout Name;Duration;Exercise Name;Set Order;Weight;Reps;Distance;Seconds;Notes;Workout Notes;RPE\n"


def many_workouts() -> str:
    """A Strong export of several years."""
    rows = [
        f"20{10 + n // 300:02}-{n // 25 % 12 + 1:02}-{n % 25 + 1:02} 10:00:00;Push;1h;Bench Press (Barbell);1;80;5;0;0;;;8"
        for n in range(WORKOUTS)
    ]
    return HEAD + "\n".join(rows) + "\n"


async def test_an_import_cut_off_by_a_kill_is_completed_by_the_same_file_and_undone_whole(tmp_path: Path) -> None:
    file, history = tmp_path / "vigor.sqlite", many_workouts().encode()
    process, address = await started(file)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        _, session = await post(client, address, "auth/register", PERSON)
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}", "Content-Type": "text/csv"}

        async def get(path: str) -> Any:
            async with client.get(f"{address}/api/{path}", headers=signed_in) as answer:
                return await answer.json()

        async def bring() -> tuple[int, Any]:
            async with client.post(
                f"{address}/api/workouts/imports?unit=kg", data=history, headers=signed_in
            ) as answer:
                return answer.status, await answer.json()

        before = await get("me/export")
        bringing = asyncio.create_task(bring())
        async with asyncio.timeout(60):
            while not any(one["workouts_done"] for one in (await get("workouts/imports?limit=1"))["items"]):
                assert not bringing.done(), "the import has to be seen under way"
        process.kill()
        await process.communicate()
        with pytest.raises(aiohttp.ClientError):
            await bringing

        process, address = await started(file)
        try:
            (cut,) = (await get("workouts/imports"))["items"]
            assert not cut["finished"]
            assert 0 < cut["workouts_done"] < WORKOUTS
            status, report = await bring()
            assert (status, report["workouts"], report["id"]) == (201, WORKOUTS, cut["id"])
            whole = await get("me/export")
            assert len({log["id"] for log in whole["logs"]}) == len(whole["logs"]) == WORKOUTS
            async with client.delete(f"{address}/api/workouts/imports/{report['id']}", headers=signed_in) as undone:
                assert undone.status == 204
            after = await get("me/export")
        finally:
            process.terminate()
            await process.communicate()
    moved = {"exported_at", "sessions"}
    assert {name: after[name] for name in after if name not in moved} == {
        name: before[name] for name in before if name not in moved
    }
