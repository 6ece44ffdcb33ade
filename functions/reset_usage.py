"""ResetUsage: the nightly timer that tidies, rolls up yesterday's use and frees what crashes left reserved."""

import json
import logging
from dataclasses import asdict

import azure.functions as func

from shared.http import blueprint

bp = blueprint()
_log = logging.getLogger("vigor.timer")


@bp.function_name(name="ResetUsage")
@bp.timer_trigger(schedule="0 5 0 * * *", arg_name="timer", run_on_startup=False, use_monitor=True)
async def reset_usage(timer: func.TimerRequest) -> None:
    """Check yesterday's counters against their rows, then roll it up.

    Late, twice or never, nobody's quota is wrong: counts are kept under their period.
    """
    from shared import wiring  # noqa: PLC0415 - the parts are imported by the first run, not by the cold start
    from shared.metering.drift import DriftCheck  # noqa: PLC0415 - as above

    app = await wiring.current()
    drift = await DriftCheck(app.store, app.rollup, app.pool, clock=app.clock).yesterday()
    _log.log(logging.ERROR if drift.is_off else logging.INFO, json.dumps({"event": "usage_drift", **asdict(drift)}))
    tidied = await app.rollup.yesterday()
    forgotten = await app.coach.tidy()
    line = {"event": "reset_usage", "past_due": timer.past_due, "forgotten": forgotten, **asdict(tidied)}
    _log.info(json.dumps(line))
