"""The fleet: today's slots, each with the adapter that asks it, over connections that outlive an admin's change."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from shared.config import ProviderAccess
from shared.providers.gemini_adapter import GeminiAdapter, GeminiConnection
from shared.providers.models import ProviderModel, Vendor, effective
from shared.providers.openai_adapter import OpenAIAdapter, OpenAIConnection
from shared.providers.provider import Provider

Connection: TypeAlias = OpenAIConnection | GeminiConnection


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as it stands today: `provider` is None where `obstacle` says why it cannot be asked."""

    model: ProviderModel
    provider: Provider | None
    obstacle: str | None = None
    note: str | None = None


class Fleet:
    """The slots that `configured` names, asked with the keys in `access` (by vendor)."""

    def __init__(
        self,
        configured: Callable[[], Awaitable[Sequence[ProviderModel]]],
        *,
        access: Mapping[str, ProviderAccess],
        today: Callable[[], date],
    ) -> None:
        self._configured = configured
        self._access = access
        self._today = today
        self._connections: dict[tuple[Vendor, str], Connection] = {}
        self._left: list[Connection] = []
        self._vendors: dict[str, Vendor] = {}

    async def slots(self) -> list[Slot]:
        """Every slot, also those that cannot be asked, in the order configured."""
        today = self._today()
        return [self.slot(model, today=today) for model in await self._configured()]

    def slot(self, configured: ProviderModel, *, today: date | None = None) -> Slot:
        """One slot, kept or only being tried."""
        now = effective(configured, today=today or self._today())
        obstacle = now.obstacle
        self._vendors[now.slot.name] = now.slot.vendor
        if not now.slot.enabled:
            obstacle = "it is switched off"
        elif now.slot.vendor not in self._access:
            obstacle = f"{now.slot.key_setting} is not set"
        if obstacle is not None:
            return Slot(now.slot, None, obstacle, now.note)
        return Slot(now.slot, self._adapter(now.slot), None, now.note)

    def use(self, access: Mapping[str, ProviderAccess]) -> list[str]:
        """Ask with these keys from now on, and answer the slots that this changes something for; calls that are under
        way end with the key they began with."""
        for key in [key for key in self._connections if access.get(key[0]) != self._access.get(key[0])]:
            self._left.append(self._connections.pop(key))
        before, self._access = self._access, access
        return [name for name, vendor in self._vendors.items() if access.get(vendor) != before.get(vendor)]

    def key_mark(self, name: str) -> str:
        """A mark by which workers see whether they ask a slot with the same key; it does not give the key away."""
        access = self._access.get(self._vendors.get(name, ""))
        return "" if access is None else hashlib.sha256(repr(access).encode()).hexdigest()[:8]

    async def warm(self) -> None:
        """Import the SDKs that have a key and build their clients, in the background; returns at once."""
        for slot in await self.slots():
            if slot.provider is not None:
                self._connection(slot.model).warm()

    async def close(self) -> None:
        """Let go of every connection."""
        for connection in [*self._left, *self._connections.values()]:
            await connection.close()

    def _adapter(self, model: ProviderModel) -> Provider:
        connection = self._connection(model)
        if isinstance(connection, GeminiConnection):
            return GeminiAdapter(model, connection)
        return OpenAIAdapter(model, connection)

    def _connection(self, model: ProviderModel) -> Connection:
        """The connection for the slot's vendor and dialect; slots of one vendor share it."""
        key = (model.vendor, model.dialect)
        if key not in self._connections:
            access = self._access[model.vendor]
            self._connections[key] = (
                GeminiConnection(api_key=access.api_key, base_url=access.base_url)
                if model.dialect == "gemini"
                else OpenAIConnection(model.vendor, model.dialect, api_key=access.api_key, base_url=access.base_url)
            )
        return self._connections[key]
