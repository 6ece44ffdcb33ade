"""Plans: what was written, which one is trained by, and safe swaps within it."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shared.again import over_others
from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.plan import Plan
from shared.domain.profile import MOST_EXCLUDED, Profile
from shared.domain.words import Shape
from shared.errors import FieldError, InvalidFields, NotFound, StaleVersion
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call, ListQuery

if TYPE_CHECKING:
    from shared.storage.repositories.documents import Kept

bp = blueprint()


class PlanList(Shape):
    """A page of plans, newest first."""

    items: list[Plan]
    next_cursor: str | None


class Swap(Shape):
    """Which exercise of which day is not to be done any more, and why, if the person likes to say.

    `to` names what comes in its place, as to take a swap back: then nothing more is excluded, and `to` no longer is.
    """

    day: Annotated[int, Field(ge=1, le=7)]
    exercise_id: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Annotated[str, Field(max_length=500)] | None = None
    to: Annotated[str, Field(min_length=1, max_length=80)] | None = None


@endpoint(bp, "GET", "plans", query=ListQuery, gives=PlanList)
async def plans(asked: ListQuery, caller: Arriving, app: App) -> PlanList:
    """One's plans."""
    items, cursor = await app.plans.page(caller.id, limit=asked.limit, cursor=asked.cursor)
    return PlanList(items=items, next_cursor=cursor)


@endpoint(bp, "GET", "plans/{id}", name="PlansOne", gives=Plan, raises=[NotFound])
async def plan(id: str, caller: Arriving, app: App) -> Answer[Plan]:
    """One plan."""
    kept = await app.plans.get(caller.id, id)
    return Answer(kept.value, etag=kept.etag)


@endpoint(bp, "DELETE", "plans/{id}", name="PlansDelete", status=204, edits=True, raises=[NotFound])
async def delete_plan(id: str, caller: Member, call: Call, app: App) -> None:
    """Remove a plan; what was logged by it stays."""
    await app.plans.delete(caller.id, id, etag=call.if_match)


@endpoint(bp, "POST", "plans/{id}/activate", name="PlansActivate", gives=Plan, raises=[NotFound])
async def activate(id: str, caller: Member, app: App) -> Answer[Plan]:
    """Train by this plan from now on."""
    kept = await app.plans.activate(caller.id, id)
    return Answer(kept.value, etag=kept.etag)


@endpoint(bp, "POST", "plans/{id}/swap", name="PlansSwap", takes=Swap, gives=Plan, edits=True, raises=[NotFound])
async def swap(asked: Swap, id: str, caller: Member, call: Call, app: App) -> Answer[Plan]:
    """Put a safe substitute in an exercise's place, and remember not to plan that exercise again; or take that back."""
    written = await over_others(lambda: _swapped(asked, id, caller, call, app), if_match=call.if_match)
    return Answer(written.value, etag=written.etag)


async def _swapped(asked: Swap, id: str, caller: Member, call: Call, app: App) -> "Kept[Plan]":
    """The plan as it is kept after the swap; raises `StaleDocument` where it or the profile changed in between."""
    from shared.domain.swapping import NoSubstitute, NotInPlan, swapped  # noqa: PLC0415 - not at the cold start

    kept = await app.plans.get(caller.id, id)
    if call.if_match is not None and call.if_match != kept.etag:
        raise StaleVersion("The plan has changed since you read it; read it again and repeat your change.")
    profile = await app.profiles.get(caller.id)
    wanted = _excluding(asked, profile.value)
    try:
        changed = swapped(
            kept.value,
            day=asked.day,
            exercise_id=asked.exercise_id,
            reason=asked.reason,
            profile=wanted if asked.to else profile.value,
            year=app.clock().year,
            to=asked.to,
        )
    except NotInPlan as absent:
        raise _field("exercise_id", "is not an exercise of that day") from absent
    except NoSubstitute as none_left:
        raise _field("to" if asked.to else "exercise_id", str(none_left)) from none_left
    remembering = [] if wanted == profile.value else [app.profiles.keeping(wanted, etag=profile.etag)]
    return await app.plans.replace(caller.id, changed, etag=kept.etag, with_=remembering)


def _excluding(asked: Swap, profile: Profile) -> Profile:
    """The profile with one exercise more that is not to be planned again, or without the one that is wished for."""
    excluded = [one for one in profile.excluded_exercises if one != asked.to]
    if asked.to is None and asked.exercise_id not in excluded:
        excluded.append(asked.exercise_id)
    if len(excluded) > MOST_EXCLUDED:
        raise _field(
            "exercise_id", f"your profile excludes {MOST_EXCLUDED} exercises already; allow one of them again first"
        )
    return profile.model_copy(update={"excluded_exercises": excluded})


def _field(path: str, message: str) -> InvalidFields:
    return InvalidFields(f"{path}: {message}", errors=[FieldError(path, message)])
