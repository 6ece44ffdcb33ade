"""What models answered to questions that hold nobody's words: kept under the model that wrote it, for equal inputs."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.coach.fence import comparable
from shared.domain.safety.screen import screen
from shared.domain.words import Shape
from shared.providers.models import ProviderModel
from shared.providers.provider import Completion, Prompt
from shared.storage.repositories.documents import body_of, kept
from shared.storage.store import Document, DocumentStore, StoreError

PARTITION = "replies"
LASTS = timedelta(days=30)
LONGEST = 100_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """A question and the acceptable reply that a model gave to it."""

    prompt: Prompt
    reply: Completion


class KeptReply(Shape):
    """A reply's text, and who wrote it when. Nothing tells whom it was for."""

    provider: str
    model: str
    text: str
    at: datetime


class ReplyCache:
    """Replies by everything that was sent and by the model that answered.

    A reply is only kept after it was accepted, and is judged anew, by the rules of the person who asks, whenever it is
    used: what is kept is what a model said, never what was made of it. Without the store there is nothing remembered.
    """

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def find(self, prompt: Prompt, model: ProviderModel) -> Completion | None:
        """What that model answered to this prompt, as a completion without a price; None where nothing is known."""
        try:
            document = await self._store.find(PARTITION, _key(prompt, model.name, model.model))
        except StoreError as away:
            _log.warning("Remembered replies could not be read: %s", away)
            return None
        reply = None if document is None else _read(document)
        if reply is None or reply.at + LASTS <= self._clock():
            return None
        return Completion(reply.text, reply.provider, reply.model, 0, 0, 0)

    async def keep(self, memory: Memory) -> None:
        """Keep an accepted reply, unless its words raise an alarm."""
        reply = memory.reply
        if len(reply.text) > LONGEST or screen(reply.text) is not None:
            return
        row = KeptReply(provider=reply.provider, model=reply.model, text=reply.text, at=self._clock())
        try:
            await self._store.upsert(PARTITION, _key(memory.prompt, reply.provider, reply.model), body_of(row))
        except StoreError as away:
            _log.warning("A reply could not be remembered: %s", away)

    async def prune(self) -> int:
        """Forget what has grown old or cannot be read; how many."""
        forgotten, cursor = 0, None
        while True:
            page = await self._store.page(PARTITION, limit=200, cursor=cursor)
            for document in page.documents:
                reply = _read(document)
                if reply is None or reply.at + LASTS <= self._clock():
                    await self._store.delete(PARTITION, document.id)
                    forgotten += 1
            if (cursor := page.cursor) is None:
                return forgotten


def _read(document: Document) -> KeptReply | None:
    """The reply in a document; None where it is damaged or another version's, which is as good as nothing remembered."""
    try:
        return kept(KeptReply, document).value
    except ValueError as damaged:
        _log.warning("A remembered reply cannot be read: %s", type(damaged).__name__)
        return None


def _key(prompt: Prompt, provider: str, model: str) -> str:
    """A digest of the whole question: any word, limit or schema that differs makes another one."""
    sent = {
        "provider": provider,
        "model": model,
        "purpose": prompt.purpose,
        "instructions": comparable(prompt.instructions),
        "messages": [[message.role, comparable(message.text)] for message in prompt.messages],
        "schema": prompt.schema,
        "max_output": prompt.max_output,
    }
    canonical = json.dumps(sent, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
