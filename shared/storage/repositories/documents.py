"""Shapes to documents and back: versions on the way in, migrations on the way out, ids that sort newest first."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from shared.domain.words import Shape
from shared.storage.store import Body, Document

ShapeT = TypeVar("ShapeT", bound=Shape)

VERSION = 1
"""Of every document written today. A shape that changes incompatibly raises it and adds a step to `MIGRATIONS`."""

MIGRATIONS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(shape name, version) → the body one version on."""

_FARTHEST_MS = 10**15 - 1


@dataclass(frozen=True, slots=True)
class Kept(Generic[ShapeT]):
    """A shape as it is kept, with the etag of what was read or written."""

    value: ShapeT
    etag: str


def user_partition(user_id: str) -> str:
    """Where everything of one person lives."""
    return f"user:{user_id}"


def body_of(value: Shape) -> Body:
    """The document body of a shape, with the version it was written as."""
    return {"v": VERSION, **value.model_dump(mode="json", exclude_none=True)}


def kept(shape: type[ShapeT], document: Document) -> Kept[ShapeT]:
    """The shape that a document holds, brought up to today's version.

    A field that a newer worker added is passed over, so that old and new workers run side by side.
    """
    body: dict[str, Any] = dict(document.body)
    version = body.pop("v", VERSION)
    while version < VERSION:
        step = MIGRATIONS.get((shape.__name__, version))
        body = step(body) if step else body
        version += 1
    return Kept(shape.model_validate(body, extra="ignore"), document.etag)


def newest_first(moment: datetime) -> str:
    """A text that sorts before that of every earlier moment; milliseconds count."""
    since = moment.astimezone(UTC) - datetime.min.replace(tzinfo=UTC)
    return f"{_FARTHEST_MS - since // timedelta(milliseconds=1):015d}"


def newest_first_id(moment: datetime) -> str:
    """An unguessable id that sorts newest first."""
    return f"{newest_first(moment)}-{secrets.token_hex(8)}"
