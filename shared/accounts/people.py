"""Signing up, signing in, changing a password, leaving: the account's life, told once."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from shared.accounts.admins import Admins
from shared.accounts.deeds import Deeds
from shared.accounts.names import email_key, read_display_name, read_email, read_username
from shared.accounts.password_rules import check_password
from shared.accounts.sessions import OpenSession, Sessions
from shared.accounts.throttle import Throttle
from shared.auth.account import CONSENT_VERSION, Account, Consent, Password, Role
from shared.auth.devices import Visit
from shared.auth.passwords import Passwords
from shared.clock import Clock
from shared.domain.profile import Profile
from shared.errors import FieldError, InvalidFields, RegistrationConflict, SignInRefused
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.documents import Kept, body_of
from shared.storage.repositories.sessions import SessionsRepository
from shared.storage.store import Op, Upsert

PROFILE = "profile"


class People:
    """Accounts as their owners and the first administrator use them."""

    def __init__(
        self,
        accounts: AccountsRepository,
        sessions: Sessions,
        *,
        admins: Admins,
        deeds: Deeds,
        passwords: Passwords,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._accounts, self._sessions, self._admins, self._deeds = accounts, sessions, admins, deeds
        self._passwords, self._throttle, self._clock = passwords, throttle, clock

    async def register(
        self, *, email: str, username: str, password: str, display_name: str | None, visit: Visit
    ) -> OpenSession:
        """A new account and its first session; raises `InvalidFields`, `RegistrationConflict` and `TooManyAttempts`.

        The caller has checked that consent was given.
        """
        name = read_username(username)
        await self._throttle.count_registration(visit)
        draft = self._new_account(email, name, password, display_name=display_name, role="user")
        session = self._sessions.new(agent=visit.agent)
        account = await self._keep(draft, password, [SessionsRepository.opening(session)])
        return self._on_device(self._sessions.with_credentials(account, session))

    async def sign_in(self, *, identifier: str, password: str, visit: Visit) -> OpenSession:
        """A session for whoever knows the password; one answer and equal work for all the ways to be wrong.

        Raises `SignInRefused`, and `TooManyAttempts` before the password is looked at.
        """
        there = await self._find(identifier)
        subject = there.value.id if there else _folded(identifier)
        async with self._throttle.attempt(subject, visit):
            account = await self._proven(there, password)
        opened = await self._sessions.open(account, agent=visit.agent)
        return self._on_device(opened)

    async def check(self, account: Account, password: str, *, field: str, session_id: str) -> None:
        """Raise `InvalidFields` on `field` unless this is the account's password; guesses are throttled here too."""
        try:
            async with self._throttle.attempt(account.id, Visit(session_id=session_id)):
                await self._verify(account.password, password)
        except SignInRefused as wrong:
            sentence = "is not your password"
            raise InvalidFields(f"{field}: {sentence}", errors=[FieldError(field, sentence)]) from wrong

    async def change_password(self, account: Account, *, current: str, new: str, session_id: str) -> None:
        """Set a new password and end every other session."""
        await self.check(account, current, field="current_password", session_id=session_id)
        check_password(new, username=account.username, email=account.email, field="new_password")
        renewed = await self._hashed(new)
        await self._sessions.end_all(
            account.id, but=session_id, change=lambda one: one.model_copy(update={"password": renewed})
        )

    async def ensure_admin(self, *, email: str, password: str) -> bool:
        """Make the first administrator while there is none; answers whether it did.

        Several workers may start at once: the directory lets one of them through. One that a crash kept from being
        listed is listed now.
        """
        there = await self._accounts.find_by_email(read_email(email).key)
        if there is not None:
            if there.value.administers:
                await self._admins.add(there.value.id)
            return False
        if await self._admins.any():
            return False
        name = f"admin-{secrets.token_hex(3)}"
        account = self._new_account(email, name, password, display_name="Administrator", role="admin")
        try:
            await self._keep(account, password, [])
        except RegistrationConflict:
            return False
        await self._admins.add(account.id)
        await self._deeds.tell_first_admin(account.id)
        return True

    async def _proven(self, there: Kept[Account] | None, password: str) -> Account:
        """The account if the password is its own and it may be used; raises `SignInRefused`."""
        await self._verify(there.value.password if there else None, password)
        assert there is not None  # noqa: S101 - nobody's password is never right
        account, secret = there.value, there.value.password
        if account.disabled:
            raise _refused()
        if secret is not None and self._passwords.is_outdated(secret.hash, secret.pepper_kid):
            renewed = await self._hashed(password)
            await self._sessions.change_account(
                account.id,
                # unless it was changed meanwhile: the one just proven must not come back
                lambda one: one.model_copy(update={"password": renewed}) if one.password == secret else one,
            )
        return account

    async def _verify(self, secret: Password | None, password: str) -> None:
        """Raise `SignInRefused` unless the password is the one kept, after the same work in every case."""
        if secret is None:
            await self._passwords.spend(password)
            raise _refused()
        if not await self._passwords.matches(password, secret.hash, secret.pepper_kid):
            raise _refused()

    def _on_device(self, opened: OpenSession) -> OpenSession:
        """With the mark by which the device will be known."""
        return replace(opened, device=self._throttle.devices.mint(opened.account.id, now=self._clock()))

    def _new_account(
        self, email: str, username: str, password: str, *, display_name: str | None, role: Role
    ) -> Account:
        """The account, still without its password; raises `InvalidFields`."""
        address = read_email(email)
        check_password(password, username=username, email=address.typed)
        now = self._clock()
        return Account(
            id=secrets.token_hex(16),
            email=address.typed,
            email_key=address.key,
            username=username,
            display_name=read_display_name(display_name, otherwise=username),
            role=role,
            consent=Consent(terms=True, health_data=True, version=CONSENT_VERSION, given_at=now),
            created_at=now,
        )

    async def _keep(self, account: Account, password: str, ops: Sequence[Op]) -> Account:
        """Keep the new account under that password: names first, for hashing costs what a taken name need not pay."""
        async with self._accounts.claimed(account, now=self._clock()):
            whole = account.model_copy(update={"password": await self._hashed(password)})
        await self._accounts.make(whole, with_=[Upsert(PROFILE, body_of(Profile())), *ops])
        return whole

    async def _find(self, identifier: str) -> Kept[Account] | None:
        """By e-mail where there is an @, else by username: no name can be both. As many reads for nobody as for one."""
        folded = _folded(identifier)
        find = self._accounts.find_by_email if "@" in folded else self._accounts.find_by_username
        return await find(folded) or await self._accounts.find("nobody")

    async def _hashed(self, password: str) -> Password:
        phc, kid = await self._passwords.hash(password)
        return Password(hash=phc, pepper_kid=kid)


def _refused() -> SignInRefused:
    return SignInRefused("The e-mail or username and the password do not belong together.")


def _folded(identifier: str) -> str:
    """The key that the directory would list the person under; for what can be no name, a text that nobody has."""
    if "@" in identifier:
        return email_key(identifier) or f"@{identifier.strip().casefold()[:64]}"
    name = identifier.strip()
    return name.lower() if name.isascii() and name.isprintable() and 0 < len(name) <= 64 else "-"
