"""The account document: one a person, read by every request they make, so that a change counts at once."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.words import Shape

Role = Literal["user", "admin"]
Tier = Literal["free", "premium", "unlimited"]
CONSENT_VERSION = "2026-11"
MOST_ENDED_SESSIONS = 32


class Consent(Shape):
    """What was agreed to, under which version of the notice, and when."""

    terms: bool
    health_data: bool
    version: str
    given_at: datetime


class ConsentGiven(Shape):
    """Both are needed: without health data there is nothing to plan from."""

    terms: Literal[True]
    health_data: Literal[True]


class Password(Shape):
    """An argon2id hash in PHC form, and the pepper key it was made with."""

    hash: str
    pepper_kid: str


class Account(Shape):
    """A person's account.

    It is found under an e-mail address, with a password, or under an identity of an OpenID Connect issuer: `email_key`
    or `identity_key` is set, never both. `used_proofs` are digests of id tokens already spent.

    What ends a session is written here, in the one document every request reads. `epoch` rises when every access token
    has to end, but for those of the session `spared`; sessions begun in an epoch before `oldest_epoch` are over for
    good; `ended_sessions` holds single ended ones until the last access token of each has expired.
    """

    version: Literal[1] = 1
    id: str
    email: str
    email_key: str = ""
    identity_key: str = ""
    username: str
    display_name: str
    role: Role = "user"
    tier: Tier = "free"
    disabled: bool = False
    password: Password | None = None
    used_proofs: dict[str, datetime] = {}
    epoch: int = 0
    oldest_epoch: int = 0
    spared: str = ""
    ended_sessions: dict[str, datetime] = {}
    consent: Consent | None = None
    created_at: datetime

    @property
    def administers(self) -> bool:
        """Whether it counts as an administrator's."""
        return self.role == "admin" and not self.disabled

    def with_ended(self, session_id: str, *, until: datetime, now: datetime) -> "Account":
        """This account with one more ended session.

        Past `MOST_ENDED_SESSIONS` at once, every access token ends instead; sessions that are still good refresh theirs.
        """
        still = {sid: at for sid, at in self.ended_sessions.items() if at > now} | {session_id: until}
        if len(still) > MOST_ENDED_SESSIONS:
            return self.model_copy(update={"ended_sessions": {}, "epoch": self.epoch + 1, "spared": ""})
        return self.model_copy(update={"ended_sessions": still})

    def with_all_ended(self, *, but: str) -> "Account":
        """This account with every session ended at once, except one if named."""
        following = self.epoch + 1
        return self.model_copy(update={"epoch": following, "oldest_epoch": following, "spared": but})

    def lets_in(self, session_id: str, *, epoch: int) -> bool:
        """Whether an access token of that session and epoch is still good."""
        if self.disabled or session_id in self.ended_sessions:
            return False
        return epoch == self.epoch or session_id == self.spared


class UserView(Shape):
    """What a session answer says of its person."""

    id: str
    email: str
    username: str
    display_name: str
    role: Role
    tier: Tier

    @classmethod
    def of(cls, account: Account) -> "UserView":
        return cls(
            id=account.id,
            email=account.email,
            username=account.username,
            display_name=account.display_name,
            role=account.role,
            tier=account.tier,
        )


DisplayName = Annotated[str, Field(min_length=1, max_length=80)]
