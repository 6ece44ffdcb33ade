"""Signing up, signing in, changing a password, leaving: the account's life, told once."""

import secrets
from collections.abc import Sequence

from shared.accounts.admins import Admins
from shared.accounts.names import check_password, email_key, read_display_name, read_email, read_username
from shared.accounts.sessions import OpenSession, Sessions
from shared.auth.account import CONSENT_VERSION, Account, Consent, Password, Role
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
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._accounts, self._sessions, self._admins = accounts, sessions, admins
        self._passwords, self._clock = passwords, clock

    async def register(
        self, *, email: str, username: str, password: str, display_name: str | None, agent: str
    ) -> OpenSession:
        """A new account and its first session; raises `InvalidFields` and `RegistrationConflict`.

        The caller has checked that consent was given.
        """
        name = read_username(username)
        account = await self._new_account(email, name, password, display_name=display_name, role="user")
        session = self._sessions.new(agent=agent)
        await self._keep(account, [SessionsRepository.opening(session)])
        return self._sessions.with_credentials(account, session)

    async def sign_in(self, *, identifier: str, password: str, agent: str) -> OpenSession:
        """A session for whoever knows the password; one answer and equal work for all the ways to be wrong."""
        there = await self._find(identifier)
        secret = there.value.password if there else None
        if secret is None:
            await self._passwords.spend(password)
            raise _refused()
        good = await self._passwords.matches(password, secret.hash, secret.pepper_kid)
        if there is None or not good or there.value.disabled:
            raise _refused()
        if self._passwords.is_outdated(secret.hash, secret.pepper_kid):
            renewed = await self._hashed(password)
            await self._sessions.change_account(there.value.id, lambda a: a.model_copy(update={"password": renewed}))
        return await self._sessions.open(there.value, agent=agent)

    async def check(self, account: Account, password: str, *, field: str) -> None:
        """Raise `InvalidFields` on `field` unless this is the account's password."""
        secret = account.password
        if secret is None or not await self._passwords.matches(password, secret.hash, secret.pepper_kid):
            raise InvalidFields(f"{field}: is not your password", errors=[FieldError(field, "is not your password")])

    async def change_password(self, account: Account, *, current: str, new: str, session_id: str) -> None:
        """Set a new password and end every other session."""
        await self.check(account, current, field="current_password")
        check_password(new, username=account.username, email=account.email)
        renewed = await self._hashed(new)
        await self._sessions.change_account(account.id, lambda a: a.model_copy(update={"password": renewed}))
        await self._sessions.end_all(account.id, but=session_id)

    async def ensure_admin(self, *, email: str, password: str) -> bool:
        """Make the first administrator unless that e-mail has an account; answers whether it did.

        Several workers may start at once: the directory lets one of them through.
        """
        if await self._accounts.find_by_email(read_email(email).key) is not None:
            return False
        name = f"admin-{secrets.token_hex(3)}"
        account = await self._new_account(email, name, password, display_name="Administrator", role="admin")
        try:
            await self._keep(account, [])
        except RegistrationConflict:
            return False
        await self._admins.add(account.id)
        return True

    async def _new_account(
        self, email: str, username: str, password: str, *, display_name: str | None, role: Role
    ) -> Account:
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
            password=await self._hashed(password),
            consent=Consent(terms=True, health_data=True, version=CONSENT_VERSION, given_at=now),
            created_at=now,
        )

    async def _keep(self, account: Account, ops: Sequence[Op]) -> None:
        profile = Upsert(PROFILE, body_of(Profile()))
        await self._accounts.create(account, with_=[profile, *ops], now=self._clock())

    async def _find(self, identifier: str) -> Kept[Account] | None:
        """By e-mail where there is an @, else by username: no name can be both."""
        if "@" in identifier:
            key = email_key(identifier)
            return None if key is None else await self._accounts.find_by_email(key)
        name = identifier.strip().lower()
        return await self._accounts.find_by_username(name) if name.isascii() and 0 < len(name) <= 64 else None

    async def _hashed(self, password: str) -> Password:
        phc, kid = await self._passwords.hash(password)
        return Password(hash=phc, pepper_kid=kid)


def _refused() -> SignInRefused:
    return SignInRefused("The e-mail or username and the password do not belong together.")
