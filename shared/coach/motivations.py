"""Today's message as it was said first: kept, so that a workout or a plan later that day does not change it."""

from datetime import date

from pydantic import Field

from shared.domain.words import Shape, WrittenIn
from shared.storage.repositories.documents import Kept, body_of, kept, user_partition
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

ID = "motivation"


class SaidToday(Shape):
    """What was said, and on which day of the person's own calendar; `translations` say the same in other languages."""

    day: date
    message: str
    translations: dict[WrittenIn, str] = Field(default_factory=dict)


class Motivations:
    """The last message that each person was given."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def find(self, user_id: str) -> Kept[SaidToday] | None:
        document = await self._store.find(user_partition(user_id), ID)
        return None if document is None else kept(SaidToday, document)

    async def say(self, user_id: str, said: SaidToday, *, after: Kept[SaidToday] | None) -> SaidToday:
        """Keep it, unless somebody has said something since `after`; answers what stands."""
        partition = user_partition(user_id)
        try:
            if after is None:
                await self._store.insert(partition, ID, body_of(said))
            else:
                await self._store.replace(partition, ID, body_of(said, over=after.etag), etag=after.etag)
        except (DocumentExists, StaleDocument):
            there = await self.find(user_id)
            return said if there is None else there.value
        return said
