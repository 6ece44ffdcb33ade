"""AdminAudit: who changed what, when, before and after, and whether the trail is whole."""

import asyncio
from datetime import datetime
from typing import Any

from shared.app import App
from shared.auth.callers import Admin
from shared.domain.words import Shape
from shared.http import blueprint, endpoint
from shared.operations import ListQuery

bp = blueprint()


class AuditView(Shape):
    """An entry of the audit trail; people stand under pseudonyms."""

    seq: int
    at: datetime
    actor: str
    action: str
    target: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    correlation_id: str | None


class ChainView(Shape):
    """Whether the trail is whole: how many entries were checked from the newest on, and the first that does not fit.

    A check takes 30 seconds at most. Where that was too short, `checked_to` is the oldest entry it reached, and `whole` is
    false because the older ones are not proven; it is null for a trail that was checked to its beginning.
    """

    whole: bool
    entries: int
    broken_at: int | None
    checked_to: int | None


class AuditQuery(ListQuery):
    """A page of the trail. With the first one the whole chain is checked; `verify` asks for that with any, or for none."""

    verify: bool | None = None


class AuditList(Shape):
    """A page of the trail, newest first; `chain` is there when it was asked for."""

    items: list[AuditView]
    next_cursor: str | None
    chain: ChainView | None = None


@endpoint(bp, "GET", "manage/audit", query=AuditQuery, gives=AuditList)
async def admin_audit(asked: AuditQuery, caller: Admin, app: App) -> AuditList:
    """Who changed what, when, before and after."""
    page = app.audit.page(limit=asked.limit, cursor=asked.cursor)
    if asked.cursor is None if asked.verify is None else asked.verify:
        (entries, cursor), chain = await asyncio.gather(page, _checked(app))
    else:
        (entries, cursor), chain = await page, None
    items = [AuditView(**one.model_dump(exclude={"previous", "seal"})) for one in entries]
    return AuditList(items=items, next_cursor=cursor, chain=chain)


async def _checked(app: App) -> ChainView:
    found = await app.audit.check()
    return ChainView(
        whole=found.broken_at is None and found.checked_to is None,
        entries=found.entries,
        broken_at=found.broken_at,
        checked_to=found.checked_to,
    )
