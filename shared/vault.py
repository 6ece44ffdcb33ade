"""Key Vault: the secrets that the environment does not give, read by managed identity and again every few minutes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from shared.clock import Clock
from shared.errors import BadSetting, Unavailable
from shared.storage.credentials import CredentialFactory, managed_identity

SECRET_SETTINGS = (
    "VIGOR_SIGNING_KEYS",
    "VIGOR_PEPPER_KEYS",
    "VIGOR_ADMIN_EMAIL",
    "VIGOR_ADMIN_PASSWORD",
    "VIGOR_OIDC_ISSUERS",
    "OPENAI_API_KEY",
    "GEMINI_API_KEY",
    "PERPLEXITY_API_KEY",
)
FRESH = timedelta(minutes=5)
"""So old secrets may be before they are read again, in the background."""
TRY_AGAIN = timedelta(seconds=30)
SURVIVES = timedelta(hours=24)
"""So long a worker goes on with what it read last while the vault is away."""
_TOTAL_S = 10.0
_ABSENT = "SecretNotFound"
"""The vault's word for a secret it does not hold; a 404 without it is somebody else's."""
_log = logging.getLogger("vigor.vault")


def secret_name(setting: str) -> str:
    """What the setting is called in the vault, which allows no underscores: VIGOR_PEPPER_KEYS is vigor-pepper-keys."""
    return setting.lower().replace("_", "-")


async def read_secrets(
    url: str, *, credential: CredentialFactory = managed_identity, **client_options: Any
) -> dict[str, str]:
    """The secret settings that the vault holds; those it does not hold are absent.

    Raises `Unavailable` when the vault does not answer or refuses: a worker without its secrets serves nobody.
    """
    from azure.core.exceptions import AzureError, ResourceNotFoundError  # noqa: PLC0415 - only where there is a vault
    from azure.keyvault.secrets.aio import SecretClient  # noqa: PLC0415 - as above

    async def one(setting: str) -> tuple[str, str]:
        try:
            value = (await client.get_secret(secret_name(setting))).value
        except ResourceNotFoundError as missing:
            if missing.error is None or missing.error.code != _ABSENT:
                raise
            return setting, ""
        if value is None:
            raise ValueError("a secret without a value")
        return setting, value

    try:
        async with (
            asyncio.timeout(_TOTAL_S),
            credential() as identity,
            SecretClient(url, identity, **client_options) as client,
        ):
            found = [await one(setting) for setting in SECRET_SETTINGS]
    except (AzureError, OSError, ValueError, TypeError, AttributeError, KeyError) as away:
        # A reply that is not a vault's, or asks for an access token of somebody else's, trips the SDK up anywhere.
        raise Unavailable("Vigor cannot read its secrets just now; try again shortly.", retry_after_s=5) from away
    return {setting: value for setting, value in found if value}


class VaultWatch:
    """Reads the vault again from time to time, and hands on what it holds; `look` is called by every request."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Mapping[str, str]]],
        take: Callable[[Mapping[str, str]], None],
        *,
        clock: Clock,
    ) -> None:
        self._read, self._take, self._clock = read, take, clock
        self._known_at = self._tried_at = clock()
        self._reading: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Start to read again where it is time, without waiting for it; only secrets that are older than `SURVIVES` are
        waited for. Raises `Unavailable` where they cannot be had."""
        now = self._clock()
        is_idle = self._reading is None or self._reading.done()
        if is_idle and now - self._known_at >= FRESH and now - max(self._tried_at, self._known_at) >= TRY_AGAIN:
            self._tried_at = now
            self._reading = asyncio.create_task(self._again())
        if now - self._known_at < SURVIVES:
            return
        if self._reading is not None:
            await asyncio.shield(self._reading)
        if self._clock() - self._known_at >= SURVIVES:
            raise Unavailable("Vigor cannot read its secrets just now; try again shortly.", retry_after_s=30)

    async def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _again(self) -> None:
        try:
            found = await self._read()
        except Unavailable:
            _log.warning("The vault is away; going on with secrets read at %s", self._known_at.isoformat())
            return
        self._known_at = self._clock()
        try:
            self._take(found)
        except BadSetting as wrong:
            _log.error("A secret in the vault is wrong, and the one before it stays in use: %s", wrong)
