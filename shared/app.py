"""The app as endpoints see it: every part by name, as types only, so that an endpoint imports none of the parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.accounts.admins import Admins
    from shared.accounts.deeds import Deeds
    from shared.accounts.erasure import Erasure
    from shared.accounts.identities import Identities
    from shared.accounts.people import People
    from shared.accounts.sessions import Sessions
    from shared.auth.passwords import Passwords
    from shared.clock import Clock
    from shared.coach.coach import Coach
    from shared.coach.motivations import Motivations
    from shared.config import Settings
    from shared.domain.messages import CoachMessage
    from shared.domain.metrics import KeptMetric
    from shared.metering.meter import Meter
    from shared.metering.pool import LeasedPool
    from shared.metering.rollup import RollUp
    from shared.metering.tiers import Tiers
    from shared.once import OnceKeys
    from shared.providers.breaker import Breakers
    from shared.providers.registry import ModelRegistry
    from shared.providers.slots import Fleet
    from shared.storage.repositories.accounts import AccountsRepository
    from shared.storage.repositories.audit import AuditTrail
    from shared.storage.repositories.imports import ImportsRepository
    from shared.storage.repositories.logs import LogsRepository
    from shared.storage.repositories.training import Entries, PlansRepository, ProfilesRepository
    from shared.storage.store import DocumentStore
    from shared.telemetry import Telemetry
    from shared.vault import VaultWatch


@dataclass(frozen=True)
class App:
    """Everything an endpoint may use; `shared.wiring` builds it."""

    settings: Settings
    clock: Clock
    store: DocumentStore
    accounts: AccountsRepository
    sessions: Sessions
    people: People
    identities: Identities
    admins: Admins
    erasure: Erasure
    passwords: Passwords
    profiles: ProfilesRepository
    plans: PlansRepository
    logs: LogsRepository
    metrics: Entries[KeptMetric]
    messages: Entries[CoachMessage]
    motivations: Motivations
    imports: ImportsRepository
    tiers: Tiers
    meter: Meter
    rollup: RollUp
    registry: ModelRegistry
    fleet: Fleet
    breakers: Breakers
    pool: LeasedPool
    coach: Coach
    once: OnceKeys
    audit: AuditTrail
    deeds: Deeds
    vault: VaultWatch | None = None
    telemetry: Telemetry | None = None
    notices: list[str] = field(default_factory=list)

    async def close(self) -> None:
        """Let go of threads, files and connections, and give back what was leased."""
        if self.vault is not None:
            await self.vault.close()
        if self.telemetry is not None:
            await self.telemetry.close()
        self.passwords.close()
        await self.breakers.close()
        await self.pool.close()
        await self.fleet.close()
        await self.store.close()
