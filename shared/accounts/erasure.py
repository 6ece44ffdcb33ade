"""Leaving: everything kept about a person goes, and a pseudonym in the audit trail is all that stays."""

import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shared.accounts.admins import Admins
from shared.accounts.sessions import Sessions
from shared.accounts.throttle import Throttle
from shared.auth.account import Account
from shared.storage.repositories.accounts import ACCOUNT, AccountsRepository
from shared.storage.repositories.audit import AuditTrail
from shared.storage.repositories.documents import user_partition
from shared.storage.store import BatchConflict, Delete, DocumentMissing, DocumentStore, StoreUnavailable

A_STEP = 100
ERASE = "account.erase"
_security = logging.getLogger("vigor.security")


class Erasure:
    """Erases people."""

    def __init__(
        self,
        store: DocumentStore,
        accounts: AccountsRepository,
        sessions: Sessions,
        *,
        admins: Admins,
        audit: AuditTrail,
        throttle: Throttle,
        unmark: Callable[[Account], Awaitable[None]],
    ) -> None:
        """`unmark` takes an account off the lists that others keep outside its partition."""
        self._store, self._accounts, self._sessions = store, accounts, sessions
        self._admins, self._audit, self._throttle, self._unmark = admins, audit, throttle, unmark

    async def erase(self, account: Account, *, by: str, correlation_id: str, if_match: str | None = None) -> None:
        """Erase the account and all its documents; raises `LastAdmin`.

        With `if_match`, only that version of the account; `StaleDocument` where there is another.

        The trail hears of it first, so that nobody is disabled or erased without an entry. Then the account is disabled,
        so that nobody is let in behind the erasure. It goes last, and its names just before it, so that an erasure that
        was cut off is still found and can be asked for again. What a request that was under way wrote meanwhile goes
        with a second look; the sweep has the third.
        """
        target = self._audit.pseudonym(account.id)
        async with self._audit.change(ERASE, actor_id=by, target=target, correlation_id=correlation_id):
            async with self._admins.stepping_down(account.id):
                await self._sessions.change_account(
                    account.id, lambda one: one.model_copy(update={"disabled": True}), if_match=if_match
                )
            await self._empty(user_partition(account.id), but=ACCOUNT)
            await self._unmark(account)
            await self._throttle.forget(account.id)
            await self._accounts.forget(account)
            await self._empty(user_partition(account.id))
        with suppress(StoreUnavailable):  # the person is erased; the bytes under the rows wait for the night
            await self._store.scrub()
        # for an erasure that has to be done again because the store was put back to an earlier day
        _security.info(json.dumps({"event": ERASE, "target": target}))

    async def _empty(self, partition: str, *, but: str | None = None) -> None:
        while True:
            documents = (await self._store.page(partition, limit=A_STEP)).documents
            going = [Delete(document.id) for document in documents if document.id != but]
            if not going:
                return
            try:
                await self._store.batch(partition, going)
            except BatchConflict as clash:
                if not isinstance(clash.cause, DocumentMissing):
                    raise  # a document that somebody else removed meanwhile is what was wanted
