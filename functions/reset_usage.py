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
    """Roll up yesterday. Late, twice or never, nobody's quota is wrong: counts are kept under their period."""
    from shared import wiring  # noqa: PLC0415 - the parts are imported by the first run, not by the cold start

    app = await wiring.current()
    tidied = await app.rollup.yesterday()
    forgotten = await app.coach.tidy()
    line = {"event": "reset_usage", "past_due": timer.past_due, "forgotten": forgotten, **asdict(tidied)}
    _log.info(json.dumps(line))
