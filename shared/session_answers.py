"""What a sign-in answers: the session, and its refresh token as a cookie or, for native clients, in the body."""

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field

from shared.auth.account import UserView
from shared.auth.devices import KNOWN_FOR, Visit, network_of
from shared.domain.words import Shape
from shared.operations import Answer, Call

if TYPE_CHECKING:
    from shared.accounts.sessions import OpenSession
    from shared.config import Settings

COOKIE, DEVICE_COOKIE = "vigor_refresh", "vigor_device"
COOKIE_PATH = "/api/auth"


class Session(Shape):
    """A signed-in session. `refresh_token` is there only for clients that said `X-Vigor-Client: native`."""

    user: UserView
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme, not a secret
    expires_in: int
    refresh_token: str | None = Field(None, exclude_if=lambda value: value is None)


def session_answer(opened: "OpenSession", call: Call, settings: "Settings") -> Answer[Session]:
    """The answer that signs a device in."""
    session = Session(user=UserView.of(opened.account), access_token=opened.access_token, expires_in=opened.expires_in)
    if is_native(call):
        return Answer(session.model_copy(update={"refresh_token": opened.refresh_token}))
    cookie = _cookie(COOKIE, opened.refresh_token, call, max_age_s=settings.refresh_idle_s)
    known = int(KNOWN_FOR.total_seconds())
    device = [_cookie(DEVICE_COOKIE, opened.device, call, max_age_s=known)] if opened.device else []
    return Answer(session, headers={"Set-Cookie": cookie}, cookies=device)


def visit_of(call: Call, settings: "Settings") -> Visit:
    """Where the request comes from, for whoever counts sign-ins."""
    return Visit(
        agent=call.headers.get("user-agent", ""),
        network=network_of(call.headers.get("x-forwarded-for", ""), trusted_hops=settings.trusted_hops),
        device=call.cookie(DEVICE_COOKIE) or "",
    )


def signed_out_headers(call: Call) -> dict[str, str]:
    """The headers that make a browser forget the session; a native client was given no cookie that could be cleared."""
    clear = {"Clear-Site-Data": '"cookies"'}
    return clear if is_native(call) else clear | {"Set-Cookie": _cookie(COOKIE, "", call, max_age_s=0)}


def is_native(call: Call) -> bool:
    """Whether the caller is a client that cannot hold cookies."""
    return call.headers.get("x-vigor-client", "").lower() == "native"


def is_foreign(call: Call) -> bool:
    """Whether a page of another site makes the browser call: as `Sec-Fetch-Site` says, or, for browsers that do not
    send it, an `Origin` that is none of the names this app is reached under."""
    if site := call.headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = call.headers.get("origin")
    if origin is None:
        return False
    ours = {call.headers.get("host", ""), call.headers.get("x-forwarded-host", "")}
    ours.add(_authority(call.headers.get("x-ms-original-url", "")))
    return _authority(origin) not in ours - {""}


def _authority(address: str) -> str:
    """The host and port of an address; empty where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _cookie(name: str, value: str, call: Call, *, max_age_s: int) -> str:
    secure = "; Secure" if call.secure else ""
    return f"{name}={value}; Path={COOKIE_PATH}; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}"
