"""An account as administrators see it: no health data, no credentials."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from shared.app import App
from shared.auth.account import Account, Role, Tier
from shared.domain.words import Shape
from shared.errors import NotFound, StaleVersion

if TYPE_CHECKING:
    from shared.storage.repositories.documents import Kept

Reason = Literal["support", "abuse", "legal", "billing", "unstated"]
"""Why an administrator looks at other people's accounts. A closed list: free text in the trail could name anybody."""


class AdminUserView(Shape):
    """What an administrator needs to know of a person."""

    id: str
    email: str
    username: str
    display_name: str
    role: Role
    tier: Tier
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> "AdminUserView":
        return cls(**{name: getattr(account, name) for name in cls.model_fields})


async def account_of(user_id: str, app: App, *, if_match: str | None = None) -> "Kept[Account]":
    """The account; raises `NotFound`, and `StaleVersion` where the administrator insists on another version of it.

    Whoever writes it insists once more in that write; a change that is known to be stale here leaves no audit entry.
    """
    kept = await app.accounts.find(user_id)
    if kept is None:
        raise NotFound("There is no such user.")
    if if_match is not None and if_match != kept.etag:
        raise StaleVersion("The account has changed since you read it; read it again and repeat your change.")
    return kept
