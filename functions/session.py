"""Login, RefreshToken, Logout, ChangePassword, Sessions: how a session begins, goes on and ends."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.callers import Anyone, Member
from shared.domain.words import Shape
from shared.errors import NotAllowed, NotFound, NotSignedIn, SignInRefused, TooManyAttempts
from shared.http import bearer, blueprint, endpoint
from shared.operations import Answer, Call
from shared.session_answers import COOKIE, Session, is_foreign, session_answer, signed_out_headers, visit_of

bp = blueprint()
PasswordText = Annotated[str, Field(min_length=1, max_length=1024)]
RefreshTokenText = Annotated[str, Field(max_length=4096)]


class Credentials(Shape):
    """An e-mail address or a username, and the password."""

    identifier: Annotated[str, Field(min_length=1, max_length=254)]
    password: PasswordText


class RefreshRequest(Shape):
    """The refresh token, for clients that hold no cookie."""

    refresh_token: RefreshTokenText | None = None


class LogoutRequest(Shape):
    """`everywhere` ends every session of the person; `refresh_token` is for clients that hold no cookie."""

    everywhere: bool = False
    refresh_token: RefreshTokenText | None = None


class PasswordChange(Shape):
    """The present password and the one to come."""

    current_password: PasswordText
    new_password: PasswordText


class SessionView(Shape):
    """A device that is signed in."""

    id: str
    agent: str
    created_at: datetime
    last_used_at: datetime
    current: bool


class SessionList(Shape):
    """Every device signed in, the latest used first."""

    items: list[SessionView]
    next_cursor: str | None = None


@endpoint(bp, "POST", "auth/login", takes=Credentials, gives=Session, raises=[SignInRefused, TooManyAttempts])
async def login(asked: Credentials, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """Sign in with a password."""
    opened = await app.people.sign_in(
        identifier=asked.identifier, password=asked.password, visit=visit_of(call, app.settings)
    )
    await app.deeds.tell_sign_in(opened.account, correlation_id=call.correlation_id)
    return session_answer(opened, call, app.settings)


@endpoint(
    bp,
    "POST",
    "auth/refresh",
    name="RefreshToken",
    takes=RefreshRequest,
    body_required=False,
    gives=Session,
    raises=[NotSignedIn, NotAllowed],
)
async def refresh(asked: RefreshRequest, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """Exchange the refresh token, from the cookie or the body, for a new session answer."""
    refresh_token = _refresh_token(asked.refresh_token, call)
    if refresh_token is None:
        raise NotSignedIn("There is no session to continue; sign in.")
    return session_answer(await app.sessions.refresh(refresh_token), call, app.settings)


@endpoint(
    bp,
    "POST",
    "auth/logout",
    takes=LogoutRequest,
    body_required=False,
    status=204,
    raises=[NotSignedIn, NotAllowed],
)
async def logout(asked: LogoutRequest, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """End this session, or every one; its access tokens stop working at once."""
    user_id, session_id = await _whose(asked, call, app)
    if asked.everywhere:
        await app.sessions.end_all(user_id)
        await app.deeds.tell("sessions.end", user_id, correlation_id=call.correlation_id)
    else:
        try:
            await app.sessions.end(user_id, session_id)
        except NotFound:
            return Answer(None, headers=signed_out_headers(call))  # it had ended already, which is what was asked
    return Answer(None, headers=signed_out_headers(call))


@endpoint(bp, "POST", "auth/password", takes=PasswordChange, status=204, raises=[TooManyAttempts])
async def change_password(asked: PasswordChange, caller: Member, call: Call, app: App) -> None:
    """Set a new password; every other session ends."""
    await app.people.change_password(
        caller.account,
        current=asked.current_password,
        new=asked.new_password,
        session_id=caller.grant.session_id,
    )
    await app.deeds.tell("password.change", caller.id, correlation_id=call.correlation_id)


@endpoint(bp, "GET", "auth/sessions", gives=SessionList)
async def sessions(caller: Member, app: App) -> SessionList:
    """The devices signed in."""
    return SessionList(
        items=[
            SessionView(
                id=one.id,
                agent=one.agent,
                created_at=one.created_at,
                last_used_at=one.rotated_at,
                current=one.id == caller.grant.session_id,
            )
            for one in await app.sessions.all(caller.account)
        ]
    )


@endpoint(bp, "DELETE", "auth/sessions/{id}", name="SessionsEnd", status=204, raises=[NotFound])
async def end_session(id: str, caller: Member, app: App) -> None:
    """Sign one device out."""
    await app.sessions.end(caller.id, id)


def _refresh_token(in_body: str | None, call: Call) -> str | None:
    """The refresh token from the body or the cookie; by cookie only for calls no plain cross-site form can make."""
    if in_body is not None:
        return in_body
    cookie = call.cookie(COOKIE)
    if cookie is None:
        return None
    if call.headers.get("x-vigor-client", "").lower() != "web" or is_foreign(call):
        raise NotAllowed("A session in a cookie is only continued for X-Vigor-Client: web, from our own pages.")
    return cookie


async def _whose(asked: LogoutRequest, call: Call, app: App) -> tuple[str, str]:
    """Whose session is to end: as the access token says, or, where that is not ours or not good any more, the refresh
    token; a Static Web App puts an `Authorization` of its own on every call."""
    refresh_token = None
    try:
        grant = app.sessions.verify(bearer(call.headers))
        await app.sessions.admit(grant)
    except NotSignedIn:
        refresh_token = _refresh_token(asked.refresh_token, call)
        if refresh_token is None:
            raise
    else:
        return grant.user_id, grant.session_id
    opened = await app.sessions.refresh(refresh_token)
    return opened.account.id, opened.session.id
