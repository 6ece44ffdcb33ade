"""AdminUsers: finding people, giving and taking the administrator's role, disabling and erasing accounts."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from shared.app import App
from shared.auth.account import Account, Role
from shared.auth.callers import Admin, FreshAdmin
from shared.domain.words import Shape
from shared.errors import LastAdmin, NotFound
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call, ListQuery, Query
from shared.user_admin import AdminUserView, Reason, account_of

if TYPE_CHECKING:
    from shared.storage.repositories.documents import Kept

bp = blueprint()


class UserSearch(ListQuery):
    """Whom to look for: the beginning of an e-mail address or a username. `reason` is kept in the audit trail."""

    reason: Reason = "unstated"
    q: Annotated[str, Field(max_length=100)] | None = Field(None, description="beginning of an e-mail or a username")


class UserLook(Query):
    """Why somebody's account is looked at, for the audit trail."""

    reason: Reason = "unstated"


class UserList(Shape):
    """A page of people: the newest first, or, for a search, in alphabetical order."""

    items: list[AdminUserView]
    next_cursor: str | None


class UserChange(Shape):
    """What is to change."""

    role: Role | None = None
    disabled: bool | None = None


@endpoint(bp, "GET", "manage/users", query=UserSearch, gives=UserList)
async def admin_users(asked: UserSearch, caller: Admin, call: Call, app: App) -> UserList:
    """Find people. The audit trail keeps who was shown and why, one entry a page."""
    if asked.q:
        found, cursor = await app.accounts.search(asked.q.strip().casefold(), limit=asked.limit, cursor=asked.cursor)
    else:
        found, cursor = await app.accounts.newest(limit=asked.limit, cursor=asked.cursor)
    people = [app.audit.pseudonym(one.value.id) for one in found if one.value.id != caller.id]
    if people:
        await app.audit.append(
            "user.list",
            actor_id=caller.id,
            after={"reason": asked.reason, "people": people},
            correlation_id=call.correlation_id,
        )
    return UserList(items=[AdminUserView.of(one.value) for one in found], next_cursor=cursor)


@endpoint(bp, "GET", "manage/users/{id}", name="AdminUsersOne", query=UserLook, gives=AdminUserView, raises=[NotFound])
async def user(asked: UserLook, id: str, caller: Admin, call: Call, app: App) -> Answer[AdminUserView]:
    """One person's account. That it was looked at, and why, goes into the audit trail, unless it is one's own."""
    kept = await account_of(id, app)
    if id != caller.id:
        await app.audit.append(
            "user.read",
            actor_id=caller.id,
            target=app.audit.pseudonym(id),
            after={"reason": asked.reason},
            correlation_id=call.correlation_id,
        )
    return Answer(AdminUserView.of(kept.value), etag=kept.etag)


@endpoint(
    bp,
    "PATCH",
    "manage/users/{id}",
    name="AdminUsersChange",
    takes=UserChange,
    gives=AdminUserView,
    edits=True,
    raises=[NotFound, LastAdmin],
)
async def change_user(asked: UserChange, id: str, caller: FreshAdmin, call: Call, app: App) -> Answer[AdminUserView]:
    """Change a person's role, or disable their account; both hold from their next request on."""
    before = (await account_of(id, app, if_match=call.if_match)).value
    wanted = asked.model_dump(exclude_none=True)
    async with app.audit.change(
        "user.change",
        actor_id=caller.id,
        target=app.audit.pseudonym(id),
        before={name: getattr(before, name) for name in wanted},
        after=wanted,
        correlation_id=call.correlation_id,
    ):
        changed = await _changed(id, wanted, app, if_match=call.if_match)
    return Answer(AdminUserView.of(changed.value), etag=changed.etag)


@endpoint(
    bp, "DELETE", "manage/users/{id}", name="AdminUsersDelete", status=204, edits=True, raises=[NotFound, LastAdmin]
)
async def delete_user(id: str, caller: FreshAdmin, call: Call, app: App) -> None:
    """Erase an account and everything kept about its owner."""
    account = (await account_of(id, app, if_match=call.if_match)).value
    await app.erasure.erase(account, by=caller.id, correlation_id=call.correlation_id, if_match=call.if_match)


async def _changed(id: str, wanted: dict[str, Any], app: App, *, if_match: str | None) -> "Kept[Account]":
    """The account with these fields; it is put on the list of administrators after it has become one."""
    steps_down = wanted.get("role") == "user" or wanted.get("disabled")
    write = app.sessions.end_all if wanted.get("disabled") else app.sessions.change_account
    async with app.admins.stepping_down(id) if steps_down else nullcontext():
        changed = await write(id, change=lambda account: account.model_copy(update=wanted), if_match=if_match)
    if changed.value.administers:
        await app.admins.add(id)
    return changed
