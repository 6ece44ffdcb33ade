"""Four processes, let go by one barrier, race on one store of each engine: what may be had once is had once."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from shared.auth.account import Account
from shared.domain.log import Log
from shared.errors import RegistrationConflict
from shared.storage.repositories.accounts import AccountsRepository
from shared.storage.repositories.logs import LogsRepository
from shared.storage.repositories.sessions import SessionsRepository, StoredSession
from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore, StaleDocument
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store
from tests.metering.conftest import PROCESSES, in_processes
from tests.metering.test_races import answers_of_one_person, meter_over
from tests.support import START

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

NAMES, TURNS, LOGS = 8, 6, 10


@dataclass(frozen=True)
class Place:
    """Where a store is; picklable, so that a process of its own can open it."""

    engine: str
    path: Path
    port: int = 0
    name: str = ""

    def open(self) -> DocumentStore:
        """A store at that place."""
        match self.engine:
            case "tables":
                return tables_store(self.port, name=self.name)
            case "cosmos":
                return cosmos_store(self.port, name=self.name)
            case _:
                return SqliteStore(self.path)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("tables", marks=pytest.mark.emulator),
        pytest.param("cosmos", marks=pytest.mark.emulator),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty store of each engine that processes may share."""
    name, path = f"r{uuid4().hex}", tmp_path / "vigor.sqlite"
    match request.param:
        case "tables":
            with servers.azurite(tmp_path) as azurite:
                yield Place("tables", path, azurite.port, name)
        case "cosmos":
            with servers.cosmos(tmp_path) as cosmos:
                yield Place("cosmos", path, cosmos.port, name)
        case _:
            yield Place("sqlite", path)


def an_account(name: str) -> Account:
    address = f"{name}@example.com"
    return Account(id=uuid4().hex, email=address, email_key=address, username=name, display_name=name, created_at=START)


async def take_names(store: DocumentStore) -> list[int]:
    """Every name once; 1 for each that was got."""
    accounts = AccountsRepository(store)

    async def one(name: str) -> int:
        try:
            await accounts.create(an_account(name), with_=[], now=START)
        except RegistrationConflict:
            return 0
        return 1

    return list(await asyncio.gather(*(one(f"name{n}") for n in range(NAMES))))


async def turn_the_session(store: DocumentStore) -> list[int]:
    """Try every turn of one session; 1 for each that this process was the one to make."""
    sessions, made = SessionsRepository(store), []
    for turn in range(TURNS):
        there = await sessions.find("anna", "s")
        assert there is not None
        if there.value.turn != turn:
            made.append(0)
            continue
        try:
            following = there.value.model_copy(update={"turn": turn + 1})
            await sessions.rotate("anna", following, etag=there.etag)
            made.append(1)
        except StaleDocument:
            made.append(0)
    return made


async def keep_logs(store: DocumentStore) -> list[int]:
    """Keep the same logs as everybody; 1 for each that was new."""
    logs = LogsRepository(store)
    some = [Log(id=f"log-{n:08d}", started_at=START, entries=[]) for n in range(LOGS)]
    kept = await asyncio.gather(*(logs.keep("anna", log) for log in some))
    return [int(is_new) for _, is_new in kept]


async def test_a_name_is_given_once(place: Place) -> None:
    got = await in_processes(take_names, place)
    assert [sum(each) for each in zip(*got, strict=True)] == [1] * NAMES
    store = place.open()
    accounts = AccountsRepository(store)
    found = [await accounts.find_by_username(f"name{n}") for n in range(NAMES)]
    await store.close()
    assert all(found)


async def test_a_turn_of_a_session_is_made_once(place: Place) -> None:
    store = place.open()
    session = StoredSession(id="s", salt="00", signed_in_at=START, rotated_at=START, created_at=START)
    await SessionsRepository(store).insert("anna", session)
    made = await in_processes(turn_the_session, place)
    last = await SessionsRepository(store).find("anna", "s")
    await store.close()
    turns = [sum(each) for each in zip(*made, strict=True)]
    assert len(made) == PROCESSES
    assert max(turns) == 1
    assert last is not None
    assert last.value.turn == sum(turns)


async def test_a_log_is_kept_once(place: Place) -> None:
    kept = await in_processes(keep_logs, place)
    assert [sum(each) for each in zip(*kept, strict=True)] == [1] * LOGS
    store = place.open()
    there = await LogsRepository(store).all("anna")
    await store.close()
    assert sorted(log.id for log in there) == [f"log-{n:08d}" for n in range(LOGS)]


async def test_of_a_hundred_answers_a_tier_of_ten_lets_ten_through(place: Place) -> None:
    passed = await in_processes(answers_of_one_person, place)
    store = place.open()
    usage = await meter_over(store).usage("anna", "free")
    await store.close()
    assert (sum(map(sum, passed)), usage.day.used) == (10, 10)
