"""What happens to accounts, told to the audit trail: only what nobody without a good credential can make happen."""

import json
import logging
from collections import Counter
from datetime import date
from typing import Literal

from shared.auth.account import Account
from shared.clock import Clock
from shared.storage.repositories.audit import AuditTrail

Deed = Literal["password.change", "sessions.end", "consent.give", "consent.withdraw", "refresh_reuse", "coach.leak"]

MOST_A_DAY = 20
"""Entries a person, a kind of deed and a worker. Each deed needs a sign-in, but somebody who has one may repeat it all day:
the trail is not theirs to lengthen. What is over goes to the log."""

_security = logging.getLogger("vigor.security")


class Deeds:
    """Tells the trail what is done already; where the trail cannot take it, the deed stands and the log tells.

    People protect themselves with these deeds: a thief's session must end whatever state the trail is in. Sign-ins of
    members are not among them: they are many, and would all stand in line for the one end of the chain.
    """

    def __init__(self, audit: AuditTrail, clock: Clock) -> None:
        self._audit, self._clock = audit, clock
        self._told: Counter[tuple[str, Deed]] = Counter()
        self._day: date | None = None

    async def tell(self, deed: Deed, user_id: str, *, correlation_id: str | None = None) -> None:
        """The owner did this to their account. Of a token used twice nobody can tell by whom, and a model that gave its
        instructions away did so by itself: these are Vigor's."""
        today = self._clock().date()
        if today != self._day:
            self._told.clear()
            self._day = today
        self._told[user_id, deed] += 1
        if self._told[user_id, deed] > MOST_A_DAY:
            _security.warning(json.dumps({"event": deed, "target": self._audit.pseudonym(user_id)}))
            return
        by = None if deed in {"refresh_reuse", "coach.leak"} else user_id
        await self._note(deed, user_id, by=by, correlation_id=correlation_id)

    async def tell_sign_in(self, account: Account, *, correlation_id: str) -> None:
        """Somebody signed in; told of administrators, and of them each time."""
        if account.role == "admin":
            await self._note("admin.sign_in", account.id, by=account.id, correlation_id=correlation_id)

    async def tell_first_admin(self, user_id: str) -> None:
        """The administrator that the settings name was made."""
        await self._note("admin.first", user_id, by=None, correlation_id=None)

    async def _note(self, action: str, user_id: str, *, by: str | None, correlation_id: str | None) -> None:
        target = self._audit.pseudonym(user_id)
        await self._audit.note(action, actor_id=by, target=target, correlation_id=correlation_id)
