"""What a person trains by and has done: profile, plans, and kinds of entries kept newest first."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Generic

from shared.domain.plan import DraftPlan, Plan
from shared.domain.profile import Profile
from shared.domain.words import Shape
from shared.errors import NotFound
from shared.storage.repositories.documents import (
    Kept,
    ShapeT,
    body_of,
    kept,
    newest_first_id,
    user_partition,
)
from shared.storage.store import (
    BatchConflict,
    Body,
    Delete,
    Document,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StaleDocument,
    Upsert,
)

PROFILE, PLAN, ACTIVE_PLAN = "profile", "plan:", "active-plan"


class ActivePlan(Shape):
    """Which plan is trained by."""

    plan_id: str


class ProfilesRepository:
    """Profiles; every account has one from the start."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def get(self, user_id: str) -> Kept[Profile]:
        document = await self._store.find(user_partition(user_id), PROFILE)
        return Kept(Profile(), "") if document is None else kept(Profile, document)

    @staticmethod
    def keeping(profile: Profile, *, etag: str) -> Op:
        """The operation that writes the profile back over the version that `etag` names, for a batch."""
        return Replace(PROFILE, body_of(profile, over=etag), etag) if etag else Insert(PROFILE, body_of(profile))

    async def replace(self, user_id: str, profile: Profile, *, etag: str) -> Kept[Profile]:
        """Write the profile back; raises `StaleDocument`."""
        if not etag:
            return kept(Profile, await self._store.insert(user_partition(user_id), PROFILE, body_of(profile)))
        body = body_of(profile, over=etag)
        document = await self._store.replace(user_partition(user_id), PROFILE, body, etag=etag)
        return kept(Profile, document)


class PlansRepository:
    """Plans, newest first, one of them active."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    @staticmethod
    def new(draft: DraftPlan, *, now: datetime) -> Plan:
        """The draft as a plan of its own, active from the start."""
        return Plan(**draft.model_dump(), id=newest_first_id(now), created_at=now, active=True)

    @staticmethod
    def keeping(plan: Plan) -> list[Op]:
        """The operations that keep a new plan and make it the active one, for a batch."""
        return [Insert(PLAN + plan.id, _body(plan)), Upsert(ACTIVE_PLAN, body_of(ActivePlan(plan_id=plan.id)))]

    async def find(self, user_id: str, plan_id: str) -> Kept[Plan] | None:
        document, active = await asyncio.gather(
            self._store.find(user_partition(user_id), PLAN + plan_id), self.active_id(user_id)
        )
        return None if document is None else _plan(document, active)

    async def get(self, user_id: str, plan_id: str) -> Kept[Plan]:
        """The plan; raises `NotFound`."""
        found = await self.find(user_id, plan_id)
        if found is None:
            raise NotFound("There is no such plan.")
        return found

    async def exists(self, user_id: str, plan_id: str) -> bool:
        return await self._store.find(user_partition(user_id), PLAN + plan_id) is not None

    async def active_id(self, user_id: str) -> str | None:
        document = await self._store.find(user_partition(user_id), ACTIVE_PLAN)
        return None if document is None else kept(ActivePlan, document).value.plan_id

    async def active(self, user_id: str) -> Kept[Plan] | None:
        """The plan that is trained by, or None."""
        plan_id = await self.active_id(user_id)
        if plan_id is None:
            return None
        document = await self._store.find(user_partition(user_id), PLAN + plan_id)
        return None if document is None else _plan(document, plan_id)

    async def page(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[Plan], str | None]:
        page, active = await asyncio.gather(
            self._store.page(user_partition(user_id), prefix=PLAN, limit=limit, cursor=cursor), self.active_id(user_id)
        )
        return [_plan(document, active).value for document in page.documents], page.cursor

    async def activate(self, user_id: str, plan_id: str) -> Kept[Plan]:
        """Train by this plan from now on; raises `NotFound`."""
        plan = await self.get(user_id, plan_id)
        await self._store.upsert(user_partition(user_id), ACTIVE_PLAN, body_of(ActivePlan(plan_id=plan_id)))
        return Kept(plan.value.model_copy(update={"active": True}), plan.etag)

    async def replace(self, user_id: str, plan: Plan, *, etag: str, with_: Sequence[Op] = ()) -> Kept[Plan]:
        """Write a changed plan back, together with other documents of the person in one step; raises `StaleDocument`."""
        ops = [Replace(PLAN + plan.id, _body(plan, over=etag), etag), *with_]
        try:
            document, *_ = await self._store.batch(user_partition(user_id), ops)
        except BatchConflict as clash:
            raise StaleDocument("The plan changed since it was read.") from clash
        assert document is not None  # noqa: S101 - what was written over is there
        return Kept(plan, document.etag)

    async def delete(self, user_id: str, plan_id: str, *, etag: str | None) -> None:
        """Remove the plan; raises `NotFound` and `StaleDocument`."""
        plan = await self.get(user_id, plan_id)
        ops: list[Op] = [Delete(PLAN + plan_id, etag or plan.etag)]
        if plan.value.active:
            ops.append(Delete(ACTIVE_PLAN))
        try:
            await self._store.batch(user_partition(user_id), ops)
        except BatchConflict as clash:
            raise StaleDocument("The plan changed since it was read.") from clash


class Entries(Generic[ShapeT]):
    """Entries of one kind, newest first; each carries its `id`, made by `newest_first_id`."""

    def __init__(self, store: DocumentStore, shape: type[ShapeT], *, prefix: str) -> None:
        self._store, self._shape, self._prefix = store, shape, prefix

    def keeping(self, entry_id: str, entry: ShapeT) -> Insert:
        """The operation that keeps an entry, for a batch."""
        return Insert(self._prefix + entry_id, body_of(entry))

    async def insert(self, user_id: str, entry_id: str, entry: ShapeT, *, with_: Sequence[Op] = ()) -> None:
        """Keep an entry, together with other documents of the person in one step."""
        await self._store.batch(user_partition(user_id), [self.keeping(entry_id, entry), *with_])

    async def upsert(self, user_id: str, entry_id: str, entry: ShapeT) -> None:
        await self._store.upsert(user_partition(user_id), self._prefix + entry_id, body_of(entry))

    async def find(self, user_id: str, entry_id: str) -> Kept[ShapeT] | None:
        document = await self._store.find(user_partition(user_id), self._prefix + entry_id)
        return None if document is None else kept(self._shape, document)

    async def page(self, user_id: str, *, limit: int, cursor: str | None = None) -> tuple[list[ShapeT], str | None]:
        page = await self._store.page(user_partition(user_id), prefix=self._prefix, limit=limit, cursor=cursor)
        return [kept(self._shape, document).value for document in page.documents], page.cursor

    async def delete(self, user_id: str, entry_id: str) -> None:
        """Remove the entry; raises `NotFound`."""
        if await self.find(user_id, entry_id) is None:
            raise NotFound("There is nothing under that id.")
        await self._store.delete(user_partition(user_id), self._prefix + entry_id)

    async def delete_all(self, user_id: str) -> None:
        """Remove every entry of this kind."""
        while documents := (await self._store.page(user_partition(user_id), prefix=self._prefix, limit=100)).documents:
            for document in documents:
                await self._store.delete(user_partition(user_id), document.id)


def _plan(document: Document, active_id: str | None) -> Kept[Plan]:
    plan = kept(Plan, document)
    return Kept(plan.value.model_copy(update={"active": plan.value.id == active_id}), plan.etag)


def _body(plan: Plan, *, over: str = "") -> Body:
    return body_of(plan.model_copy(update={"active": False}), over=over)
