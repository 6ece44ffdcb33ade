"""Signing in with an identity of an OpenID Connect issuer: the account behind it, made the first time."""

import asyncio
import re
import secrets
from datetime import timedelta

from shared.accounts.admins import Admins
from shared.accounts.deeds import Deeds
from shared.accounts.names import is_reserved, read_display_name, read_email
from shared.accounts.sessions import OpenSession, Sessions
from shared.auth.account import CONSENT_VERSION, Account, Consent
from shared.auth.oidc import ISSUED_WITHIN, LEEWAY, Identity, OidcIssuers
from shared.auth.oidc_provider import sign_in_refused
from shared.clock import Clock
from shared.config import OidcIssuer
from shared.domain.profile import Profile
from shared.errors import InvalidFields, RegistrationConflict, Unavailable
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.documents import body_of
from shared.storage.repositories.sessions import SessionsRepository
from shared.storage.store import Op, Upsert

_TRIES = 5
_PROOFS_KEPT_FOR = ISSUED_WITHIN + 2 * LEEWAY + timedelta(minutes=1)
"""Longer than an id token is good, so that one can be used once and no more."""
_PROFILE = "profile"


class Identities:
    """Accounts as people with an OpenID Connect identity use them.

    An account is found by issuer and subject and by nothing else: an e-mail address that an issuer shows is kept as a
    text, claims no place in the directory, and never opens an account that somebody made with a password.
    """

    def __init__(
        self,
        accounts: AccountsRepository,
        sessions: Sessions,
        *,
        issuers: OidcIssuers,
        admins: Admins,
        deeds: Deeds,
        clock: Clock,
    ) -> None:
        self._accounts, self._sessions = accounts, sessions
        self._issuers, self._admins, self._deeds, self._clock = issuers, admins, deeds, clock

    async def issuers(self) -> list[tuple[OidcIssuer, str]]:
        """The issuers that answer just now, each with the address where a browser begins the sign-in."""
        found = await asyncio.gather(
            *(self._issuers.authorization_endpoint(one.issuer) for one in self._issuers.all), return_exceptions=True
        )
        return [(one, at) for one, at in zip(self._issuers.all, found, strict=True) if isinstance(at, str)]

    async def redeem(self, *, issuer: str, code: str, code_verifier: str, redirect_uri: str) -> str:
        """The id token for the code a browser brought back; raises `SignInRefused` and `Unavailable`."""
        return await self._issuers.redeem(
            issuer=issuer, code=code, code_verifier=code_verifier, redirect_uri=redirect_uri
        )

    async def sign_in(
        self, *, issuer: str, id_token: str, nonce: str, consents: bool, agent: str
    ) -> tuple[OpenSession, bool]:
        """A session, and whether the account was made for it; `consents` says that terms and use were agreed to.

        Raises `SignInRefused`, for an id token used before as well, and `Unavailable`.
        """
        identity = await self._issuers.verify(issuer=issuer, id_token=id_token, nonce=nonce)
        for _ in range(_TRIES):
            there = await self._accounts.find_by_identity(identity.key)
            if there is not None:
                return await self._again(there.value, identity, consents=consents, agent=agent), False
            account = self._new_account(identity, consents=consents)
            session = self._sessions.new(agent=agent, proven_at=identity.proven_at)
            first: list[Op] = [Upsert(_PROFILE, body_of(Profile())), SessionsRepository.opening(session)]
            try:
                await self._accounts.create(account, with_=first, now=self._clock())
            except RegistrationConflict:
                continue  # the made-up username is taken, or another request of this person came first
            return self._sessions.with_credentials(await self._perhaps_admin(account, identity), session), True
        raise Unavailable("The account could not be made just now; try again in a second.", retry_after_s=1)

    async def consent(self, account: Account) -> None:
        """Record that the owner agrees to the terms and to the use of health data."""
        given = self._consent()
        await self._sessions.change_account(account.id, lambda one: one.model_copy(update={"consent": given}))

    async def withdraw_consent(self, account: Account) -> None:
        """Take the consent back: from the next request on nothing about health is taken, and no model is asked."""
        await self._sessions.change_account(account.id, lambda one: one.model_copy(update={"consent": None}))

    async def _again(self, account: Account, identity: Identity, *, consents: bool, agent: str) -> OpenSession:
        if account.disabled:
            raise sign_in_refused()
        now = self._clock()

        def used(one: Account) -> Account:
            still = {proof: until for proof, until in one.used_proofs.items() if until > now}
            if identity.proof in still:
                raise sign_in_refused()
            proofs = still | {identity.proof: now + _PROOFS_KEPT_FOR}
            given = one.consent or (self._consent() if consents else None)
            return one.model_copy(update={"used_proofs": proofs, "consent": given})

        kept = await self._sessions.change_account(account.id, used)
        if kept.value.consent is not None and account.consent is None:
            await self._deeds.tell("consent.give", account.id)
        present = await self._perhaps_admin(kept.value, identity)
        return await self._sessions.open(present, agent=agent, proven_at=identity.proven_at)

    async def _perhaps_admin(self, account: Account, identity: Identity) -> Account:
        """Make the subject that the settings name the first administrator, while there is none."""
        named = {issuer.issuer: issuer.admin_subject for issuer in self._issuers.all}[identity.issuer]
        if not named or identity.subject != named or account.role == "admin":
            return account
        if await self._admins.any(but=account.id):  # a start that was cut off may have listed this one already
            return account
        await self._admins.add(account.id)
        kept = await self._sessions.change_account(account.id, lambda one: one.model_copy(update={"role": "admin"}))
        await self._deeds.tell_first_admin(account.id)
        return kept.value

    def _new_account(self, identity: Identity, *, consents: bool) -> Account:
        now = self._clock()
        username = _made_up(identity)
        return Account(
            id=secrets.token_hex(16),
            email=_address(identity.email),
            identity_key=identity.key,
            username=username,
            display_name=read_display_name(identity.name, otherwise=username),
            used_proofs={identity.proof: now + _PROOFS_KEPT_FOR},
            consent=self._consent() if consents else None,
            created_at=now,
        )

    def _consent(self) -> Consent:
        return Consent(terms=True, health_data=True, version=CONSENT_VERSION, given_at=self._clock())


def _address(shown: str) -> str:
    """The address that an issuer shows, or an empty text where that is none."""
    try:
        return read_email(shown).typed
    except InvalidFields:
        return ""


def _made_up(identity: Identity) -> str:
    """A username out of the address or the name shown, with digits that keep it apart from its like."""
    shown = re.sub(r"[^a-z0-9]+", "", (identity.email.partition("@")[0] or identity.name).lower())[:20]
    digits = secrets.token_hex(3)
    stem = shown if len(shown) >= 2 and not is_reserved(shown + digits) else "member"
    return f"{stem}-{digits}"
