"""Timers keep NCRONTAB in UTC, never overlap, run once after a missed tick, and obey a local hand."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from local_host.errors import CannotStart
from local_host.timers import TimerStatus, next_occurrence, read_status, write_status

Serve = Any
"""The `serve` fixture of conftest.py."""

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def timer_app(
    run: Callable[[func.TimerRequest], object], *, schedule: str = "0 5 0 * * *", **options: Any
) -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.function_name("ResetUsage")
    @app.timer_trigger("timer", schedule, **options)
    async def reset_usage(timer: func.TimerRequest) -> None:
        result = run(timer)
        if asyncio.iscoroutine(result):
            await result

    return app


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("0 5 0 * * *", "2026-03-01T00:04:59+00:00", "2026-03-01T00:05:00+00:00"),
        ("0 5 0 * * *", "2026-03-01T00:05:00+00:00", "2026-03-02T00:05:00+00:00"),
        ("5 0 * * *", "2026-03-01T00:05:00+00:00", "2026-03-02T00:05:00+00:00"),
        ("*/15 * * * * *", "2026-03-01T00:00:16+00:00", "2026-03-01T00:00:30+00:00"),
        ("30 0 9 * * MON-FRI", "2026-02-28T00:00:00+00:00", "2026-03-02T09:00:30+00:00"),
        ("0 0 0 1 JAN,JUL *", "2026-03-01T00:00:00+00:00", "2026-07-01T00:00:00+00:00"),
        ("0 30 9 15 * MON", "2026-03-01T00:00:00+00:00", "2026-06-15T09:30:00+00:00"),
    ],
)
def test_the_next_tick_is_that_of_ncrontab(schedule: str, after: str, expected: str) -> None:
    assert next_occurrence(schedule, datetime.fromisoformat(after)).isoformat() == expected


@pytest.mark.parametrize("schedule", ["", "* * * *", "0 0 0 1 * * 2030", "@daily", "0 61 * * * *", "%SCHEDULE%", "x"])
async def test_a_schedule_that_is_not_ncrontab_stops_the_start(serve: Serve, schedule: str) -> None:
    with pytest.raises(CannotStart, match="'ResetUsage'"):
        await serve(timer_app(lambda timer: None, schedule=schedule))


async def test_a_timer_ticks_every_second_and_a_failure_does_not_stop_it(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: asyncio.Queue[bool] = asyncio.Queue()

    def run(timer: func.TimerRequest) -> None:
        ticks.put_nowait(timer.past_due)
        raise RuntimeError("this tick failed")

    host = await serve(timer_app(run, schedule="* * * * * *"))
    with caplog.at_level(logging.ERROR):
        host.timers.start()
        seen = [await asyncio.wait_for(ticks.get(), 10) for _ in range(2)]
    assert seen == [False, False]
    assert "Timer ResetUsage failed; its schedule goes on." in caplog.text


async def test_a_missed_tick_is_made_up_for_once(serve: Serve, tmp_path: Path) -> None:
    runs: asyncio.Queue[tuple[bool, str]] = asyncio.Queue()

    def run(timer: Any) -> None:  # the abstract class leaves schedule_status out
        runs.put_nowait((timer.past_due, timer.schedule_status["Next"]))

    app = timer_app(run)
    file = tmp_path / "timers" / "ResetUsage.json"
    write_status(file, TimerStatus("0 5 0 * * *", None, datetime(2026, 2, 20, 0, 5, tzinfo=UTC), NOON))
    host = await serve(app, now=lambda: NOON)
    host.timers.start()
    assert await asyncio.wait_for(runs.get(), 10) == (True, "2026-03-02T00:05:00+00:00")
    await host.invocations.drain(10)
    await host.timers.stop()
    kept = read_status(file)
    assert kept is not None
    assert kept.next == datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
    assert runs.empty()


@pytest.mark.parametrize(
    ("schedule", "next_tick"),
    [("0 5 0 * * *", datetime(2026, 3, 2, 0, 5, tzinfo=UTC)), ("0 9 9 * * *", datetime(2026, 2, 20, tzinfo=UTC))],
    ids=["nothing missed", "another schedule"],
)
async def test_nothing_is_made_up_for_without_a_missed_tick(
    serve: Serve, tmp_path: Path, schedule: str, next_tick: datetime
) -> None:
    runs: list[bool] = []
    file = tmp_path / "timers" / "ResetUsage.json"
    write_status(file, TimerStatus(schedule, None, next_tick, NOON))
    host = await serve(timer_app(lambda timer: runs.append(timer.past_due)), now=lambda: NOON)
    host.timers.start()
    await _kept(file, next_tick=datetime(2026, 3, 2, 0, 5, tzinfo=UTC), schedule="0 5 0 * * *")
    await host.timers.stop()
    assert runs == []


async def _kept(file: Path, *, next_tick: datetime, schedule: str) -> None:
    """Come back when the state says so: the keeper has then decided about a late run."""
    async with asyncio.timeout(10):
        while not _says(file, next_tick, schedule):  # noqa: ASYNC110 - the file is what is asked about
            await asyncio.sleep(0.001)


def _says(file: Path, next_tick: datetime, schedule: str) -> bool:
    status = read_status(file)
    return status is not None and (status.next, status.schedule) == (next_tick, schedule)


async def test_run_on_startup_runs_at_once(serve: Serve) -> None:
    runs: asyncio.Queue[bool] = asyncio.Queue()
    host = await serve(timer_app(lambda timer: runs.put_nowait(timer.past_due), run_on_startup=True))
    host.timers.start()
    assert await asyncio.wait_for(runs.get(), 10) is False


def test_a_state_that_cannot_be_read_starts_afresh(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"Schedule": 1')
    assert read_status(broken) is None
    assert "starts afresh" in caplog.text


async def test_two_runs_of_one_timer_never_overlap(serve: Serve) -> None:
    inside: list[int] = []
    entered, go_on = asyncio.Queue[int](), asyncio.Event()

    async def run() -> None:
        inside.append(1)
        entered.put_nowait(len(inside))
        await go_on.wait()
        inside.pop()

    host = await serve(timer_app(lambda timer: run()))
    assert host.timers.fire("ResetUsage")
    assert host.timers.fire("resetusage")
    assert await asyncio.wait_for(entered.get(), 10) == 1
    go_on.set()
    assert await asyncio.wait_for(entered.get(), 10) == 1


async def test_a_timer_can_be_fired_by_hand(serve: Serve) -> None:
    runs: asyncio.Queue[bool] = asyncio.Queue()
    host = await serve(timer_app(lambda timer: runs.put_nowait(timer.past_due)))
    async with host.client.post("/admin/functions/resetusage", json={"input": ""}) as response:
        assert (response.status, await response.read()) == (202, b"")
    assert await asyncio.wait_for(runs.get(), 10) is False


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/admin/functions/Nothing", {}, 404),
        ("GET", "/admin/functions/ResetUsage", {}, 404),
        ("GET", "/admin/host/status", {}, 404),
        ("POST", "/admin/functions/ResetUsage", {"Host": "attacker.example"}, 403),
        ("POST", "/admin/functions/ResetUsage", {"Origin": "https://attacker.example"}, 403),
        ("POST", "/admin/functions/ResetUsage", {"Origin": "null"}, 403),
        ("POST", "/admin/functions/ResetUsage", {"Host": "localhost:7071", "Origin": "http://localhost:7071"}, 202),
    ],
)
async def test_only_this_machine_may_administer(
    serve: Serve, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    host = await serve(timer_app(lambda timer: None))
    async with host.client.request(method, path, headers=headers, data="{}") as response:
        assert response.status == status


async def test_a_body_that_is_not_json_fires_nothing(serve: Serve) -> None:
    runs: list[bool] = []
    host = await serve(timer_app(lambda timer: runs.append(True)))
    async with host.client.post("/admin/functions/ResetUsage", data="{") as response:
        assert response.status == 400
    assert runs == []
