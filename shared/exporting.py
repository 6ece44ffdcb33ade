"""Everything kept about a person as one document: their own to take along, and enough to restore an empty account."""

from typing import Any

from shared.app import App
from shared.auth.account import Account
from shared.coach.motivations import ID as MOTIVATION
from shared.coach.motivations import SaidToday
from shared.domain.history import vigor
from shared.domain.history.csv_out import write_csv
from shared.domain.imports import ImportRecord
from shared.domain.log import Log
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.domain.plan import Plan
from shared.domain.words import Shape
from shared.metering.meter import ROWS
from shared.metering.usage import UsageRow
from shared.storage.repositories.documents import kept, user_partition
from shared.storage.repositories.logs import DONE
from shared.storage.repositories.sessions import PREFIX as SESSIONS
from shared.storage.repositories.sessions import StoredSession
from shared.storage.repositories.training import PLAN
from shared.storage.store import Document

_PAGE = 200


async def export_of(app: App, account: Account) -> vigor.ExportDocument:
    """The person's export, read from their partition from end to end."""
    documents = await _all(app, account.id)
    active = await app.plans.active_id(account.id)
    plans = [kept(Plan, one).value for one in documents if one.id.startswith(PLAN)]
    consent = account.consent
    return vigor.export_document(
        vigor.Account(id=account.id, email=account.email, username=account.username, display_name=account.display_name),
        exported_at=app.clock(),
        profile=(await app.profiles.get(account.id)).value,
        plans=[plan.model_copy(update={"active": plan.id == active}) for plan in plans],
        logs=[kept(Log, one).value for one in documents if one.id.startswith(DONE)],
        metrics=[kept(KeptMetric, one).value for one in documents if one.id.startswith("metric:")],
        messages=[kept(CoachMessage, one).value for one in documents if one.id.startswith("message:")],
        consents=[_as(vigor.ConsentGiven, consent)] if consent else [],
        more={
            "account": [account.model_dump(mode="json", include={"role", "tier", "created_at"})],
            "usage": [
                kept(UsageRow, one).value.model_dump(mode="json") for one in documents if one.id.startswith(ROWS)
            ],
            "imports": [
                _json(kept(ImportRecord, one).value.report) for one in documents if one.id.startswith("import:")
            ],
            "motivation": [_json(kept(SaidToday, one).value) for one in documents if one.id == MOTIVATION],
            "sessions": [
                kept(StoredSession, one).value.model_dump(mode="json", include={"id", "created_at", "agent"})
                for one in documents
                if one.id.startswith(SESSIONS)
            ],
        },
    )


async def workouts_as_csv(app: App, user_id: str) -> bytes:
    """The person's workouts, oldest first, a row a set; it opens safely in a spreadsheet and can be imported again."""
    return write_csv(reversed(await app.logs.all(user_id)))


async def _all(app: App, user_id: str) -> list[Document]:
    documents: list[Document] = []
    cursor: str | None = None
    while True:
        page = await app.store.page(user_partition(user_id), limit=_PAGE, cursor=cursor)
        documents += page.documents
        if (cursor := page.cursor) is None:
            return documents


def _as(shape: Any, value: Any) -> Any:
    return shape.model_validate(value.model_dump(exclude_none=True), extra="ignore")


def _json(value: Shape) -> dict[str, Any]:
    return value.model_dump(mode="json")
