"""Sessions: opened at sign-in, carried by a short access token and a rotating refresh token, ended at once."""

import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.deeds import Deeds
from shared.auth.access_tokens import AccessGrant, AccessTokens
from shared.auth.account import Account
from shared.auth.callers import STEP_UP_WITHIN
from shared.auth.refresh_tokens import RefreshClaim, RefreshTokens
from shared.clock import Clock
from shared.config import Settings
from shared.errors import NotFound, NotSignedIn, Unavailable
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.documents import Kept
from shared.storage.repositories.sessions import MOST_SESSIONS, SessionsRepository, StoredSession
from shared.storage.store import BatchConflict, Op, StaleDocument

TRIES = 6
"""How often a change of an account is tried against others changing it at the same time."""

_security = logging.getLogger("vigor.security")


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session with the credentials its device gets; `device` is the mark it will be known by, after a sign-in."""

    account: Account
    session: StoredSession
    access_token: str
    expires_in: int
    refresh_token: str
    device: str = ""


class Sessions:
    """Opens, checks, refreshes and ends sessions."""

    def __init__(
        self,
        accounts: AccountsRepository,
        sessions: SessionsRepository,
        *,
        access_tokens: AccessTokens,
        refresh_tokens: RefreshTokens,
        deeds: Deeds,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._accounts, self._sessions = accounts, sessions
        self._access_tokens, self._refresh_tokens = access_tokens, refresh_tokens
        self._deeds = deeds
        self._idle = timedelta(seconds=settings.refresh_idle_s)
        self._longest = timedelta(seconds=settings.refresh_max_s)
        self._grace = timedelta(seconds=settings.refresh_grace_s)
        self._clock = clock

    def verify(self, access_token: str) -> AccessGrant:
        """What the access token stands for; raises `NotSignedIn`. Reads nothing."""
        return self._access_tokens.verify(access_token, now=self._clock())

    async def admit(self, grant: AccessGrant) -> Account:
        """The account behind a grant, if it still lets this session in; raises `NotSignedIn`."""
        there = await self._accounts.find(grant.user_id)
        if there is None or not there.value.lets_in(grant.session_id, epoch=grant.epoch):
            raise NotSignedIn("This session has ended; sign in again.")
        return there.value

    def is_fresh(self, grant: AccessGrant) -> bool:
        """Whether the sign-in behind the grant is recent enough for an administrator's change."""
        return self._clock() - grant.signed_in_at <= STEP_UP_WITHIN

    def new(self, *, agent: str, epoch: int = 0, proven_at: datetime | None = None) -> StoredSession:
        """A session not yet kept, of an account in that epoch, whose owner proved who they are just now or at `proven_at`."""
        now = self._clock()
        return StoredSession(
            id=secrets.token_hex(16),
            salt=secrets.token_hex(16),
            epoch=epoch,
            signed_in_at=min(now, proven_at or now),
            rotated_at=now,
            created_at=now,
            agent=agent[:120],
        )

    async def open(self, account: Account, *, agent: str, proven_at: datetime | None = None) -> OpenSession:
        """Sign a device in; past `MOST_SESSIONS` the one longest unused ends.

        `account` is as it was when its owner proved who they are: where all sessions were ended since, this one is over
        before it began.
        """
        session = self.new(agent=agent, epoch=account.epoch, proven_at=proven_at)
        await self._sessions.insert(account.id, session)
        others = [one for one in await self._sessions.all(account.id) if one.id != session.id]
        present = account
        for surplus in sorted(others, key=lambda one: one.rotated_at)[: max(0, len(others) + 1 - MOST_SESSIONS)]:
            present = await self._ended(account.id, surplus.id) or present
        return self.with_credentials(account if session.epoch < present.oldest_epoch else present, session)

    async def refresh(self, refresh_token: str) -> OpenSession:
        """Exchange a refresh token for the next one.

        The predecessor of the current one is answered with the current one for a short grace, since a reply may be
        lost or two tabs may ask at once; anything older has been stolen or replayed and ends the session. A token we
        never made changes nothing. Raises `NotSignedIn`.
        """
        claim = self._refresh_tokens.read(refresh_token)
        if claim is None:
            raise _spent()
        for _ in range(TRIES):
            account, there = await self._claimed(claim)
            if claim.turn != there.value.turn:
                return await self._earlier_turn(account, claim, there.value)
            following = there.value.model_copy(update={"turn": claim.turn + 1, "rotated_at": self._clock()})
            try:
                await self._sessions.rotate(account.id, following, etag=there.etag)
            except StaleDocument:
                continue  # another request was first: with the same token, or with the end of the session
            return self.with_credentials(account, following)
        raise Unavailable("Too many changes at once; try again in a second.", retry_after_s=1)

    async def end(self, user_id: str, session_id: str) -> None:
        """End one session, its access tokens included; raises `NotFound` where the person has no such session."""
        if await self._sessions.find(user_id, session_id) is None:
            raise NotFound("There is no such session.")
        await self._ended(user_id, session_id)

    async def end_all(
        self,
        user_id: str,
        *,
        but: str = "",
        change: Callable[[Account], Account] = lambda account: account,
        if_match: str | None = None,
    ) -> Kept[Account]:
        """End every session of a person, except one if named, in the same write as `change`.

        That write alone ends them; their documents are only cleared away after it. Raises what `change_account` does.
        """
        for _ in range(TRIES):
            there = await self._version(user_id, if_match)
            spared = await self._sessions.find(user_id, but) if but else None
            after = change(there.value).with_all_ended(but=but if spared else "")
            stays = [SessionsRepository.going_on(spared, epoch=after.epoch)] if spared else []
            try:
                written = await self._accounts.save(after, etag=there.etag, with_=stays)
            except BatchConflict:
                continue
            for session in await self._sessions.all(user_id):
                if session.epoch < after.oldest_epoch:
                    await self._sessions.delete(user_id, session.id)
            return written
        raise Unavailable("Too many changes at once; try again in a second.", retry_after_s=1)

    async def all(self, account: Account) -> list[StoredSession]:
        """The sessions that are still good, the latest used first."""
        still = [one for one in await self._sessions.all(account.id) if not self._is_over(one, account)]
        return sorted(still, key=lambda one: one.rotated_at, reverse=True)

    async def change_account(
        self,
        user_id: str,
        change: Callable[[Account], Account],
        *,
        with_: list[Op] | None = None,
        if_match: str | None = None,
    ) -> Kept[Account]:
        """Change an account against whoever else changes it; raises `NotFound` and `Unavailable`.

        With `if_match`, change only that version of it, and raise `StaleDocument` where there is another.
        """
        for _ in range(TRIES):
            there = await self._version(user_id, if_match)
            try:
                return await self._accounts.save(change(there.value), etag=there.etag, with_=with_ or ())
            except StaleDocument:
                continue
            except BatchConflict as clash:
                if clash.index != 0:
                    raise
        raise Unavailable("Too many changes at once; try again in a second.", retry_after_s=1)

    async def _version(self, user_id: str, if_match: str | None) -> Kept[Account]:
        """The account as it is now; raises `NotFound`, and `StaleDocument` where it is not the version asked for."""
        there = await self._accounts.find(user_id)
        if there is None:
            raise NotFound("There is no such account.")
        if if_match is not None and if_match != there.etag:
            raise StaleDocument("The account has changed since it was read.")
        return there

    def with_credentials(self, account: Account, session: StoredSession) -> OpenSession:
        """The session with its credentials of this moment."""
        access_token = self._access_tokens.mint(
            user_id=account.id,
            session_id=session.id,
            epoch=account.epoch,
            signed_in_at=session.signed_in_at,
            now=self._clock(),
        )
        refresh_token = self._refresh_tokens.derive(account.id, session.id, turn=session.turn, salt=session.salt)
        return OpenSession(account, session, access_token, int(self._access_tokens.ttl.total_seconds()), refresh_token)

    async def _claimed(self, claim: RefreshClaim) -> tuple[Account, Kept[StoredSession]]:
        """The account and the session that an authentic claim is about, both still good; raises `NotSignedIn`.

        The account is read first: a session that goes on into a new epoch is written with it, never before it.
        """
        account = await self._accounts.find(claim.user_id)
        there = await self._sessions.find(claim.user_id, claim.session_id)
        if account is None or there is None or not self._refresh_tokens.is_authentic(claim, salt=there.value.salt):
            raise _spent()
        if account.value.disabled or claim.session_id in account.value.ended_sessions:
            raise _spent()
        if self._is_over(there.value, account.value):
            await self._ended(claim.user_id, claim.session_id)
            raise _spent()
        return account.value, there

    def _is_over(self, session: StoredSession, account: Account) -> bool:
        now = self._clock()
        is_old = now - session.rotated_at > self._idle or now - session.created_at > self._longest
        return is_old or session.epoch < account.oldest_epoch

    async def _earlier_turn(self, account: Account, claim: RefreshClaim, session: StoredSession) -> OpenSession:
        if claim.turn == session.turn - 1 and self._clock() - session.rotated_at <= self._grace:
            return self.with_credentials(account, session)
        if claim.turn < session.turn:
            ended = await self._ended(account.id, session.id)
            _log_reuse(session)
            if ended is not None:  # of many who use it at once, whoever ended the session tells
                await self._deeds.tell("refresh_reuse", account.id)
        raise _spent()

    async def _ended(self, user_id: str, session_id: str) -> Account | None:
        """End a session that was there a moment ago; the account after it, or None where another request was first."""
        now = self._clock()
        until = now + self._access_tokens.ttl + timedelta(minutes=1)
        try:
            ended = await self.change_account(
                user_id,
                lambda account: account.with_ended(session_id, until=until, now=now),
                with_=[SessionsRepository.ending(session_id)],
            )
        except BatchConflict:
            return None
        return ended.value


def _spent() -> NotSignedIn:
    return NotSignedIn("This session cannot be continued; sign in again.")


def _log_reuse(session: StoredSession) -> None:
    """A line for whoever watches over the house: a refresh token was used a second time, by whom nobody can tell."""
    pseudonym = hashlib.sha256(session.id.encode()).hexdigest()[:12]
    _security.warning(json.dumps({"event": "refresh_reuse", "session": pseudonym}))
