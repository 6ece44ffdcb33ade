"""Key Vault: the secrets that the environment does not give, read by managed identity when a worker starts."""

import asyncio
from typing import Any

from shared.errors import Unavailable
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
_TOTAL_S = 10.0


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

    async def one(setting: str) -> tuple[str, str | None]:
        try:
            return setting, (await client.get_secret(secret_name(setting))).value
        except ResourceNotFoundError:
            return setting, None

    try:
        async with (
            asyncio.timeout(_TOTAL_S),
            credential() as identity,
            SecretClient(url, identity, **client_options) as client,
        ):
            found = [await one(setting) for setting in SECRET_SETTINGS]
    except (AzureError, OSError) as away:
        raise Unavailable("Vigor cannot read its secrets just now; try again shortly.", retry_after_s=5) from away
    return {setting: value for setting, value in found if value}
