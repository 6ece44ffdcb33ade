"""Who Vigor is to Azure: a managed identity, made when a store first connects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

CredentialFactory: TypeAlias = "Callable[[], AsyncTokenCredential]"


def managed_identity() -> "AsyncTokenCredential":
    """The identity the app runs under on Azure, the developer's own sign-in elsewhere."""
    from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - a third of a second of import

    return DefaultAzureCredential()
