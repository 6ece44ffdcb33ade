"""Bodies as text: to JSON and back exactly, held to the seam's limits, and cut up where an engine needs it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from shared.storage.store import (
    MAX_BATCH_BYTES,
    MAX_BATCH_OPS,
    MAX_BODY_BYTES,
    Body,
    Delete,
    DocumentTooLarge,
    InvalidBody,
    Op,
)


def to_text(body: Body) -> str:
    """The body as JSON text; `InvalidBody` when it is not JSON, `DocumentTooLarge` when it is over the limit."""
    return _measured(body)[0]


def from_text(text: str) -> Body:
    """The body that `to_text` was given."""
    return cast("Body", json.loads(text))


def batch_texts(ops: Sequence[Op]) -> list[str | None]:
    """The bodies of a batch as text, None for deletions, once the batch as a whole is known to be allowed."""
    if len(ops) > MAX_BATCH_OPS:
        raise ValueError(f"A batch has at most {MAX_BATCH_OPS} operations, not {len(ops)}.")
    if len({op.id for op in ops}) < len(ops):
        raise ValueError("A batch may name a document once.")
    measured = [None if isinstance(op, Delete) else _measured(op.body) for op in ops]
    total = sum(size for _, size in filter(None, measured))
    if total > MAX_BATCH_BYTES:
        raise DocumentTooLarge(f"A batch may write {MAX_BATCH_BYTES:,} bytes; this one has {total:,}.")
    return [None if one is None else one[0] for one in measured]


def in_lots(ops: Iterable[Op]) -> Iterator[list[Op]]:
    """Cut many operations into batches that every engine takes, in their order.

    Each lot is atomic by itself, not all of them together.
    """
    lot: list[Op] = []
    room = MAX_BATCH_BYTES
    for op in ops:
        size = 0 if isinstance(op, Delete) else _measured(op.body)[1]
        if lot and (len(lot) == MAX_BATCH_OPS or size > room):
            yield lot
            lot, room = [], MAX_BATCH_BYTES
        lot.append(op)
        room -= size
    if lot:
        yield lot


def cut(data: bytes, *, size: int) -> list[bytes]:
    """The data in pieces of at most `size` bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def _measured(body: Body) -> tuple[str, int]:
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode("utf-8"))
    except (ValueError, TypeError, RecursionError) as not_json:
        raise InvalidBody(f"A body must be a JSON object: {not_json}.") from not_json
    if not isinstance(body, dict):
        raise InvalidBody("A body must be a JSON object.")
    if size > MAX_BODY_BYTES:
        raise DocumentTooLarge(f"A document may have {MAX_BODY_BYTES:,} bytes; this one has {size:,}.")
    return text, size
