"""Profile, MyUsage, ExportMe, DeleteMe: what a person tells about themselves, uses, takes along and takes back."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from shared.again import over_others
from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.history.vigor import ExportDocument
from shared.domain.local_time import zone_named
from shared.domain.profile import Profile, Screening
from shared.domain.words import Shape
from shared.errors import (
    FieldError,
    InvalidFields,
    LastAdmin,
    StaleVersion,
    StepUpRequired,
    TooManyAttempts,
)
from shared.http import blueprint, endpoint
from shared.metering.usage import MyUsage
from shared.operations import Answer, Call, File, Query
from shared.problems import invalid_fields
from shared.profile_patch import ProfilePatch

if TYPE_CHECKING:
    from shared.storage.repositories.documents import Kept

bp = blueprint()


class Farewell(Shape):
    """The password, so that nobody else takes the account away; an account without one needs a recent sign-in."""

    password: Annotated[str, Field(min_length=1, max_length=1024)] | None = None


class ExportQuery(Query):
    """What is taken along: everything as JSON, or the logged sets as a table for a spreadsheet."""

    format: Literal["json", "csv"] = "json"


@endpoint(bp, "GET", "me", gives=Profile)
async def profile(caller: Arriving, app: App) -> Answer[Profile]:
    """The profile that plans are written from."""
    kept = await app.profiles.get(caller.id)
    return Answer(kept.value, etag=kept.etag)


@endpoint(bp, "PATCH", "me", name="ProfileChange", takes=ProfilePatch, gives=Profile, edits=True)
async def change_profile(asked: ProfilePatch, caller: Member, call: Call, app: App) -> Answer[Profile]:
    """Change some fields of the profile; those left out stay, and so do screening answers left out."""

    async def change() -> "Kept[Profile]":
        kept = await app.profiles.get(caller.id)
        if call.if_match is not None and call.if_match != kept.etag:
            raise StaleVersion("The profile has changed since you read it; read it again and repeat your change.")
        return await app.profiles.replace(caller.id, _changed(asked, kept.value), etag=kept.etag)

    written = await over_others(change, if_match=call.if_match)
    return Answer(written.value, etag=written.etag)


@endpoint(bp, "GET", "me/usage", gives=MyUsage)
async def my_usage(caller: Member, app: App) -> MyUsage:
    """What is used of the tier's limits and budget."""
    return await app.meter.usage(caller.id, caller.tier)


@endpoint(bp, "GET", "me/export", name="ExportMe", query=ExportQuery, gives=ExportDocument, files=["text/csv"])
async def export_me(asked: ExportQuery, caller: Member, app: App) -> Answer[ExportDocument] | Answer[File]:
    """Everything kept about oneself, as one document that restores an empty account; or the workouts as CSV."""
    from shared.exporting import export_of, workouts_as_csv  # noqa: PLC0415 - not at the cold start

    if asked.format == "csv":
        headers = {"Content-Disposition": 'attachment; filename="vigor-workouts.csv"'}
        return Answer(File(await workouts_as_csv(app, caller.id), "text/csv"), headers=headers)
    headers = {"Content-Disposition": 'attachment; filename="vigor-export.json"'}
    return Answer(await export_of(app, caller.account), headers=headers)


@endpoint(
    bp, "DELETE", "me", name="DeleteMe", takes=Farewell, status=204, raises=[LastAdmin, StepUpRequired, TooManyAttempts]
)
async def delete_me(asked: Farewell, caller: Member, call: Call, app: App) -> None:
    """Erase the account and everything kept about its owner."""
    if caller.account.password is None:
        if not app.sessions.is_fresh(caller.grant):
            raise StepUpRequired("Sign in again, then erase the account within ten minutes.")
    else:
        await app.people.check(
            caller.account, asked.password or "", field="password", session_id=caller.grant.session_id
        )
    await app.erasure.erase(caller.account, by=caller.id, correlation_id=call.correlation_id)


def _changed(asked: ProfilePatch, before: Profile) -> Profile:
    """The profile with what the patch sets; raises `InvalidFields`."""
    try:
        changed = Profile.model_validate(before.model_dump() | _changes(asked, before))
    except ValidationError as rejected:
        raise invalid_fields(rejected) from rejected
    _check_known(changed)
    return changed


def _changes(asked: Shape, before: Profile) -> dict[str, Any]:
    """What the patch sets. An answer to a screening question that it leaves out stays: nobody's yes gets lost."""
    changes = asked.model_dump(exclude_unset=True)
    if isinstance(screening := getattr(asked, "screening", None), Screening) and "screening" in changes:
        answers = {name: getattr(screening, name) for name in screening.model_fields_set}
        changes["screening"] = before.screening.model_copy(update=answers).model_dump()
    return changes


def _check_known(changed: Profile) -> None:
    """Refuse equipment, exercises and time zones that nobody knows, each by name."""
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - not at the cold start

    known = catalogue()
    wrong = [
        FieldError(f"equipment[{at}]", f"{item!r} is not an item of GET equipment")
        for at, item in enumerate(changed.equipment)
        if item not in known.equipment
    ]
    wrong += [
        FieldError(f"excluded_exercises[{at}]", f"{one!r} is not an exercise of the catalogue")
        for at, one in enumerate(changed.excluded_exercises)
        if one not in known.exercises
    ]
    if zone_named(changed.timezone) is None:
        wrong.append(FieldError("timezone", "is not a time zone like Europe/Berlin"))
    if wrong:
        raise InvalidFields(f"{wrong[0].path}: {wrong[0].message}", errors=wrong)
