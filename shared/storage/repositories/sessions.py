"""Sessions: one document for each device signed in, beside the account they belong to."""

from datetime import datetime
from typing import Literal

from shared.domain.words import Shape
from shared.storage.repositories.documents import Kept, body_of, kept, user_partition
from shared.storage.store import Delete, DocumentStore, Insert, Replace

MOST_SESSIONS = 20
PREFIX = "session:"


class StoredSession(Shape):
    """A session as kept: enough to derive its refresh token with the key ring, and nothing that reveals it.

    `epoch` is the account's when the session began: it is over once the account's `oldest_epoch` is past that.
    """

    version: Literal[1] = 1
    id: str
    salt: str
    turn: int = 0
    epoch: int = 0
    signed_in_at: datetime
    rotated_at: datetime
    created_at: datetime
    agent: str = ""


class SessionsRepository:
    """A person's sessions."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def find(self, user_id: str, session_id: str) -> Kept[StoredSession] | None:
        document = await self._store.find(user_partition(user_id), PREFIX + session_id)
        return None if document is None else kept(StoredSession, document)

    async def insert(self, user_id: str, session: StoredSession) -> None:
        await self._store.insert(user_partition(user_id), PREFIX + session.id, body_of(session))

    async def rotate(self, user_id: str, session: StoredSession, *, etag: str) -> None:
        """Write the next turn; raises `StaleDocument` for all but one of those who try at once."""
        await self._store.replace(user_partition(user_id), PREFIX + session.id, body_of(session, over=etag), etag=etag)

    async def all(self, user_id: str) -> list[StoredSession]:
        """Every session, in no particular order; more than `MOST_SESSIONS` only for a moment."""
        page = await self._store.page(user_partition(user_id), prefix=PREFIX, limit=5 * MOST_SESSIONS)
        return [kept(StoredSession, document).value for document in page.documents]

    async def delete(self, user_id: str, session_id: str) -> None:
        await self._store.delete(user_partition(user_id), PREFIX + session_id)

    @staticmethod
    def opening(session: StoredSession) -> Insert:
        """The operation that keeps a new session, for a batch."""
        return Insert(PREFIX + session.id, body_of(session))

    @staticmethod
    def going_on(there: Kept[StoredSession], *, epoch: int) -> Replace:
        """The operation that takes a session along into another epoch, for a batch."""
        session = there.value.model_copy(update={"epoch": epoch})
        return Replace(PREFIX + session.id, body_of(session, over=there.etag), there.etag)

    @staticmethod
    def ending(session_id: str) -> Delete:
        """The operation that ends a session, for a batch; the session has to be there."""
        return Delete(PREFIX + session_id)
