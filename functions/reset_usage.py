"""ResetUsage: the nightly timer that rolls up use, holds counters against rows, and forgets what is past its time."""

import json
import logging
from collections.abc import Awaitable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import azure.functions as func

from shared.http import blueprint

if TYPE_CHECKING:
    from shared.app import App

bp = blueprint()
Result = TypeVar("Result")
NIGHT = timedelta(minutes=6)
SWEEP = timedelta(minutes=8)
"""From the start of a run until the roll-up, and then the sweep, stop by themselves: host.json ends a function after
ten minutes. What is left waits for the next of the night's runs."""

_log = logging.getLogger("vigor.timer")


@bp.function_name(name="ResetUsage")
@bp.timer_trigger(schedule="0 5 0-5 * * *", arg_name="timer", run_on_startup=False, use_monitor=True)
async def reset_usage(timer: func.TimerRequest) -> None:
    """Roll up the days that are over, hourly in the night until all is done.

    Late, twice or never, nobody's quota is wrong: counts are kept under their period.
    """
    from shared import wiring  # noqa: PLC0415 - the parts are imported by the first run, not by the cold start

    line = await tidy(await wiring.current())
    wrong = line["drifted"] or line["night"]["unreadable"] or line["swept"]["unreadable"] or line["left_out"]
    _log.log(logging.ERROR if wrong else logging.INFO, json.dumps({**line, "past_due": timer.past_due}))


async def tidy(app: "App") -> dict[str, Any]:
    """One run of the night's work; what it did, for the log. `left_out` are parts that a damaged document kept it from."""
    from shared.metering.drift import DriftCheck  # noqa: PLC0415 - as above
    from shared.metering.nightly import Night, Nightly  # noqa: PLC0415 - as above
    from shared.retention import kinds  # noqa: PLC0415 - as above
    from shared.sweeping import Sweep, Swept  # noqa: PLC0415 - as above

    began, settings, left_out = app.clock(), app.settings, list[str]()
    check = DriftCheck(app.store, app.rollup, app.pool, clock=app.clock)
    nightly = Nightly(app.store, drift=check, clock=app.clock)
    night = await _or(Night(finished=False), nightly.run(until=began + NIGHT), "night", left_out)
    providers = await _or((), check.providers(), "providers", left_out)
    replies = await _or(0, app.coach.tidy(), "replies", left_out)
    audit_days = settings.retention_audit_days
    pruning = app.audit.prune(before=began - timedelta(days=audit_days)) if audit_days else None
    entries = await _or(0, pruning, "audit", left_out) if pruning else 0
    sweep = Sweep(app.store, kinds(settings), app.clock)
    swept = await _or(Swept(finished=False), sweep.run(until=began + SWEEP), "sweep", left_out)
    if swept.forgotten:
        await app.store.scrub()
    return {
        "event": "reset_usage",
        "night": asdict(night),
        "providers": [asdict(one) | {"missing_micro_usd": one.missing_micro_usd} for one in providers],
        "drifted": night.people_off > 0 or any(one.missing_micro_usd for one in providers),
        "replies_forgotten": replies,
        "audit_entries_removed": entries,
        "swept": asdict(swept),
        "left_out": left_out,
    }


async def _or(nothing: Result, part: Awaitable[Result], name: str, left_out: list[str]) -> Result:
    """What a part of the night did; `nothing` where it met a document that it cannot understand.

    That document would end every night at its place, so the parts after it go on, and an error is told each time.
    """
    try:
        return await part
    except (ValueError, KeyError, TypeError) as damaged:
        _log.error("The night leaves out %s: a document cannot be read: %s", name, type(damaged).__name__)
        left_out.append(name)
        return nothing
