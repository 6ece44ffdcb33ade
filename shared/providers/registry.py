"""The slots as the owner set them: the defaults, and what an administrator changed, live everywhere within seconds."""

import logging
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta

from shared.providers.models import DEFAULT_MODELS, InvalidModel, ProviderModel, from_json, to_json
from shared.storage.store import Document, DocumentExists, DocumentStore, StaleDocument

log = logging.getLogger(__name__)

PARTITION, PREFIX = "system", "provider:"
UNSET = "unset"
"""The etag of a default that nobody changed."""

LIVE_WITHIN = timedelta(seconds=8)
"""Ten seconds are promised; the rest is for the request that is under way."""


class ModelRegistry:
    """Reads slots at most every `LIVE_WITHIN`, and writes one guarded by its etag."""

    def __init__(self, store: DocumentStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._cached: list[ProviderModel] = []
        self._read_at: datetime | None = None

    async def models(self) -> list[ProviderModel]:
        """Every slot, at most `LIVE_WITHIN` old."""
        now = self._clock()
        if self._read_at is None or now - self._read_at >= LIVE_WITHIN:
            page = await self._store.page(PARTITION, prefix=PREFIX, limit=100)
            changed = {document.id.removeprefix(PREFIX): document for document in page.documents}
            self._cached = [_read(changed.get(default.name), default) for default in DEFAULT_MODELS]
            self._read_at = now
        return list(self._cached)

    async def listed(self) -> list[tuple[ProviderModel, str]]:
        """Every slot as it stands at this moment, with its etag."""
        page = await self._store.page(PARTITION, prefix=PREFIX, limit=100)
        changed = {document.id.removeprefix(PREFIX): document for document in page.documents}
        return [
            (
                _read(changed.get(default.name), default),
                changed[default.name].etag if default.name in changed else UNSET,
            )
            for default in DEFAULT_MODELS
        ]

    async def find(self, name: str) -> tuple[ProviderModel, str] | None:
        """The slot of that name as it stands, with its etag; None for no slot."""
        default = next((slot for slot in DEFAULT_MODELS if slot.name == name), None)
        if default is None:
            return None
        document = await self._store.find(PARTITION, PREFIX + name)
        return _read(document, default), UNSET if document is None else document.etag

    async def write(self, slot: ProviderModel, *, etag: str) -> str:
        """Keep the slot over the version that `etag` names; answers the new etag, raises `StaleDocument`."""
        try:
            if etag != UNSET:
                document = await self._store.replace(PARTITION, PREFIX + slot.name, to_json(slot), etag=etag)
            else:
                document = await self._store.insert(PARTITION, PREFIX + slot.name, to_json(slot))
        except DocumentExists as overtaken:
            raise StaleDocument("The provider was changed since it was read.") from overtaken
        self._read_at = None
        return document.etag


def _read(document: Document | None, default: ProviderModel) -> ProviderModel:
    """The slot that a row describes, the default where there is none. Fields that a newer worker added are passed over.
    A row that cannot be read is logged and switches its slot off: whoever wrote it may have meant to spend less."""
    if document is None:
        return default
    known = {one.name for one in fields(ProviderModel)}
    try:
        return from_json({name: value for name, value in document.body.items() if name in known})
    except InvalidModel as damaged:
        log.warning("The row of provider %s cannot be read, so it is not asked: %s", default.name, damaged)
        return replace(default, enabled=False)
