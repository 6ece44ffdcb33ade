"""An account as administrators see it: no health data, no credentials."""

from datetime import datetime

from shared.auth.account import Account, Role, Tier
from shared.domain.words import Shape


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
