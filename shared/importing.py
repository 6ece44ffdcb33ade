"""Keeping what a history file held, and taking it out again: the account is afterwards as it was before.

The record of an import is written before anything it adds. A worker that dies halfway so leaves a record that names
all it may have added; the same file again takes that record over and completes it, and undoing removes all of it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.app import App
from shared.domain.history.report import Imported, condensed
from shared.domain.imports import ImportRecord, ImportReport, LineNote
from shared.domain.log import Log
from shared.domain.metrics import KeptMetric
from shared.domain.profile import Profile
from shared.errors import NotFound
from shared.storage.repositories.documents import body_of, newest_first, newest_first_id, user_partition
from shared.storage.repositories.logs import POINTER
from shared.storage.repositories.training import ACTIVE_PLAN, PLAN, PROFILE
from shared.storage.store import DocumentExists, Insert

CUSTOM_EXERCISES_KEPT = 500
PROGRESS_EVERY = 400
"""Workouts between two notes of how far an import has come."""
_RECENT_IMPORTS = 20
_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class _Present:
    """What was there before an import wrote anything."""

    log_ids: frozenset[str]
    document_ids: frozenset[str]
    unfinished: ImportRecord | None


async def keep_import(app: App, user_id: str, imported: Imported) -> ImportReport:
    """Keep the workouts that are new, and whatever else a Vigor export brings; answers the report."""
    documents = _documents(app, imported)
    there = await _present(app, user_id, imported, documents)
    record = await _planned(app, user_id, imported, documents, there)
    record = await app.imports.begin(user_id, record)
    for at in range(0, len(imported.logs), PROGRESS_EVERY):
        if at:
            await app.imports.upsert(user_id, record.report.id, record.model_copy(update={"workouts_done": at}))
        await app.logs.keep_new(user_id, imported.logs[at : at + PROGRESS_EVERY])
    for insert in documents:
        await _insert(app, user_id, insert)
    await _restore_settings(app, user_id, imported)
    await app.imports.upsert(user_id, record.report.id, record.model_copy(update={"finished": True}))
    return record.report


async def preview_import(app: App, user_id: str, imported: Imported) -> ImportReport:
    """The report that `keep_import` would answer now; nothing is written, so its id leads nowhere."""
    documents = _documents(app, imported)
    there = await _present(app, user_id, imported, documents)
    return (await _planned(app, user_id, imported, documents, there)).report


async def undo_import(app: App, user_id: str, import_id: str) -> None:
    """Take out everything an import added, and the import itself; raises `NotFound`."""
    kept = await app.imports.find(user_id, import_id)
    if kept is None:
        raise NotFound("There is no such import.")
    record = await app.imports.whole(user_id, kept.value)
    await app.logs.delete_those(user_id, record.log_ids)
    active = await app.plans.active_id(user_id)
    if active is not None and PLAN + active in record.document_ids:
        await app.store.delete(user_partition(user_id), ACTIVE_PLAN)
    for document_id in record.document_ids:
        await app.store.delete(user_partition(user_id), document_id)
    if record.profile_before is not None:
        profile = await app.profiles.get(user_id)
        await app.profiles.replace(user_id, record.profile_before, etag=profile.etag)
    await app.imports.forget(user_id, record)


def _documents(app: App, imported: Imported) -> list[Insert]:
    """What a Vigor export brings beside logs and the profile, under ids that are the same for the same export."""
    document = imported.document
    if document is None:
        return []
    inserts = [Insert(PLAN + plan.id, body_of(plan.model_copy(update={"active": False}))) for plan in document.plans]
    for at, metric in enumerate(document.metrics):
        metric_id = metric.id or f"{newest_first(document.exported_at)}-{at:016x}"
        fields = metric.model_dump(exclude={"id"}, exclude_none=True)
        inserts.append(app.metrics.keeping(metric_id, KeptMetric(id=metric_id, **fields)))
    return inserts + [Insert(f"message:{one.id}", body_of(one)) for one in document.messages]


async def _present(app: App, user_id: str, imported: Imported, documents: Sequence[Insert]) -> _Present:
    pointers = await _there(app, user_id, [POINTER + log.id for log in imported.logs])
    others = await _there(app, user_id, [one.id for one in documents])
    log_ids = frozenset(pointer.removeprefix(POINTER) for pointer in pointers)
    return _Present(log_ids, frozenset(others), await _unfinished(app, user_id, imported, documents))


async def _there(app: App, user_id: str, ids: Sequence[str]) -> list[str]:
    """Those of the ids under which something is kept."""
    found: list[str] = []
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        documents = await asyncio.gather(*(app.store.find(user_partition(user_id), one) for one in some))
        found += [one for one, document in zip(some, documents, strict=True) if document is not None]
    return found


async def _unfinished(app: App, user_id: str, imported: Imported, documents: Sequence[Insert]) -> ImportRecord | None:
    """The record of an import cut short that was of this file: it meant to add nothing that is not in the file."""
    logs, others = {log.id for log in imported.logs}, {PROFILE, *(one.id for one in documents)}
    records, _ = await app.imports.page(user_id, limit=_RECENT_IMPORTS)
    for begun in (one for one in records if not one.finished):
        record = await app.imports.whole(user_id, begun)
        if logs.issuperset(record.log_ids) and others.issuperset(record.document_ids):
            return record
    return None


async def _planned(
    app: App, user_id: str, imported: Imported, documents: Sequence[Insert], there: _Present
) -> ImportRecord:
    """The record of what is about to be added, together with what the import that it continues had meant to add."""
    earlier = there.unfinished
    had_logs, had_documents = (earlier.log_ids, earlier.document_ids) if earlier else ([], [])
    own_logs, own_documents = set(had_logs), set(had_documents)
    new = [log for log in imported.logs if log.id in own_logs or log.id not in there.log_ids]
    document_ids = [one.id for one in documents if one.id in own_documents or one.id not in there.document_ids]
    profile_before = earlier.profile_before if earlier else None
    if PROFILE in own_documents:
        document_ids.append(PROFILE)
    elif profile_before is None and imported.document is not None and imported.document.profile is not None:
        before = await app.profiles.get(user_id)
        if before.value == Profile() and before.etag:
            profile_before = before.value
        elif before.value == Profile():
            document_ids.append(PROFILE)
    report = ImportReport(
        id=earlier.report.id if earlier else newest_first_id(app.clock()),
        kind=imported.kind,
        workouts=len(new),
        sets=_sets(new),
        duplicates=len(imported.logs) - len(new),
        custom_exercises=imported.custom_exercises[:CUSTOM_EXERCISES_KEPT],
        warnings=[LineNote(line=one.line, message=one.message) for one in condensed(imported.warnings)],
    )
    return ImportRecord(
        report=report,
        at=app.clock(),
        finished=False,
        log_ids=_going_on(had_logs, [log.id for log in new]),
        document_ids=_going_on(had_documents, document_ids),
        profile_before=profile_before,
    )


async def _restore_settings(app: App, user_id: str, imported: Imported) -> None:
    """Train by the export's active plan where there is none, and by its profile where nobody has filled one in."""
    document = imported.document
    if document is None:
        return
    active = next((plan.id for plan in document.plans if plan.active), None)
    if active is not None and await app.plans.active_id(user_id) is None:
        await app.plans.activate(user_id, active)
    before = await app.profiles.get(user_id)
    if document.profile is not None and before.value == Profile():
        await app.profiles.replace(user_id, document.profile, etag=before.etag)


async def _insert(app: App, user_id: str, insert: Insert) -> None:
    """Add a document, unless it is there."""
    try:
        await app.store.insert(user_partition(user_id), insert.id, insert.body)
    except DocumentExists:
        return


def _going_on(had: list[str], ids: list[str]) -> list[str]:
    """The ids, those that an import cut short had already in front and as they were."""
    known = set(had)
    return [*had, *(one for one in ids if one not in known)]


def _sets(logs: Sequence[Log]) -> int:
    return sum(len(entry.sets) for log in logs for entry in log.entries)
