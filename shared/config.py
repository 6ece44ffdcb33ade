"""Settings: every one Vigor reads from the environment, what it is for, and how a wrong one is refused."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from shared.errors import BadSetting

StoreKind = Literal["sqlite", "tables", "cosmos"]

SETTINGS: dict[str, tuple[str, str]] = {
    "VIGOR_STORE": ("sqlite", "where documents live: sqlite, tables or cosmos"),
    "VIGOR_SQLITE_PATH": (".vigor/vigor.sqlite", "the SQLite file; secrets made on a first local run lie beside it"),
    "VIGOR_TABLES_ENDPOINT": ("", "https address of the Table service, reached by managed identity"),
    "VIGOR_TABLES_CONNECTION": ("", "connection string of the Table service; for Azurite only"),
    "VIGOR_COSMOS_ENDPOINT": ("", "address of the Cosmos DB account"),
    "VIGOR_COSMOS_KEY": ("", "key of the Cosmos DB emulator; on Azure managed identity is used"),
    "VIGOR_COSMOS_DATABASE": ("vigor", "name of the Cosmos DB database"),
    "VIGOR_KEY_VAULT_URL": ("", "address of the Key Vault that holds secrets the environment does not give"),
    "VIGOR_SIGNING_KEYS": ("", 'JSON list [{"kid", "key"}], keys of 32 bytes in base64; the first signs, all verify'),
    "VIGOR_PEPPER_KEYS": ("", "JSON list like VIGOR_SIGNING_KEYS, mixed into password hashes; never drop one in use"),
    "VIGOR_ADMIN_EMAIL": ("", "e-mail of the first administrator, made on the first start of an empty store"),
    "VIGOR_ADMIN_PASSWORD": ("", "password of the first administrator; only read on that first start"),
    "VIGOR_OIDC_ISSUERS": (
        "",
        'JSON list [{"issuer", "client_id", "name", "client_secret", "admin_subject"}] of OpenID Connect issuers; the '
        "last three may be left out; whoever signs in as admin_subject while nobody administers becomes administrator",
    ),
    "VIGOR_ACCESS_TTL_S": ("600", "how long an access token is good, in seconds (at most 900)"),
    "VIGOR_REFRESH_IDLE_S": ("1209600", "a session unused for so many seconds ends"),
    "VIGOR_REFRESH_MAX_S": ("2592000", "a session ends after so many seconds, used or not"),
    "VIGOR_REFRESH_GRACE_S": ("30", "for so many seconds the refresh token just replaced is still answered"),
    "VIGOR_TRUSTED_HOPS": (
        "",
        "how many proxies of your own append to X-Forwarded-For; by default 1 on Azure (2 behind a Static Web App), else 0",
    ),
    "VIGOR_RESERVATION_TTL_S": ("120", "a reservation left behind by a crash is freed after so many seconds"),
    "VIGOR_MODEL_DEADLINE_S": (
        "25",
        "a request to language models is answered within so many seconds, and within nine tenths of VIGOR_RESERVATION_TTL_S",
    ),
    "VIGOR_WEEKLY_BUDGET_USD": ("10", "what all providers together may cost in an ISO week, in dollars"),
    "VIGOR_USER_SHARE": ("0.25", "the share of that week's budget that one person may use, from 0 to 1"),
    "VIGOR_RETENTION_AUDIT_DAYS": ("1095", "entries of the audit trail are removed after so many days; 0 keeps them"),
    "VIGOR_RETENTION_USE_DAYS": (
        "400",
        "a person's rows of use are removed after so many days (62 or more; 0 keeps them)",
    ),
    "VIGOR_RETENTION_CHAT_DAYS": (
        "0",
        "messages of the chat are removed after so many days; 0 leaves that to the person",
    ),
    "VIGOR_OTLP_ENDPOINT": (
        "",
        "address of an OpenTelemetry collector (OTLP over HTTP) that gets a span of each request",
    ),
    "OPENAI_API_KEY": ("", "key of OpenAI; without one the provider is absent"),
    "OPENAI_BASE_URL": ("", "another address that speaks OpenAI's protocol"),
    "GEMINI_API_KEY": ("", "key of Google's Gemini; without one the provider is absent"),
    "GEMINI_BASE_URL": ("", "another address that speaks Gemini's protocol"),
    "PERPLEXITY_API_KEY": ("", "key of Perplexity; without one the provider is absent"),
    "PERPLEXITY_BASE_URL": ("", "another address that speaks Perplexity's protocol"),
}
"""Name → (default, what it does). `local.settings.sample.json` lists the same names; a test holds the two together."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A named key of a ring."""

    kid: str
    key: bytes


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """How to reach one vendor; an empty base address means the vendor's own."""

    api_key: str
    base_url: str


@dataclass(frozen=True, slots=True)
class OidcIssuer:
    """An OpenID Connect issuer that people may sign in with; the last two are empty where there is none."""

    issuer: str
    client_id: str
    name: str
    client_secret: str = field(repr=False)
    admin_subject: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read and checked once."""

    store: StoreKind
    sqlite_path: Path
    tables_endpoint: str
    tables_connection: str
    cosmos_endpoint: str
    cosmos_key: str
    cosmos_database: str
    key_vault_url: str
    signing_keys: tuple[SecretKey, ...]
    pepper_keys: tuple[SecretKey, ...]
    admin_email: str
    admin_password: str
    oidc_issuers: tuple[OidcIssuer, ...]
    access_ttl_s: int
    refresh_idle_s: int
    refresh_max_s: int
    refresh_grace_s: int
    trusted_hops: int
    reservation_ttl_s: int
    model_deadline_s: int
    weekly_budget_usd: float
    user_share: float
    retention_audit_days: int
    retention_use_days: int
    retention_chat_days: int
    otlp_endpoint: str
    providers: Mapping[str, ProviderAccess]
    on_azure: bool


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` gives; raises `BadSetting` with one sentence that names the first wrong one."""
    values = {name: environ.get(name, "").strip() or default for name, (default, _) in SETTINGS.items()}
    settings = Settings(
        store=_store_kind(values["VIGOR_STORE"]),
        sqlite_path=Path(values["VIGOR_SQLITE_PATH"]).expanduser(),
        tables_endpoint=_address(values, "VIGOR_TABLES_ENDPOINT"),
        tables_connection=values["VIGOR_TABLES_CONNECTION"],
        cosmos_endpoint=_address(values, "VIGOR_COSMOS_ENDPOINT"),
        cosmos_key=values["VIGOR_COSMOS_KEY"],
        cosmos_database=values["VIGOR_COSMOS_DATABASE"],
        key_vault_url=_address(values, "VIGOR_KEY_VAULT_URL"),
        signing_keys=read_keys("VIGOR_SIGNING_KEYS", values["VIGOR_SIGNING_KEYS"]),
        pepper_keys=read_keys("VIGOR_PEPPER_KEYS", values["VIGOR_PEPPER_KEYS"]),
        admin_email=values["VIGOR_ADMIN_EMAIL"],
        admin_password=values["VIGOR_ADMIN_PASSWORD"],
        oidc_issuers=_oidc_issuers(values["VIGOR_OIDC_ISSUERS"]),
        access_ttl_s=_seconds(values, "VIGOR_ACCESS_TTL_S", most=900),
        refresh_idle_s=_seconds(values, "VIGOR_REFRESH_IDLE_S", most=366 * 86_400),
        refresh_max_s=_seconds(values, "VIGOR_REFRESH_MAX_S", most=366 * 86_400),
        refresh_grace_s=_seconds(values, "VIGOR_REFRESH_GRACE_S", least=0, most=300),
        trusted_hops=_hops(values, on_azure=bool(environ.get("WEBSITE_SITE_NAME"))),
        reservation_ttl_s=_seconds(values, "VIGOR_RESERVATION_TTL_S", most=3600),
        model_deadline_s=_seconds(values, "VIGOR_MODEL_DEADLINE_S", most=40),
        weekly_budget_usd=_number(values, "VIGOR_WEEKLY_BUDGET_USD", most=1_000_000),
        user_share=_number(values, "VIGOR_USER_SHARE", most=1),
        retention_audit_days=_days(values, "VIGOR_RETENTION_AUDIT_DAYS", least=1),
        retention_use_days=_days(values, "VIGOR_RETENTION_USE_DAYS", least=62),
        retention_chat_days=_days(values, "VIGOR_RETENTION_CHAT_DAYS", least=1),
        otlp_endpoint=_address(values, "VIGOR_OTLP_ENDPOINT"),
        providers=_providers(values),
        on_azure=bool(environ.get("WEBSITE_SITE_NAME")),
    )
    _check_together(settings)
    return settings


def read_keys(name: str, text: str) -> tuple[SecretKey, ...]:
    """The ring that setting `name` holds as JSON; empty for an empty text."""
    if not text:
        return ()
    wanted = f'{name} must be a JSON list like [{{"kid": "k1", "key": "<32 bytes in base64>"}}]'
    try:
        keys = tuple(_key(name, row) for row in json.loads(text))
    except (json.JSONDecodeError, TypeError, KeyError) as unreadable:
        raise BadSetting(f"{wanted}.") from unreadable
    if len({key.kid for key in keys}) != len(keys) or not keys:
        raise BadSetting(f"{wanted}, each kid once.")
    return keys


def _key(name: str, row: Any) -> SecretKey:
    try:
        key = base64.b64decode(row["key"], validate=True)
    except (binascii.Error, ValueError) as not_base64:
        raise BadSetting(f"{name}: a key is not base64.") from not_base64
    if len(key) < 32:
        raise BadSetting(f"{name}: a key has {len(key)} bytes and needs at least 32.")
    if not isinstance(row["kid"], str) or not row["kid"]:
        raise BadSetting(f"{name}: every key needs a kid.")
    return SecretKey(row["kid"], key)


def _oidc_issuers(text: str) -> tuple[OidcIssuer, ...]:
    wanted = 'VIGOR_OIDC_ISSUERS must be a JSON list like [{"issuer": "https://…", "client_id": "…"}]'
    try:
        rows = json.loads(text or "[]")
        issuers = tuple(_oidc_issuer(**row) for row in rows)
    except (json.JSONDecodeError, TypeError, AttributeError) as unreadable:
        raise BadSetting(f"{wanted}.") from unreadable
    if len({one.issuer for one in issuers}) != len(issuers):
        raise BadSetting(f"{wanted}, each issuer once.")
    return issuers


def _oidc_issuer(
    *, issuer: str, client_id: str, name: str = "", client_secret: str = "", admin_subject: str = ""
) -> OidcIssuer:
    address = urlsplit(issuer)
    on_this_machine = address.hostname in {"localhost", "127.0.0.1"}
    if not address.hostname or address.scheme not in ({"http", "https"} if on_this_machine else {"https"}):
        raise BadSetting("VIGOR_OIDC_ISSUERS: every issuer must be a full address that begins with https://.")
    if not isinstance(client_id, str) or not client_id:
        raise BadSetting(f"VIGOR_OIDC_ISSUERS: the issuer {issuer} needs a client_id.")
    return OidcIssuer(issuer, client_id, name or address.hostname, client_secret, admin_subject)


def _store_kind(value: str) -> StoreKind:
    match value.lower():
        case "sqlite":
            return "sqlite"
        case "tables":
            return "tables"
        case "cosmos":
            return "cosmos"
        case other:
            raise BadSetting(f"VIGOR_STORE is {other!r}; it must be sqlite, tables or cosmos.")


def _address(values: Mapping[str, str], name: str) -> str:
    value = values[name]
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise BadSetting(f"{name} must be a full address that begins with https://.")
    return value


def _seconds(values: Mapping[str, str], name: str, *, least: int = 1, most: int) -> int:
    value = values[name]
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number of seconds from {least} to {most}.")
    return int(value)


def _days(values: Mapping[str, str], name: str, *, least: int) -> int:
    value = values[name]
    if not value.isdecimal() or not (int(value) == 0 or least <= int(value) <= 36_500):
        raise BadSetting(f"{name} must be 0, which keeps them, or a whole number of days from {least} to 36500.")
    return int(value)


def _hops(values: Mapping[str, str], *, on_azure: bool) -> int:
    value = values["VIGOR_TRUSTED_HOPS"] or ("1" if on_azure else "0")
    if value not in {"0", "1", "2", "3", "4"}:
        raise BadSetting("VIGOR_TRUSTED_HOPS must be a whole number from 0 to 4.")
    return int(value)


def _number(values: Mapping[str, str], name: str, *, most: float) -> float:
    try:
        number = float(values[name])
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise BadSetting(f"{name} must be a number from 0 to {most:g}.")
    return number


def _providers(values: Mapping[str, str]) -> dict[str, ProviderAccess]:
    return {
        vendor.lower(): ProviderAccess(values[f"{vendor}_API_KEY"], _address(values, f"{vendor}_BASE_URL"))
        for vendor in ("OPENAI", "GEMINI", "PERPLEXITY")
        if values[f"{vendor}_API_KEY"]
    }


def _check_together(settings: Settings) -> None:
    if settings.store == "tables" and not (settings.tables_endpoint or settings.tables_connection):
        raise BadSetting("VIGOR_STORE is tables, so VIGOR_TABLES_ENDPOINT or VIGOR_TABLES_CONNECTION must be set.")
    if settings.store == "cosmos" and not settings.cosmos_endpoint:
        raise BadSetting("VIGOR_STORE is cosmos, so VIGOR_COSMOS_ENDPOINT must be set.")
    for name, key in (
        ("VIGOR_TABLES_CONNECTION", settings.tables_connection),
        ("VIGOR_COSMOS_KEY", settings.cosmos_key),
    ):
        if settings.on_azure and key:
            raise BadSetting(
                f"{name} is for emulators; on Azure Vigor signs in with its managed identity. Take it away."
            )
    if bool(settings.admin_email) != bool(settings.admin_password):
        raise BadSetting("VIGOR_ADMIN_EMAIL and VIGOR_ADMIN_PASSWORD must be set together or not at all.")
    if settings.on_azure and not settings.key_vault_url:
        for name, keys in (
            ("VIGOR_SIGNING_KEYS", settings.signing_keys),
            ("VIGOR_PEPPER_KEYS", settings.pepper_keys),
        ):
            if not keys:
                raise BadSetting(f"{name} must be set on Azure, or VIGOR_KEY_VAULT_URL name the vault that holds it.")
