"""ImportHistory: files of Strong, Hevy, FitNotes, JEFIT and Vigor, read whole, reported by line, undone on request."""

import asyncio
from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.imports import ImportReport, ImportState
from shared.domain.words import Shape, Units
from shared.errors import (
    KeyReused,
    KindUnknown,
    NotFound,
    RequestInFlight,
    UnitNeeded,
    UnknownTimeZone,
    UnreadableFile,
)
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call, ListQuery, Query

bp = blueprint()
IMPORT_LIMIT = 20 * 1024 * 1024


class ImportQuery(Query):
    """What the file does not say itself: the unit of its weights, and the time zone of its times (the profile's by
    default). With `preview` nothing is kept: the answer is the report that an import would give."""

    unit: Units | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = None
    preview: bool = False


class ImportList(Shape):
    """Imports, the newest first, also those that are still being kept."""

    items: list[ImportState]
    next_cursor: str | None


@endpoint(
    bp,
    "POST",
    "workouts/imports",
    takes=bytes,
    media_types=["text/csv", "application/json"],
    query=ImportQuery,
    body_limit=IMPORT_LIMIT,
    gives=ImportReport,
    status=201,
    also={200: "What an import would bring; nothing was kept."},
    keyed=True,
    raises=[UnitNeeded, KindUnknown, UnreadableFile, UnknownTimeZone, KeyReused, RequestInFlight],
)
async def import_history(file: bytes, asked: ImportQuery, caller: Member, call: Call, app: App) -> Answer[ImportReport]:
    """Read a history file; the same file again adds nothing. 200 where it was only previewed."""
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - not at the cold start
    from shared.domain.history.reader import read_history  # noqa: PLC0415 - not at the cold start
    from shared.importing import keep_import, preview_import  # noqa: PLC0415 - not at the cold start

    profile = await app.profiles.get(caller.id)
    imported = await asyncio.to_thread(
        read_history,
        file,
        content_type=call.headers.get("content-type"),
        unit=asked.unit,
        timezone=asked.timezone or profile.value.timezone,
        catalogue=catalogue(),
    )
    if asked.preview:
        return Answer(await preview_import(app, caller.id, imported), status=200)
    return Answer(await keep_import(app, caller.id, imported))


@endpoint(bp, "GET", "workouts/imports", name="ImportHistoryList", query=ListQuery, gives=ImportList)
async def imports(asked: ListQuery, caller: Arriving, app: App) -> ImportList:
    """What was imported, and how far an import under way has come."""
    records, cursor = await app.imports.page(caller.id, limit=asked.limit, cursor=asked.cursor)
    return ImportList(items=[record.state for record in records], next_cursor=cursor)


@endpoint(bp, "GET", "workouts/imports/{id}", name="ImportHistoryOne", gives=ImportReport, raises=[NotFound])
async def import_report(id: str, caller: Arriving, app: App) -> ImportReport:
    """What an import brought."""
    kept = await app.imports.find(caller.id, id)
    if kept is None:
        raise NotFound("There is no such import.")
    return kept.value.report


@endpoint(bp, "DELETE", "workouts/imports/{id}", name="ImportHistoryUndo", status=204, raises=[NotFound])
async def undo(id: str, caller: Member, app: App) -> None:
    """Remove everything that an import added."""
    from shared.importing import undo_import  # noqa: PLC0415 - not at the cold start

    await undo_import(app, caller.id, id)
