"""LogWorkout and SyncLogs: what was done, written once under the id its client made, online or later."""

import asyncio
import json
from collections import defaultdict
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from shared.again import over_others
from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.log import Log
from shared.domain.words import Shape
from shared.errors import FieldError, InvalidFields, LogConflict, NotFound, UnknownPlan, VigorError
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call, ListQuery
from shared.problems import Problem, invalid_fields, problem_of

bp = blueprint()
AHEAD = timedelta(days=1)
SYNC_LIMIT = 1024 * 1024
SYNC_AT_ONCE = 8


class LogList(Shape):
    """A page of workouts, newest first."""

    items: list[Log]
    next_cursor: str | None


class Sync(Shape):
    """Workouts made offline; each is judged for itself, also one that is no workout at all."""

    logs: Annotated[list[Any], Field(max_length=100)]


class Verdict(Shape):
    """What became of one workout: `created`, `unchanged` (it was here already), `conflict` (another one has that id;
    nothing was overwritten) or `rejected`, with the problem."""

    id: str | None
    verdict: Literal["created", "unchanged", "conflict", "rejected"]
    etag: str | None = None
    problem: Problem | None = None


class SyncReport(Shape):
    """One verdict for each workout sent, in the order sent."""

    verdicts: list[Verdict]


@endpoint(
    bp,
    "POST",
    "workouts/logs",
    takes=Log,
    gives=Log,
    status=201,
    also={200: "The same workout was here already."},
    raises=[LogConflict, UnknownPlan],
)
async def log_workout(asked: Log, caller: Arriving, app: App) -> Answer[Log]:
    """Keep a workout."""
    _check_time(asked, app)
    member, _ = await asyncio.gather(caller.member(), _check_plan(asked, caller.id, app))
    kept, is_new = await app.logs.keep(member.id, asked)
    return Answer(kept.value, status=201 if is_new else 200, etag=kept.etag, headers=_safety_header(asked))


@endpoint(bp, "GET", "workouts/logs", name="LogWorkoutList", query=ListQuery, gives=LogList)
async def logs(asked: ListQuery, caller: Arriving, app: App) -> LogList:
    """One's workouts."""
    items, cursor = await app.logs.page(caller.id, limit=asked.limit, cursor=asked.cursor)
    return LogList(items=items, next_cursor=cursor)


@endpoint(bp, "GET", "workouts/logs/{id}", name="LogWorkoutOne", gives=Log, raises=[NotFound])
async def log(id: str, caller: Arriving, app: App) -> Answer[Log]:
    """One workout."""
    kept = await app.logs.get(caller.id, id)
    return Answer(kept.value, etag=kept.etag)


@endpoint(
    bp,
    "PUT",
    "workouts/logs/{id}",
    name="LogWorkoutEdit",
    takes=Log,
    gives=Log,
    edits=True,
    raises=[NotFound, UnknownPlan],
)
async def edit_log(asked: Log, id: str, caller: Member, call: Call, app: App) -> Answer[Log]:
    """Write an edited workout over the one with its id."""
    if asked.id != id:
        message = "must be the id of the address"
        raise InvalidFields(f"id: {message}", errors=[FieldError("id", message)])
    _check_time(asked, app)
    await _check_plan(asked, caller.id, app)
    kept = await over_others(lambda: app.logs.replace(caller.id, asked, etag=call.if_match), if_match=call.if_match)
    return Answer(kept.value, etag=kept.etag)


@endpoint(bp, "DELETE", "workouts/logs/{id}", name="LogWorkoutDelete", status=204, edits=True, raises=[NotFound])
async def delete_log(id: str, caller: Member, call: Call, app: App) -> None:
    """Remove a workout."""
    await app.logs.delete(caller.id, id, etag=call.if_match)


@endpoint(bp, "POST", "workouts/sync", takes=Sync, gives=SyncReport, body_limit=SYNC_LIMIT)
async def sync_logs(asked: Sync, caller: Member, call: Call, app: App) -> SyncReport:
    """Keep workouts made offline; what is wrong with one holds no other back."""
    seats = asyncio.Semaphore(SYNC_AT_ONCE)
    turns: defaultdict[str | None, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def judged(raw: Any) -> Verdict:
        async with turns[_id_of(raw)], seats:  # of several under one id, the first one sent is the first one kept
            return await _judged(raw, caller.id, call.correlation_id, app)

    return SyncReport(verdicts=list(await asyncio.gather(*(judged(raw) for raw in asked.logs))))


async def _judged(raw: Any, user_id: str, correlation_id: str, app: App) -> Verdict:
    given_id = _id_of(raw)
    try:
        try:
            log = Log.model_validate_json(json.dumps(raw), strict=True)
        except ValidationError as rejected:
            raise invalid_fields(rejected) from rejected
        _check_time(log, app)
        await _check_plan(log, user_id, app)
        kept, is_new = await app.logs.keep(user_id, log)
    except VigorError as refused:
        problem = Problem.model_validate(problem_of(refused, correlation_id=correlation_id))
        verdict: Literal["conflict", "rejected"] = "conflict" if isinstance(refused, LogConflict) else "rejected"
        return Verdict(id=given_id, verdict=verdict, problem=problem)
    return Verdict(id=log.id, verdict="created" if is_new else "unchanged", etag=f'"{kept.etag}"')


def _id_of(raw: Any) -> str | None:
    """The id that a client gave what may be a workout, if it gave one."""
    given = raw.get("id") if isinstance(raw, dict) else None
    return given if isinstance(given, str) else None


def _check_time(log: Log, app: App) -> None:
    if log.started_at > app.clock() + AHEAD:
        message = "is more than a day ahead; check the date"
        raise InvalidFields(f"started_at: {message}", errors=[FieldError("started_at", message)])


async def _check_plan(log: Log, user_id: str, app: App) -> None:
    if log.plan_id is not None and not await app.plans.exists(user_id, log.plan_id):
        raise UnknownPlan(
            "plan_id: is not one of your plans", errors=[FieldError("plan_id", "is not one of your plans")]
        )


def _safety_header(log: Log) -> dict[str, str]:
    """Whether the notes hold a stop-word, as a header: the workout is kept all the same, and the client shows why to
    stop."""
    from shared.domain.safety.screen import screen  # noqa: PLC0415 - not at the cold start

    texts = [log.notes, *(entry.notes for entry in log.entries)]
    hits = [hit for text in texts if text and (hit := screen(text)) is not None]
    return {"X-Vigor-Safety": hits[0].rule} if hits else {}
