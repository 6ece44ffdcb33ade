"""Who administers: one document that lists them, so that the last one can never be lost, not even to two at once."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.domain.words import Shape
from shared.errors import LastAdmin, Unavailable
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

PARTITION, ID = "system", "admins"
_TRIES = 20


class AdminList(Shape):
    """The ids of accounts that may administer: role admin and not disabled."""

    ids: list[str] = []


class Admins:
    """Adds to and takes from the list of administrators."""

    def __init__(self, store: DocumentStore, accounts: AccountsRepository) -> None:
        self._store, self._accounts = store, accounts

    async def add(self, user_id: str) -> None:
        """List an account as administrator; listing twice is no error."""
        for _ in range(_TRIES):
            there = await self._read()
            if user_id in there.value.ids or await self._write([*there.value.ids, user_id], there.etag):
                return
            await _a_moment()
        raise _busy()

    async def any(self, *, but: str = "") -> bool:
        """Whether anybody administers, the account `but` aside."""
        return any(one != but for one in (await self._read()).value.ids)

    async def remove(self, user_id: str) -> None:
        """Take an account off the list; raises `LastAdmin` where nobody else is on it."""
        for _ in range(_TRIES):
            there = await self._read()
            others = [one for one in there.value.ids if one != user_id]
            if user_id not in there.value.ids:
                return
            if not others:
                raise LastAdmin("Make somebody else an administrator first.")
            if await self._write(others, there.etag):
                return
            await _a_moment()
        raise _busy()

    @asynccontextmanager
    async def stepping_down(self, user_id: str) -> AsyncIterator[None]:
        """Around the write that makes an account administer no more; raises `LastAdmin` before it.

        It is off the list before that write: a run that is cut off leaves an administrator who does not count, never
        somebody who counts and is none. Where the account had changed, so that the write was refused, it counts again.
        """
        await self.remove(user_id)
        try:
            yield
        except StaleDocument:
            there = await self._accounts.find(user_id)
            if there is not None and there.value.administers:
                await self.add(user_id)
            raise

    async def _read(self) -> Kept[AdminList]:
        document = await self._store.find(PARTITION, ID)
        return Kept(AdminList(), "") if document is None else kept(AdminList, document)

    async def _write(self, ids: list[str], etag: str) -> bool:
        body = body_of(AdminList(ids=ids), over=etag)
        try:
            if etag:
                await self._store.replace(PARTITION, ID, body, etag=etag)
            else:
                await self._store.insert(PARTITION, ID, body)
        except (StaleDocument, DocumentExists):
            return False
        return True


async def _a_moment() -> None:
    await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret depends on it


def _busy() -> Unavailable:
    return Unavailable("Too many administrators at once; try again in a second.", retry_after_s=1)
