"""Timer triggers: NCRONTAB in UTC, one run at a time, one late run after a missed tick, and by hand on request."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from azure.functions.timer import TimerRequest

from local_host.app_index import TimerFunction
from local_host.errors import CannotStart
from local_host.invocations import Invocations

try:
    from croniter import croniter  # type: ignore[import-untyped] # ships no types
except ModuleNotFoundError:  # only requirements.txt is installed, as on Azure
    croniter = None

_log = logging.getLogger("local_host.timers")

_FIELD = re.compile(r"[0-9A-Za-z*,/-]+")
_NAP_S = 60.0
"""A sleep follows the monotonic clock, which stands still in a suspended laptop; so look at the wall clock as well."""


@dataclass(frozen=True, slots=True)
class TimerStatus:
    """What is known of a timer between two starts of the host."""

    schedule: str
    last: datetime | None
    next: datetime
    updated: datetime


class Timers:
    """All timers of an app. `now` gives the time in UTC; the state of each timer is kept in `folder`."""

    def __init__(
        self,
        functions: Sequence[TimerFunction],
        invocations: Invocations,
        *,
        folder: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._functions = {function.name.lower(): function for function in functions}
        self._locks = {name: asyncio.Lock() for name in self._functions}
        self._invocations = invocations
        self._folder = folder
        self._now = now
        self._keepers: list[asyncio.Task[None]] = []
        for function in functions:
            check_schedule(function)

    def start(self) -> None:
        """Keep every schedule from now on; without croniter, of requirements-local.txt, timers run by hand only."""
        if croniter is None:
            _log.warning("No timer runs by itself, as requirements-local.txt is not installed.")
            return
        self._keepers = [asyncio.create_task(self._keep(function)) for function in self._functions.values()]

    async def stop(self) -> None:
        """Keep no schedule any more; a run that has begun goes on."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    def fire(self, name: str) -> bool:
        """Run the timer called `name` (in any case) once, now; False where there is none."""
        function = self._functions.get(name.lower())
        if function is None:
            return False
        self._invocations.begin(self._run(function, past_due=False))
        return True

    async def _keep(self, function: TimerFunction) -> None:
        status = read_status(self._file(function)) if function.is_monitored else None
        last = status.last if status else None
        is_late = status is not None and status.schedule == function.schedule and status.next < self._now()
        if is_late or function.runs_on_startup:
            last = self._now()
            await asyncio.shield(self._invocations.begin(self._run(function, past_due=is_late, last=last)))
        while True:
            due = next_occurrence(function.schedule, self._now())
            if function.is_monitored:
                write_status(self._file(function), TimerStatus(function.schedule, last, due, self._now()))
            await self._until(due)
            last = due
            await asyncio.shield(self._invocations.begin(self._run(function, past_due=False, last=last)))

    async def _until(self, due: datetime) -> None:
        while (left := (due - self._now()).total_seconds()) > 0:  # noqa: ASYNC110 - no event says that time has passed
            await asyncio.sleep(min(left, _NAP_S))

    async def _run(self, function: TimerFunction, *, past_due: bool, last: datetime | None = None) -> None:
        now = self._now()
        request = TimerRequest(
            past_due=past_due,
            schedule={"AdjustForDST": True},
            schedule_status={
                "Last": (last or now).isoformat(),
                "Next": (next_occurrence(function.schedule, now) if croniter else now).isoformat(),
                "LastUpdated": now.isoformat(),
            },
        )
        async with self._locks[function.name.lower()]:
            try:
                returned = await self._invocations.call(function, request, {})
            except (Exception, asyncio.CancelledError):  # noqa: BLE001 - whatever it raised, the schedule goes on
                _log.exception("Timer %s failed; its schedule goes on.", function.name)
            else:
                if returned is not None:
                    _log.error("Timer %s returned a value although it has no $return binding.", function.name)

    def _file(self, function: TimerFunction) -> Path:
        return self._folder / f"{function.name}.json"


def check_schedule(function: TimerFunction) -> None:
    """Raise `CannotStart` where the schedule is not NCRONTAB of six fields, or five."""
    fields = function.schedule.split()
    if len(fields) not in {5, 6} or not all(_FIELD.fullmatch(field) for field in fields):
        raise CannotStart(f"Function {function.name!r}: the schedule {function.schedule!r} is not NCRONTAB.")
    try:
        if croniter:
            next_occurrence(function.schedule, datetime.now(UTC))
    except ValueError as refused:
        raise CannotStart(f"Function {function.name!r}: schedule {function.schedule!r}: {refused}.") from refused


def next_occurrence(schedule: str, after: datetime) -> datetime:
    """The first tick later than `after`. NCRONTAB wants both day fields to fit, where cron is content with one."""
    found = croniter(schedule, after, day_or=False, second_at_beginning=True).get_next(datetime)
    assert isinstance(found, datetime)  # noqa: S101 - croniter returns the type asked for
    return found


def read_status(file: Path) -> TimerStatus | None:
    """The state kept in `file`, or None where there is none that can be read."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return TimerStatus(
            schedule=str(kept["Schedule"]),
            last=datetime.fromisoformat(kept["Last"]) if kept["Last"] else None,
            next=datetime.fromisoformat(kept["Next"]),
            updated=datetime.fromisoformat(kept["LastUpdated"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        _log.warning("The state in %s cannot be read; the timer starts afresh.", file)
        return None


def write_status(file: Path, status: TimerStatus) -> None:
    """Keep `status` in `file`, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "Schedule": status.schedule,
            "Last": status.last.isoformat() if status.last else None,
            "Next": status.next.isoformat(),
            "LastUpdated": status.updated.isoformat(),
        }
    )
    draft = file.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
