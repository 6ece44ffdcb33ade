"""Leaving: everything kept about a person goes, and a pseudonym in the audit trail is all that stays."""

from shared.accounts.admins import Admins
from shared.accounts.sessions import Sessions
from shared.accounts.throttle import Throttle
from shared.auth.account import Account
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.audit import AuditTrail
from shared.storage.repositories.documents import user_partition
from shared.storage.store import BatchConflict, Delete, DocumentMissing, DocumentStore

A_STEP = 100


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
    ) -> None:
        self._store, self._accounts, self._sessions = store, accounts, sessions
        self._admins, self._audit, self._throttle = admins, audit, throttle

    async def erase(self, account: Account, *, by: str, correlation_id: str) -> None:
        """Erase the account and all its documents; raises `LastAdmin`.

        The trail hears of it first, so that nobody is disabled or erased without an entry. Then the account is disabled,
        so that no request of theirs writes anything behind the erasure; it goes last, so that an erasure that was cut
        off can be asked for again.
        """
        target = self._audit.pseudonym(account.id)
        async with self._audit.change("account.erase", actor_id=by, target=target, correlation_id=correlation_id):
            if account.role == "admin":
                await self._admins.remove(account.id)
            await self._sessions.change_account(account.id, lambda one: one.model_copy(update={"disabled": True}))
            await self._throttle.forget(account.id)
            await self._accounts.forget(account)
            await self._empty(user_partition(account.id))

    async def _empty(self, partition: str) -> None:
        while documents := (await self._store.page(partition, limit=A_STEP)).documents:
            try:
                await self._store.batch(partition, [Delete(document.id) for document in documents])
            except BatchConflict as clash:
                if not isinstance(clash.cause, DocumentMissing):
                    raise  # a document that somebody else removed meanwhile is what was wanted
