"""ResetUsage: the nightly timer that rolls up use, holds counters against rows, and forgets what is past its time."""

import json
import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import azure.functions as func

from shared.http import blueprint

if TYPE_CHECKING:
    from shared.app import App

bp = blueprint()
NIGHT = timedelta(minutes=6)
SWEEP = timedelta(minutes=8)
TRAIL_S = 60.0
"""From the start of a run until the roll-up, and then the sweep, stop by themselves: host.json ends a function after
ten minutes. What is left waits for the next of the night's runs. The audit trail is checked for so many seconds after."""

_log = logging.getLogger("vigor.timer")


@bp.function_name(name="ResetUsage")
@bp.timer_trigger(schedule="0 5 0-5 * * *", arg_name="timer", run_on_startup=False, use_monitor=True)
async def reset_usage(timer: func.TimerRequest) -> None:
    """Roll up the days that are over, hourly in the night until all is done.

    Late, twice or never, nobody's quota is wrong: counts are kept under their period.
    """
    from shared import wiring  # noqa: PLC0415 - the parts are imported by the first run, not by the cold start

    line = await tidy(await wiring.current())
    unreadable = line["night"]["unreadable"] or line["swept"]["unreadable"]
    # a trail that is broken because its base is parked was told of when that was
    broken = line["trail"]["broken_at"] is not None and "audit" not in line["resting"]
    wrong = line["drifted"] or unreadable or line["left_out"] or broken
    _log.log(logging.ERROR if wrong else logging.INFO, json.dumps({**line, "past_due": timer.past_due}))


async def tidy(app: "App") -> dict[str, Any]:
    """One run of the night's work; what it did, for the log.

    `left_out` are parts that a damaged document kept it from, `resting` those whose document is parked, `waiting` and
    `parked` how many documents are in the register. `trail` says whether the audit trail is whole, with or without a reader.
    """
    from shared.metering.drift import DriftCheck, ProviderDrift  # noqa: PLC0415 - as above
    from shared.metering.nightly import Night, Nightly  # noqa: PLC0415 - as above
    from shared.night_parts import Parts  # noqa: PLC0415 - as above
    from shared.parking import Parking  # noqa: PLC0415 - as above
    from shared.retention import kinds  # noqa: PLC0415 - as above
    from shared.sweeping import Sweep, Swept  # noqa: PLC0415 - as above

    began, settings, parking = app.clock(), app.settings, Parking(app.store, app.clock)
    parts = Parts(parking)
    check = DriftCheck(app.store, app.rollup, app.pool, clock=app.clock)
    nightly = Nightly(app.store, drift=check, clock=app.clock, parking=parking)
    night = await parts.done("night", lambda: nightly.run(until=began + NIGHT), or_else=Night(finished=False))
    providers = await parts.done("providers", check.providers, or_else=tuple[ProviderDrift, ...]())
    replies = await parts.done("replies", app.coach.tidy, or_else=0)
    oldest = began - timedelta(days=settings.retention_audit_days)
    entries = 0
    if settings.retention_audit_days:
        entries = await parts.done("audit", lambda: app.audit.prune(before=oldest), or_else=0)
    sweep = Sweep(app.store, kinds(settings), app.clock, parking=parking)
    swept = await parts.done("sweep", lambda: sweep.run(until=began + SWEEP), or_else=Swept(finished=False))
    if swept.forgotten:
        await app.store.scrub()
    trail = await app.audit.check(within_s=TRAIL_S)
    registered = list((await parking.entries()).values())
    return {
        "event": "reset_usage",
        "night": asdict(night),
        "providers": [asdict(one) | {"missing_micro_usd": one.missing_micro_usd} for one in providers],
        "drifted": night.people_off > 0 or any(one.missing_micro_usd for one in providers),
        "replies_forgotten": replies,
        "audit_entries_removed": entries,
        "trail": asdict(trail),
        "swept": asdict(swept),
        "left_out": parts.left_out,
        "resting": parts.resting,
        "waiting": sum(not one.is_parked for one in registered),
        "parked": sum(one.is_parked for one in registered),
    }
