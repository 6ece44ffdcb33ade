"""The composition root: the one place that names a backend or a provider and puts the parts together."""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeAlias

from shared import parking
from shared.accounts.admins import Admins
from shared.accounts.deeds import Deeds
from shared.accounts.erasure import Erasure
from shared.accounts.identities import Identities
from shared.accounts.people import People
from shared.accounts.sessions import Sessions
from shared.accounts.throttle import Throttle
from shared.app import App
from shared.auth.access_tokens import AccessTokens
from shared.auth.account import Account
from shared.auth.devices import Devices
from shared.auth.oidc import OidcIssuers
from shared.auth.passwords import Passwords
from shared.auth.refresh_tokens import RefreshTokens
from shared.clock import Clock, utc_now
from shared.coach.asking import Models, OnLeak
from shared.coach.coach import Coach
from shared.coach.motivations import Motivations
from shared.coach.replies import ReplyCache
from shared.config import Settings, read_settings
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.errors import BadSetting, InvalidFields
from shared.key_rings import Rings, rings_of
from shared.metering.limits import MICRO
from shared.metering.meter import Meter
from shared.metering.pool import LeasedPool
from shared.metering.rollup import RollUp
from shared.metering.tiers import Tiers
from shared.once import OnceKeys
from shared.providers.breaker import Breakers
from shared.providers.hints import StoreHints
from shared.providers.registry import ModelRegistry
from shared.providers.router import Router
from shared.providers.slots import Fleet
from shared.storage.counting import CountingStore
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.audit import AuditTrail
from shared.storage.repositories.imports import ImportsRepository
from shared.storage.repositories.logs import LogsRepository
from shared.storage.repositories.sessions import SessionsRepository
from shared.storage.repositories.training import Entries, PlansRepository, ProfilesRepository
from shared.storage.store import DocumentStore
from shared.telemetry import Telemetry, quieten
from shared.vault import VaultWatch, read_secrets

_log = logging.getLogger("vigor.start")
FIRST_ADMIN_EMAIL = "admin@vigor.local"
ReadVault: TypeAlias = Callable[[str], Awaitable[Mapping[str, str]]]


def build(settings: Settings, rings: Rings, store: DocumentStore, *, clock: Clock = utc_now) -> App:
    """The app over a store; nothing is read or written yet."""
    counted = CountingStore(store)
    accounts = AccountsRepository(counted)
    passwords = Passwords(rings.pepper)
    throttle = Throttle(counted, key=rings.pepper[0].key, devices=Devices(rings.signing), clock=clock)
    audit = AuditTrail(counted, keys=rings.pepper, clock=clock)
    deeds = Deeds(audit, clock)
    sessions = _sessions(settings, rings, counted, accounts=accounts, deeds=deeds, clock=clock)
    tiers = Tiers(counted, clock)
    admins = Admins(counted, accounts)
    registry = ModelRegistry(counted, clock)
    fleet = Fleet(registry.models, access=settings.providers, today=lambda: clock().date())
    hints = StoreHints(counted, now=clock)
    breakers = Breakers(now=clock, random=Random(), hints=hints, key_of=fleet.key_mark)  # noqa: S311 - only jitter
    pool = LeasedPool(counted, weekly_total_usd=settings.weekly_budget_usd, clock=clock)
    router = Router(fleet.slots, breakers=breakers, pool=pool, clock=time.monotonic)
    models = _models(
        settings,
        router,
        prepare=lambda: asyncio.gather(registry.models(), breakers.refresh()),
        on_leak=partial(deeds.tell, "coach.leak"),
    )
    meter = Meter(counted, tiers, reservation_ttl=timedelta(seconds=settings.reservation_ttl_s), clock=clock)
    return App(
        settings=settings,
        clock=clock,
        store=counted,
        accounts=accounts,
        sessions=sessions,
        people=People(
            accounts, sessions, admins=admins, deeds=deeds, passwords=passwords, throttle=throttle, clock=clock
        ),
        identities=Identities(
            accounts,
            sessions,
            issuers=OidcIssuers(settings.oidc_issuers, clock=clock),
            admins=admins,
            deeds=deeds,
            clock=clock,
        ),
        admins=admins,
        erasure=Erasure(
            counted,
            accounts,
            sessions,
            admins=admins,
            audit=audit,
            throttle=throttle,
            unmark=lambda account: _off_the_lists(account, meter, counted),
        ),
        passwords=passwords,
        profiles=ProfilesRepository(counted),
        plans=PlansRepository(counted),
        logs=LogsRepository(counted),
        metrics=Entries(counted, KeptMetric, prefix="metric:"),
        messages=Entries(counted, CoachMessage, prefix="message:"),
        motivations=Motivations(counted),
        imports=ImportsRepository(counted),
        tiers=tiers,
        meter=meter,
        rollup=RollUp(counted, clock),
        registry=registry,
        fleet=fleet,
        breakers=breakers,
        pool=pool,
        coach=Coach(models, clock, replies=ReplyCache(counted, clock)),
        once=OnceKeys(counted, clock),
        audit=audit,
        deeds=deeds,
    )


async def _off_the_lists(account: Account, meter: Meter, store: DocumentStore) -> None:
    await meter.forget(account)
    await parking.forget(store, account.id)


def _sessions(
    settings: Settings, rings: Rings, store: DocumentStore, *, accounts: AccountsRepository, deeds: Deeds, clock: Clock
) -> Sessions:
    return Sessions(
        accounts,
        SessionsRepository(store),
        access_tokens=AccessTokens(rings.signing, ttl=timedelta(seconds=settings.access_ttl_s)),
        refresh_tokens=RefreshTokens(rings.signing),
        deeds=deeds,
        settings=settings,
        clock=clock,
    )


def _models(settings: Settings, router: Router, *, prepare: Callable[[], Awaitable[object]], on_leak: OnLeak) -> Models:
    return Models(
        router,
        prepare=prepare,
        on_leak=on_leak,
        # whoever outlived their reservation would have given away the place that it held
        deadline_s=min(settings.model_deadline_s, 0.9 * settings.reservation_ttl_s),
        week_share_micro_usd=round(settings.weekly_budget_usd * settings.user_share * MICRO),
    )


def store_of(settings: Settings) -> DocumentStore:
    """The store that the settings choose; it connects when it is first used."""
    return _BACKENDS[settings.store](settings)


async def current() -> App:
    """The app of this worker, built on first use inside its event loop."""
    holder = _holder
    loop = asyncio.get_running_loop()
    if holder.loop is not loop:
        holder.loop, holder.building = loop, None
    if holder.building is None:
        holder.building = loop.create_task(start(os.environ))
    building = holder.building
    try:
        app = await asyncio.shield(building)
    except BaseException:
        if building.done() and holder.building is building:
            holder.building = None  # a start that failed is tried anew by the next request
        raise
    if app.vault is not None:
        await app.vault.look()
    return app


def use(app: App) -> None:
    """Answer `current()` with this app: for hosts and tests that build their own. Call it inside the event loop."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[App] = loop.create_future()
    ready.set_result(app)
    _holder.loop, _holder.building = loop, ready


async def close() -> None:
    """Close the app, if one was built."""
    building, _holder.building = _holder.building, None
    if building is not None and building.done() and not building.cancelled() and building.exception() is None:
        await building.result().close()


async def first_run_notice() -> list[str]:
    """What whoever starts Vigor on their own machine should be told once, and where the data lies."""
    app = await current()
    return list(app.notices)


@dataclass
class _Holder:
    loop: asyncio.AbstractEventLoop | None = None
    building: "asyncio.Future[App] | None" = None


_holder = _Holder()


async def start(environ: Mapping[str, str], *, read: ReadVault = read_secrets, clock: Clock = utc_now) -> App:
    """The app that the environment and the vault it names describe. Raises `BadSetting` and `Unavailable`."""
    quieten()
    settings = read_settings(environ)
    if settings.key_vault_url:
        settings = _with(environ, await read(settings.key_vault_url))
    rings = await asyncio.to_thread(rings_of, settings)
    app = build(settings, rings, store_of(settings), clock=clock)
    if settings.key_vault_url:
        app = replace(app, vault=_watch(app, rings, environ, read=read))
    if settings.otlp_endpoint:
        app = replace(app, telemetry=await asyncio.to_thread(Telemetry, settings.otlp_endpoint))
    await _first_admin(app)
    await app.fleet.warm()
    return app


def _watch(app: App, rings: Rings, environ: Mapping[str, str], *, read: ReadVault) -> VaultWatch:
    """Takes up rotated keys without a restart; other settings hold until the next start."""

    def take(found: Mapping[str, str]) -> None:
        settings = _with(environ, found)
        rings.signing.replace(settings.signing_keys)
        rings.pepper.replace(settings.pepper_keys)
        for name in app.fleet.use(settings.providers):
            app.breakers.reset(name)

    return VaultWatch(lambda: read(app.settings.key_vault_url), take, clock=app.clock)


def _with(environ: Mapping[str, str], secrets: Mapping[str, str]) -> Settings:
    """The settings with the vault's secrets where the environment gives none."""
    return read_settings({**secrets, **{name: value for name, value in environ.items() if value.strip()}})


async def _first_admin(app: App) -> None:
    """Make the administrator that the settings name; on a machine of one's own, one with a made-up password."""
    settings = app.settings
    if settings.admin_email:
        try:
            made = await app.people.ensure_admin(email=settings.admin_email, password=settings.admin_password)
        except InvalidFields as unfit:
            what = " ".join(f"{one.path} {one.message}." for one in unfit.errors) or unfit.detail
            raise BadSetting(f"VIGOR_ADMIN_EMAIL and VIGOR_ADMIN_PASSWORD make no administrator: {what}") from unfit
        if made:
            app.notices.append(f"Administrator: {settings.admin_email}, with the password you set.")
        elif not await app.admins.any():
            nobody = (
                "Nobody administers Vigor: the address in VIGOR_ADMIN_EMAIL is another account's. Set one that is free."
            )
            app.notices.append(nobody)
            _log.error(nobody)
        return
    if any(issuer.admin_subject for issuer in settings.oidc_issuers):
        return  # whoever signs in as that subject becomes the administrator
    if settings.on_azure or settings.store != "sqlite" or not await app.accounts.is_empty():
        return
    password = "-".join(secrets.token_hex(2) for _ in range(5))
    if await app.people.ensure_admin(email=FIRST_ADMIN_EMAIL, password=password):
        app.notices.append(f"Administrator's sign-in, shown this once: {FIRST_ADMIN_EMAIL} / {password}")


def _sqlite(settings: Settings) -> DocumentStore:
    from shared.storage.sqlite import SqliteStore  # noqa: PLC0415 - a backend is imported when it is chosen

    return SqliteStore(Path(settings.sqlite_path))


def _tables(settings: Settings) -> DocumentStore:
    from shared.storage.tables import TablesStore  # noqa: PLC0415 - as above

    return TablesStore.of(endpoint=settings.tables_endpoint, connection=settings.tables_connection)


def _cosmos(settings: Settings) -> DocumentStore:
    from shared.storage.cosmos import CosmosStore  # noqa: PLC0415 - as above

    return CosmosStore.of(endpoint=settings.cosmos_endpoint, key=settings.cosmos_key, database=settings.cosmos_database)


_BACKENDS: dict[str, Callable[[Settings], DocumentStore]] = {"sqlite": _sqlite, "tables": _tables, "cosmos": _cosmos}
