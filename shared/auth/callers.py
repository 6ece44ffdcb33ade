"""Who may call, as types: an endpoint names one in its signature, and only such callers reach it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from shared.auth.access_tokens import AccessGrant
from shared.auth.account import Account, Role, Tier

STEP_UP_WITHIN = timedelta(minutes=10)
"""An administrator's change needs a sign-in no older than this (security design, section 3.4)."""

Access = Literal["public", "member", "admin", "fresh_admin"]


@dataclass(frozen=True, slots=True)
class Anyone:
    """A caller nobody asked to sign in."""


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in person whose account was read for this request and is in good standing."""

    account: Account
    grant: AccessGrant

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def tier(self) -> Tier:
        return self.account.tier


class Admin(Member):
    """A member whose role is admin."""


class FreshAdmin(Admin):
    """An administrator who signed in within `STEP_UP_WITHIN`."""


class Arriving:
    """A caller whose access token is verified while the account is still being read.

    Lets an endpoint read its own documents in the same round trip. Nothing is answered before the account turned out
    good, and an endpoint that writes must await `member()` first.
    """

    def __init__(self, grant: AccessGrant, member: Callable[[], Awaitable[Member]]) -> None:
        self.id = grant.user_id
        self.grant = grant
        self.member = member


Caller = Anyone | Member | Admin | FreshAdmin | Arriving

ACCESS: dict[type, Access] = {
    Anyone: "public",
    Arriving: "member",
    Member: "member",
    Admin: "admin",
    FreshAdmin: "fresh_admin",
}
