"""Keeping what a history file held, and taking it out again: the account is afterwards as it was before."""

from collections.abc import Sequence

from shared.app import App
from shared.domain.history.report import Imported
from shared.domain.imports import ImportRecord, ImportReport, LineNote
from shared.domain.log import Log
from shared.domain.metrics import KeptMetric
from shared.domain.profile import Profile
from shared.errors import NotFound
from shared.storage.repositories.documents import body_of, newest_first, newest_first_id, user_partition
from shared.storage.repositories.training import PLAN
from shared.storage.store import DocumentExists, Insert

WARNINGS_KEPT = 500


async def keep_import(app: App, user_id: str, imported: Imported) -> ImportReport:
    """Keep the workouts that are new, and whatever else a Vigor export brings; answers the report."""
    import_id = newest_first_id(app.clock())
    added = set(await app.logs.keep_new(user_id, imported.logs))
    new = [log for log in imported.logs if log.id in added]
    document_ids, profile_before = await _restore(app, user_id, imported)
    report = ImportReport(
        id=import_id,
        kind=imported.kind,
        workouts=len(new),
        sets=_sets(new),
        duplicates=len(imported.logs) - len(new),
        custom_exercises=imported.custom_exercises[:WARNINGS_KEPT],
        warnings=[LineNote(line=one.line, message=one.message) for one in imported.warnings[:WARNINGS_KEPT]],
    )
    record = ImportRecord(
        report=report,
        at=app.clock(),
        log_ids=[log.id for log in new],
        document_ids=document_ids,
        profile_before=profile_before,
    )
    await app.imports.insert(user_id, import_id, record)
    return report


async def undo_import(app: App, user_id: str, import_id: str) -> None:
    """Take out everything an import added, and the import itself; raises `NotFound`."""
    kept = await app.imports.find(user_id, import_id)
    if kept is None:
        raise NotFound("There is no such import.")
    await app.logs.delete_those(user_id, kept.value.log_ids)
    for document_id in kept.value.document_ids:
        await app.store.delete(user_partition(user_id), document_id)
    if kept.value.profile_before is not None:
        profile = await app.profiles.get(user_id)
        await app.profiles.replace(user_id, kept.value.profile_before, etag=profile.etag)
    await app.imports.delete(user_id, import_id)


async def _restore(app: App, user_id: str, imported: Imported) -> tuple[list[str], Profile | None]:
    """Bring back the rest of a Vigor export; answers the ids of documents that are new, and the profile that was
    replaced. A profile that somebody has filled in already stays as it is."""
    document = imported.document
    if document is None:
        return [], None
    inserts = [Insert(PLAN + plan.id, body_of(plan.model_copy(update={"active": False}))) for plan in document.plans]
    for at, metric in enumerate(document.metrics):
        metric_id = metric.id or f"{newest_first(document.exported_at)}-{at:016x}"
        fields = metric.model_dump(exclude={"id"}, exclude_none=True)
        inserts.append(app.metrics.keeping(metric_id, KeptMetric(id=metric_id, **fields)))
    inserts += [Insert(f"message:{one.id}", body_of(one)) for one in document.messages if one.id is not None]
    added = [insert.id for insert in inserts if await _insert(app, user_id, insert)]
    active = next((plan.id for plan in document.plans if plan.active), None)
    if active is not None and await app.plans.active_id(user_id) is None:
        await app.plans.activate(user_id, active)
    before = await app.profiles.get(user_id)
    if document.profile is None or before.value != Profile():
        return added, None
    await app.profiles.replace(user_id, document.profile, etag=before.etag)
    return added, before.value


async def _insert(app: App, user_id: str, insert: Insert) -> bool:
    try:
        await app.store.insert(user_partition(user_id), insert.id, insert.body)
    except DocumentExists:
        return False
    return True


def _sets(logs: Sequence[Log]) -> int:
    return sum(len(entry.sets) for log in logs for entry in log.entries)
