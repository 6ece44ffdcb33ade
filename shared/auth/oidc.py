"""OpenID Connect: what an id token of a configured issuer proves, checked before anything is believed of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from shared.auth.oidc_provider import ALGORITHMS, OidcProvider, sign_in_refused
from shared.clock import Clock
from shared.config import OidcIssuer
from shared.errors import SignInRefused

ISSUED_WITHIN = timedelta(minutes=10)
LEEWAY = timedelta(seconds=60)
LONGEST = 16_384
_ENTRA_HOST = "login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an issuer says somebody is. `key` is unique for issuer and subject (Entra: tenant and object id), and the
    only thing an account is found by; the e-mail address and the name are what the issuer shows, proven or not."""

    key: str
    issuer: str
    subject: str
    email: str
    name: str
    proof: str
    """A digest of what the issuer signed, so that it can be used once: the signature itself has several spellings."""
    proven_at: datetime | None = None
    """When they last proved to the issuer who they are, where it says so: that may lie before this sign-in."""


class OidcIssuers:
    """The issuers that the settings name, and their signing keys."""

    def __init__(self, issuers: Sequence[OidcIssuer], *, clock: Clock) -> None:
        self.all = tuple(issuers)
        self._providers = {issuer.issuer: OidcProvider(issuer, clock) for issuer in issuers}
        self._clock = clock

    async def authorization_endpoint(self, issuer: str) -> str:
        """Where a browser begins the sign-in; raises `SignInRefused` and `Unavailable`."""
        return (await self._provider(issuer).endpoints()).authorization

    async def redeem(self, *, issuer: str, code: str, code_verifier: str, redirect_uri: str) -> str:
        """The id token for the code that an issuer gave a browser (RFC 7636).

        Raises `SignInRefused` for a code the issuer does not take, and `Unavailable` where it does not answer.
        """
        provider = self._provider(issuer)
        fields = {
            "grant_type": "authorization_code",
            "client_id": provider.issuer.client_id,
            "code": code,
            "code_verifier": code_verifier,
            "redirect_uri": redirect_uri,
        }
        if provider.issuer.client_secret:
            fields["client_secret"] = provider.issuer.client_secret
        return await provider.exchange(fields)

    def _provider(self, issuer: str) -> OidcProvider:
        provider = self._providers.get(issuer)
        if provider is None:
            raise SignInRefused("That issuer is not one of those configured here.")
        return provider

    async def verify(self, *, issuer: str, id_token: str, nonce: str) -> Identity:
        """Who signed in.

        Raises `SignInRefused`, with one sentence for all the ways an id token can be wrong, and `Unavailable` where
        the issuer's keys cannot be read.
        """
        import jwt  # noqa: PLC0415 - only workers that check signatures pay for the import

        provider = self._provider(issuer)
        if len(id_token) > LONGEST:
            raise sign_in_refused()
        try:
            header = jwt.get_unverified_header(id_token)
            key = await provider.key(header.get("kid"), header.get("alg"))
            claims = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=provider.issuer.client_id,
                issuer=issuer,
                options={
                    "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, jwt.InvalidKeyError) as invalid:
            raise sign_in_refused() from invalid
        _check(claims, client_id=provider.issuer.client_id, nonce=nonce, now=self._clock())
        signed = id_token.rpartition(".")[0]
        return _identity(claims, issuer=issuer, proof=hashlib.sha256(signed.encode()).hexdigest()[:40])


def _check(claims: Mapping[str, Any], *, client_id: str, nonce: str, now: datetime) -> None:
    """The checks the library leaves to us: time by our clock, the nonce, and for whom the token was made."""
    issued, expires = claims["iat"], claims["exp"]
    begins, proven = (claims.get(name, issued) for name in ("nbf", "auth_time"))
    if not all(isinstance(number, int | float) and 0 <= number < 2**33 for number in (issued, expires, begins, proven)):
        raise sign_in_refused()
    moment = now.timestamp()
    leeway = LEEWAY.total_seconds()
    if moment >= expires + leeway or max(issued, begins, proven) > moment + leeway:
        raise sign_in_refused()
    if moment - issued > ISSUED_WITHIN.total_seconds():
        raise sign_in_refused()
    if claims["nonce"] != nonce:  # no secret: whoever asks has just sent it
        raise sign_in_refused()
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise sign_in_refused()


def _identity(claims: Mapping[str, Any], *, issuer: str, proof: str) -> Identity:
    subject = claims["sub"]
    address = urlsplit(issuer)
    if address.hostname == _ENTRA_HOST:
        tenant = address.path.split("/")[1:2]
        if not claims.get("oid") or [claims.get("tid")] != tenant:
            raise sign_in_refused()
        subject = f"{claims['tid']}/{claims['oid']}"
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise sign_in_refused()
    key = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    shown = {name: claims[name] for name in ("email", "name") if isinstance(claims.get(name), str)}
    proven_at = datetime.fromtimestamp(claims["auth_time"], UTC) if "auth_time" in claims else None
    return Identity(
        key, issuer, subject, shown.get("email", "")[:254], shown.get("name", "")[:80], proof=proof, proven_at=proven_at
    )
