"""What endpoints declare and what they are handed: the operation, the call, the answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from shared import errors
from shared.auth.callers import Access
from shared.domain.words import PageSize, Shape

if TYPE_CHECKING:
    from shared.once import Once
    from shared.storage.store import Op

JSON = "application/json"
BODY_LIMIT = 64 * 1024
NO_STORE = "no-store"
# weak ones too, and a single one: proxies that compress on the way weaken what we gave out
_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9._~-]+)"')

BodyT = TypeVar("BodyT")


class Query(Shape):
    """Base of query parameters. They come as text; one that nobody knows is passed over."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class ListQuery(Query):
    """A page of a list, newest first."""

    limit: PageSize = 20
    cursor: Annotated[str, Field(max_length=1000)] | None = Field(None, description="next_cursor of the page before")


@dataclass(frozen=True, slots=True)
class Operation:
    """What an endpoint declares; the OpenAPI document is written from nothing else."""

    name: str
    method: str
    route: str
    summary: str
    access: Access
    takes: type[BaseModel] | type[bytes] | None
    gives: type[BaseModel] | None
    query: type[BaseModel] | None
    status: int
    also: Mapping[int, str]
    raises: tuple[type[errors.VigorError], ...]
    body_limit: int
    media_types: tuple[str, ...]
    files: tuple[str, ...]
    body_required: bool
    path_names: tuple[str, ...]
    keyed: bool
    edits: bool
    cache: str

    @property
    def takes_health_data(self) -> bool:
        """Whether a member may tell of their health here, or a model be told of it, which needs their consent first."""
        asks_for_it = self.route != "me/consent" and not self.route.startswith("auth/")
        tells_a_model = self.route == "coach/motivation"
        return self.access == "member" and (self.method not in {"GET", "DELETE"} or tells_a_model) and asks_for_it


OPERATIONS: dict[str, Operation] = {}
"""Every declared endpoint by function name; filled as the modules of `functions/` are imported."""


@dataclass(slots=True)
class Call:
    """The request as an endpoint may need it, beyond its body; the last three are for the line it leaves in the log."""

    headers: Mapping[str, str]
    url: str
    correlation_id: str
    once: "Once | None" = None
    provider: str | None = None
    cost_micro_usd: int = 0
    problem: str | None = None

    @property
    def if_match(self) -> str | None:
        """The etag the caller insists on, or None; raises `StaleVersion` where it cannot be one of ours."""
        value = self.headers.get("if-match", "").strip()
        if value in {"", "*"}:
            return None
        if (matched := _ETAG.fullmatch(value)) is None:
            raise errors.StaleVersion("If-Match holds no etag of ours; read it again and repeat your change.")
        return matched[1]

    @property
    def secure(self) -> bool:
        """Whether cookies must be marked Secure: always, unless this is plain http on localhost."""
        return not re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/", self.url)

    def answering(self, status: int, body: Shape) -> "list[Op]":
        """For the batch that keeps what was made: the operation that keeps the answer under the `Idempotency-Key`, if
        the caller gave one."""
        return [self.once.answering(status, body)] if self.once else []

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, or None; None too where it is there with two values, of which one is somebody else's.

        Other cookies of the site may hold whatever their makers like, which the library's jar answers with no cookie.
        """
        pairs = (pair.partition("=") for pair in self.headers.get("cookie", "").split(";"))
        values = {value.strip() for key, _, value in pairs if key.strip() == name}
        return values.pop() if len(values) == 1 else None


@dataclass(slots=True)
class Answer(Generic[BodyT]):
    """A body with what else the answer needs: another status, an etag, headers, and cookies besides a `Set-Cookie` in them."""

    body: BodyT | None
    status: int | None = None
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to answer as they are."""

    content: bytes
    media_type: str
