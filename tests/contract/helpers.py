"""What the parts of the contract share."""

import re

from shared.storage.store import Body, DocumentStore


async def ids_of(
    store: DocumentStore,
    partition: str,
    *,
    prefix: str = "",
    start: str = "",
    before: str | None = None,
    limit: int = 7,
) -> list[str]:
    """Every id of a query, page by page, with the pages themselves held to the limit."""
    ids: list[str] = []
    cursor = None
    while True:
        page = await store.page(partition, prefix=prefix, start=start, before=before, limit=limit, cursor=cursor)
        assert len(page.documents) <= limit
        ids += [document.id for document in page.documents]
        cursor = page.cursor
        if cursor is None:
            return ids
        assert len(page.documents) == limit
        assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)


def padded(size: int, *, filler: str = "x") -> Body:
    """A body of exactly `size` bytes of JSON."""
    return {"text": filler * ((size - len('{"text":""}')) // len(filler.encode()))}
