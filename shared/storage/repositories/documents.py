"""Shapes to documents and back: versions on the way in, migrations on the way out, ids that sort newest first."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from shared.domain.words import Shape
from shared.storage.store import Body, Document

ShapeT = TypeVar("ShapeT", bound=Shape)

Step = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: dict[str, tuple[Step, ...]] = {}
"""By name of the shape, the steps from each version to the next; the first leads from 1 to 2.

A shape's version is one more than its steps. A step adds fields, and leaves those that the version before it needs
until no worker of that version is left: old and new workers run side by side while an app is updated.
"""

_FARTHEST_MS = 10**15 - 1

NOT_UNDERSTOOD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What code raises that meets a document of another kind than it expects."""


class DamagedDocument(ValueError):
    """A document that does not hold the shape that it should; `__cause__` says what does not fit."""

    def __init__(self, document: Document) -> None:
        super().__init__("A document does not hold what it should.")
        self.document = document


@dataclass(frozen=True, slots=True)
class Kept(Generic[ShapeT]):
    """A shape as it is kept, with the etag of what was read or written."""

    value: ShapeT
    etag: str


def user_partition(user_id: str) -> str:
    """Where everything of one person lives."""
    return f"user:{user_id}"


class Etag(str):
    """An etag of a document that holds more than this worker knows: what it is, so that a rewrite loses none of it."""

    __slots__ = ("beyond",)
    beyond: Body


def body_of(value: Shape, *, over: str = "") -> Body:
    """The document body of a shape, with the version it was written as.

    `over` is the etag of what it will be written over, as `kept` gave it.
    """
    body: Body = {"v": version_of(type(value)), **value.model_dump(mode="json", exclude_none=True)}
    return {**body, **over.beyond} if isinstance(over, Etag) else body


def etag_after(document: Document, *, over: str) -> str:
    """The etag of what was just written over `over`, with what that carried."""
    if not isinstance(over, Etag):
        return document.etag
    etag = Etag(document.etag)
    etag.beyond = over.beyond
    return etag


def version_of(shape: type[Shape]) -> int:
    """The version that documents of this shape are written as."""
    return 1 + len(MIGRATIONS.get(shape.__name__, ()))


def kept(shape: type[ShapeT], document: Document) -> Kept[ShapeT]:
    """The shape that a document holds, brought up to today's version; raises `DamagedDocument`.

    A field that a newer worker added is passed over, and written back by `body_of(…, over=etag)`.
    """
    try:
        present = _today(shape, document.body)
        value = shape.model_validate(present, extra="ignore")
    except NOT_UNDERSTOOD as damaged:
        raise DamagedDocument(document) from damaged
    return Kept(value, _etag(shape, document, present))


def migrated(shape: type[Shape], body: Body) -> "Body | None":
    """The body as it is written today, for a document of an older version; None where there is nothing to do.

    Fields that this worker does not know stay: a newer one may have added them.
    """
    today = version_of(shape)
    return None if _version(body) >= today else {**_today(shape, body), "v": today}


def _today(shape: type[Shape], body: Body) -> dict[str, Any]:
    """The body without its version, brought up to today's."""
    present: dict[str, Any] = {name: value for name, value in body.items() if name != "v"}
    for step in MIGRATIONS.get(shape.__name__, ())[_version(body) - 1 :]:
        present = step(present)
    return present


def _etag(shape: type[Shape], document: Document, present: dict[str, Any]) -> str:
    unknown = present.keys() - shape.model_fields.keys()
    version = _version(document.body)
    is_newer = version > version_of(shape)
    if not unknown and not is_newer:
        return document.etag
    etag = Etag(document.etag)
    etag.beyond = {name: present[name] for name in unknown} | ({"v": version} if is_newer else {})
    return etag


def _version(body: Body) -> int:
    version = body.get("v", 1)
    return version if isinstance(version, int) else 1


def newest_first(moment: datetime) -> str:
    """A text that sorts before that of every earlier moment; milliseconds count."""
    since = moment.astimezone(UTC) - datetime.min.replace(tzinfo=UTC)
    return f"{_FARTHEST_MS - since // timedelta(milliseconds=1):015d}"


def newest_first_id(moment: datetime) -> str:
    """An unguessable id that sorts newest first."""
    return f"{newest_first(moment)}-{secrets.token_hex(8)}"
