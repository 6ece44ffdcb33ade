"""LoginOidc, LoginOidcCode, OidcIssuers, Consent, GiveConsent, WithdrawConsent: an account of another service, and consent."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.account import CONSENT_VERSION, ConsentGiven
from shared.auth.callers import Anyone, Member
from shared.domain.words import Shape
from shared.errors import SignInRefused
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call
from shared.session_answers import Session, session_answer

bp = blueprint()


class OidcSignIn(Shape):
    """The id token that an issuer gave, and the nonce it was asked for with.

    `consent` belongs to the first sign-in; without it nothing about health is taken until `POST me/consent`.
    """

    issuer: Annotated[str, Field(min_length=1, max_length=512)]
    id_token: Annotated[str, Field(min_length=1, max_length=16_384)]
    nonce: Annotated[str, Field(min_length=8, max_length=256)]
    consent: ConsentGiven | None = None


class OidcCode(Shape):
    """The code that an issuer gave a browser, with what it was asked for (code flow with PKCE, S256)."""

    issuer: Annotated[str, Field(min_length=1, max_length=512)]
    code: Annotated[str, Field(min_length=1, max_length=4096)]
    code_verifier: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]
    redirect_uri: Annotated[str, Field(min_length=1, max_length=512)]
    nonce: Annotated[str, Field(min_length=8, max_length=256)]
    consent: ConsentGiven | None = None


class OidcIssuerView(Shape):
    """An issuer that people may sign in with, and where a browser begins: code flow with PKCE (S256) and a nonce."""

    issuer: str
    client_id: str
    name: str
    authorization_endpoint: str


class OidcIssuerList(Shape):
    """The issuers configured here; empty where people sign in with passwords only."""

    items: list[OidcIssuerView]
    next_cursor: str | None = None


class ConsentView(Shape):
    """What was agreed to, under which version of the notice, and when; `version` and `given_at` are null where there is
    no consent. `current_version` is the notice's of today."""

    terms: bool
    health_data: bool
    version: str | None
    given_at: datetime | None
    current_version: str


@endpoint(
    bp,
    "POST",
    "auth/oidc",
    name="LoginOidc",
    takes=OidcSignIn,
    gives=Session,
    also={201: "The account was made."},
    raises=[SignInRefused],
)
async def login_oidc(asked: OidcSignIn, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """Sign in with an id token of a configured issuer; the first time, this makes the account."""
    return await _signed_in(asked, call, app)


@endpoint(
    bp,
    "POST",
    "auth/oidc/code",
    name="LoginOidcCode",
    takes=OidcCode,
    gives=Session,
    also={201: "The account was made."},
    raises=[SignInRefused],
)
async def login_oidc_code(asked: OidcCode, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """Sign in with the code a browser brought back, which the server exchanges so that pages talk to no other origin."""
    id_token = await app.identities.redeem(
        issuer=asked.issuer, code=asked.code, code_verifier=asked.code_verifier, redirect_uri=asked.redirect_uri
    )
    sign_in = OidcSignIn(issuer=asked.issuer, id_token=id_token, nonce=asked.nonce, consent=asked.consent)
    return await _signed_in(sign_in, call, app)


@endpoint(bp, "GET", "auth/oidc", name="OidcIssuers", gives=OidcIssuerList)
async def oidc_issuers(caller: Anyone, app: App) -> OidcIssuerList:
    """The issuers to sign in with, those that answer just now."""
    return OidcIssuerList(
        items=[
            OidcIssuerView(issuer=one.issuer, client_id=one.client_id, name=one.name, authorization_endpoint=at)
            for one, at in await app.identities.issuers()
        ]
    )


@endpoint(bp, "GET", "me/consent", gives=ConsentView)
async def consent(caller: Member) -> ConsentView:
    """Whether one has agreed to the terms and to the use of one's health data."""
    given = caller.account.consent
    return ConsentView(
        terms=given is not None and given.terms,
        health_data=given is not None and given.health_data,
        version=given and given.version,
        given_at=given and given.given_at,
        current_version=CONSENT_VERSION,
    )


@endpoint(bp, "POST", "me/consent", name="GiveConsent", takes=ConsentGiven, status=204)
async def give_consent(asked: ConsentGiven, caller: Member, call: Call, app: App) -> None:
    """Agree to the terms and to the use of health data."""
    before = caller.account.consent
    await app.identities.consent(caller.account)
    if before is None or before.version != CONSENT_VERSION:
        await app.deeds.tell("consent.give", caller.id, correlation_id=call.correlation_id)


@endpoint(bp, "DELETE", "me/consent", name="WithdrawConsent", status=204)
async def withdraw_consent(caller: Member, call: Call, app: App) -> None:
    """Take the consent back; what is kept stays readable, can be exported and be erased, and nothing is added to it."""
    await app.identities.withdraw_consent(caller.account)
    if caller.account.consent is not None:
        await app.deeds.tell("consent.withdraw", caller.id, correlation_id=call.correlation_id)


async def _signed_in(asked: OidcSignIn, call: Call, app: App) -> Answer[Session]:
    opened, made = await app.identities.sign_in(
        issuer=asked.issuer,
        id_token=asked.id_token,
        nonce=asked.nonce,
        consents=asked.consent is not None,
        agent=call.headers.get("user-agent", ""),
    )
    await app.deeds.tell_sign_in(opened.account, correlation_id=call.correlation_id)
    answer = session_answer(opened, call, app.settings)
    answer.status = 201 if made else 200
    return answer
