"""Accounts and the directory that keeps e-mail addresses and usernames unique and findable by prefix."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from shared.auth.account import Account
from shared.errors import RegistrationConflict
from shared.storage.repositories.documents import Kept, body_of, kept, newest_first, user_partition
from shared.storage.store import (
    Document,
    DocumentExists,
    DocumentStore,
    InvalidCursor,
    Op,
    Replace,
    StaleDocument,
    Upsert,
)

ACCOUNT = "account"
EMAILS = "directory:email"
IDENTITIES = "directory:identity"
USERNAMES = "directory:username"
JOINED = "directory:joined"
_LEAST = "-"
"""Sorts before every other character of a name, so `name + _LEAST` is the first name after `name`."""

ORPHANED_AFTER = timedelta(minutes=10)
"""A claim whose account was never made is free again after so long."""


class AccountsRepository:
    """Accounts by id, e-mail or username."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def find(self, user_id: str) -> Kept[Account] | None:
        """The account, or None where there is none."""
        document = await self._store.find(user_partition(user_id), ACCOUNT)
        return None if document is None else kept(Account, document)

    async def find_by_email(self, email_key: str) -> Kept[Account] | None:
        return await self._behind(await self._store.find(EMAILS, email_key))

    async def find_by_identity(self, identity_key: str) -> Kept[Account] | None:
        return await self._behind(await self._store.find(IDENTITIES, identity_key))

    async def find_by_username(self, username: str) -> Kept[Account] | None:
        return await self._behind(await self._store.find(USERNAMES, username))

    async def create(self, account: Account, *, with_: Sequence[Op], now: datetime) -> None:
        """Keep a new account together with its first documents.

        Raises `RegistrationConflict` when the e-mail, the identity or the username is taken; of many at once, one gets
        through.
        """
        await self._claim_names(account, now=now)
        await self.make(account, with_=with_)

    @asynccontextmanager
    async def claimed(self, account: Account, *, now: datetime) -> AsyncIterator[None]:
        """Hold the names of an account that is about to be made; whoever fails meanwhile lets go of them.

        Raises `RegistrationConflict` as `create` does, so that of many at once one gets to the work that costs.
        """
        held = await self._claim_names(account, now=now)
        try:
            yield
        except BaseException:
            for one in held:
                await self._store.delete(one.partition, one.id, etag=one.etag)
            raise

    async def make(self, account: Account, *, with_: Sequence[Op]) -> None:
        """Keep a new account whose names are its own already, together with its first documents."""
        await self._store.upsert(JOINED, f"{newest_first(account.created_at)}-{account.id}", {"user_id": account.id})
        await self._store.batch(user_partition(account.id), [Upsert(ACCOUNT, body_of(account)), *with_])

    async def save(self, account: Account, *, etag: str, with_: Sequence[Op] = ()) -> Kept[Account]:
        """Write the account back, with other documents of the person in one step; raises `StaleDocument`."""
        written = await self._store.batch(
            user_partition(account.id), [Replace(ACCOUNT, body_of(account, over=etag), etag), *with_]
        )
        assert written[0] is not None  # noqa: S101 - a Replace answers its document
        return Kept(account, written[0].etag)

    async def forget(self, account: Account) -> None:
        """Take the account out of the directory, so that its names are free again."""
        await self._store.delete(*_unique(account))
        await self._store.delete(USERNAMES, account.username)
        await self._store.delete(JOINED, f"{newest_first(account.created_at)}-{account.id}")

    async def is_empty(self) -> bool:
        """Whether nobody has an account yet."""
        return not (await self._store.page(EMAILS, limit=1)).documents

    async def newest(self, *, limit: int, cursor: str | None) -> tuple[list[Kept[Account]], str | None]:
        """Accounts, newest first."""
        page = await self._store.page(JOINED, limit=limit, cursor=cursor)
        return await self._all_behind(page.documents), page.cursor

    async def search(self, prefix: str, *, limit: int, cursor: str | None) -> tuple[list[Kept[Account]], str | None]:
        """Accounts whose e-mail or username begins with `prefix`, in alphabetical order of what matched."""
        start = _read_cursor(cursor) if cursor else ""
        pages = await asyncio.gather(
            *(self._store.page(where, prefix=prefix, start=start, limit=limit + 1) for where in (EMAILS, USERNAMES))
        )
        emails, usernames = (page.documents for page in pages)
        # whoever is found by name is not listed a second time by address
        by_address = [one for one in emails if not str(one.body["username"]).startswith(prefix)]
        # beyond the end of a page that goes on, the other list's entries have to wait for it
        horizon = min((one.documents[-1].id for one in pages if one.cursor), default=None)
        found = [
            one
            for one in sorted([*by_address, *usernames], key=lambda one: one.id)
            if horizon is None or one.id <= horizon
        ]
        further = found[limit].id if len(found) > limit else horizon and horizon + _LEAST
        return await self._all_behind(found[:limit]), (_write_cursor(further) if further else None)

    async def _claim_names(self, account: Account, *, now: datetime) -> list[Document]:
        """Both claims, or none and `RegistrationConflict`."""
        claim = {"user_id": account.id, "username": account.username, "at": now.isoformat()}
        where, key = _unique(account)
        first = await self._claim(where, key, claim, now=now)
        try:
            return [first, await self._claim(USERNAMES, account.username, claim, now=now)]
        except RegistrationConflict:
            await self._store.delete(where, key, etag=first.etag)
            raise

    async def _claim(self, where: str, name: str, claim: dict[str, str], *, now: datetime) -> Document:
        try:
            return await self._store.insert(where, name, {**claim})
        except DocumentExists:
            return await self._reclaim(where, name, claim, now=now)

    async def _reclaim(self, where: str, name: str, claim: dict[str, str], *, now: datetime) -> Document:
        """Take over a claim whose account was never made, or raise `RegistrationConflict`."""
        taken = RegistrationConflict("An account with that e-mail or username cannot be created.")
        there = await self._store.find(where, name)
        if there is None:
            raise taken
        fresh = now - datetime.fromisoformat(str(there.body["at"])) < ORPHANED_AFTER
        if fresh or await self.find(str(there.body["user_id"])) is not None:
            raise taken
        try:
            return await self._store.replace(where, name, {**claim}, etag=there.etag)
        except StaleDocument as overtaken:
            raise taken from overtaken

    async def _behind(self, entry: Document | None) -> Kept[Account] | None:
        return None if entry is None else await self.find(str(entry.body["user_id"]))

    async def _all_behind(self, entries: Sequence[Document]) -> list[Kept[Account]]:
        found = await asyncio.gather(*(self._behind(entry) for entry in entries))
        return [one for one in found if one is not None]


def _unique(account: Account) -> tuple[str, str]:
    """Where in the directory an account is unique besides its username, and as what."""
    return (IDENTITIES, account.identity_key) if account.identity_key else (EMAILS, account.email_key)


def _write_cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError) as foreign:
        raise InvalidCursor("The cursor is not one of this search.") from foreign
