"""NextWorkout: the next session of the active plan, with every load computed from the log and its reason."""

import asyncio

from shared.app import App
from shared.auth.callers import Arriving
from shared.domain.local_time import local_date
from shared.domain.progression.shapes import NextSession
from shared.errors import NotFound
from shared.http import blueprint, endpoint

bp = blueprint()
RECENT_LOGS = 100
"""Progression looks at the last times of each exercise and at layoffs; so many sessions are half a year for most."""


@endpoint(bp, "GET", "workouts/next", gives=NextSession, raises=[NotFound])
async def next_workout(caller: Arriving, app: App) -> NextSession:
    """What to lift next, and why."""
    from shared.domain.progression.session import next_session  # noqa: PLC0415 - not at the cold start

    plan, profile, (logs, _), (metrics, _) = await asyncio.gather(
        app.plans.active(caller.id),
        app.profiles.get(caller.id),
        app.logs.page(caller.id, limit=RECENT_LOGS),
        app.metrics.page(caller.id, limit=RECENT_LOGS),
    )
    if plan is None:
        raise NotFound("There is no plan to train by yet; generate one first.")
    today = local_date(app.clock(), profile.value.timezone)
    return next_session(
        plan.value,
        logs,
        profile.value,
        today=today,
        metrics=metrics,
    )
