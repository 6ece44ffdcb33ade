"""Moving house loses nothing, on every way between the engines, also when it is killed on the way."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise, permutations
from pathlib import Path
from uuid import uuid4

import pytest

from shared.moving import main
from shared.storage.backups import Backup, BadBackup
from shared.storage.counting import CountingStore
from shared.storage.moving import BadProgress, CopyDiffers, Progress, TargetNotEmpty, back_up, copy, fingerprint, verify
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, DocumentStore, Insert, Page, StoreUnavailable
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store

ROOT = Path(__file__).parents[2]
ENGINES = ("sqlite", "tables", "cosmos")
ODD: list[tuple[str, str, Body]] = [
    ("user:1", "a/b?c#d", {"whole": 1.0, "large": 2**62, "text": "naïve \U0001f3cb", "none": None}),
    ("user:1", "profile", {"list": [1, 2.5, {"x": True}]}),
    ("user:ß", "log:~1", {}),
    ("user:2", "large", {"text": "x" * 400_000}),
]


class CutOff(Exception):
    """The end of a process in the middle of a copy."""


def tell(_sentence: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(scope="module")
def cosmos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    with servers.cosmos(tmp_path_factory.mktemp("cosmos")) as server:
        yield server


async def filled(path: Path, *, users: int) -> SqliteStore:
    """A store with odd documents and some thirty for each user."""
    store = SqliteStore(path)
    for partition, id_, body in ODD:
        await store.insert(partition, id_, body)
    await asyncio.gather(
        *(
            store.batch(f"user:m{n:04}", [Insert(f"log:{m:02}", {"n": n, "m": m}) for m in range(30)])
            for n in range(users)
        )
    )
    return store


async def moved(source: DocumentStore, target: DocumentStore, folder: Path) -> None:
    same = await copy(source, target, progress=Progress("a", "b"), kept_in=folder / "progress.json", tell=tell)
    assert same == await fingerprint(source)
    assert not (folder / "progress.json").exists()


@pytest.mark.emulator
async def test_everything_survives_the_way_through_all_engines_and_back(
    tmp_path: Path, azurite: servers.Server, cosmos: servers.Server
) -> None:
    stores = [
        await filled(tmp_path / "a.sqlite", users=40),
        tables_store(azurite.port),
        cosmos_store(cosmos.port),
        tables_store(azurite.port),
        SqliteStore(tmp_path / "b.sqlite"),
    ]
    for source, target in pairwise(stores):
        await moved(source, target, tmp_path)
    assert (await fingerprint(stores[-1])).documents == len(ODD) + 40 * 30
    for partition, id_, body in ODD:
        kept = (await stores[-1].get(partition, id_)).body
        assert kept == body
        assert [type(value) for value in kept.values()] == [type(value) for value in body.values()]
    for store in stores:
        await store.close()


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], DocumentStore]:
    """Makes an empty store of an engine."""

    def make(engine: str) -> DocumentStore:
        match engine:
            case "tables":
                return tables_store(request.getfixturevalue("azurite").port)
            case "cosmos":
                return cosmos_store(request.getfixturevalue("cosmos").port)
            case _:
                return SqliteStore(tmp_path / f"{uuid4().hex}.sqlite")

    return make


@pytest.mark.emulator
@pytest.mark.parametrize(("source", "target"), list(permutations(ENGINES, 2)))
async def test_a_copy_that_was_cut_off_goes_on_between_any_two_engines(
    tmp_path: Path, empty: Callable[[str], DocumentStore], source: str, target: str
) -> None:
    first = await filled(tmp_path / "first.sqlite", users=20)
    one, other = empty(source), empty(target)
    await moved(first, one, tmp_path)
    told: list[str] = []

    def cut_off_once(sentence: str) -> None:
        told.append(sentence)
        if len(told) == 1:
            raise CutOff

    places, kept_in = Progress(source, target), tmp_path / "p.json"
    with pytest.raises(CutOff):
        await copy(one, other, progress=places, kept_in=kept_in, tell=cut_off_once)
    assert await copy(one, other, progress=places, kept_in=kept_in, tell=cut_off_once) == await fingerprint(first)
    assert told[:3] == ["500 documents copied.", "Going on after 500 documents.", f"{len(ODD) + 600} documents copied."]
    for store in (first, one, other):
        await store.close()


@pytest.mark.emulator
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_backup_restores_each_engine(
    tmp_path: Path, empty: Callable[[str], DocumentStore], engine: str
) -> None:
    first = await filled(tmp_path / "first.sqlite", users=20)
    lived_in, restored = empty(engine), empty(engine)
    await moved(first, lived_in, tmp_path)
    saved = await back_up(lived_in, tmp_path / "b.gz", tell=tell)
    backup = Backup(tmp_path / "b.gz")
    assert backup.fingerprint == saved
    assert await copy(backup, restored, progress=Progress("b", "r"), kept_in=tmp_path / "p.json", tell=tell) == saved
    assert await verify(first, restored, tell=tell) == saved
    for one in (first, lived_in, restored, backup):
        await one.close()


async def test_a_target_that_is_lived_in_is_left_alone(tmp_path: Path) -> None:
    source, target = await filled(tmp_path / "a.sqlite", users=1), SqliteStore(tmp_path / "b.sqlite")
    await target.insert("user:9", "profile", {"mine": True})
    with pytest.raises(TargetNotEmpty):
        await moved(source, target, tmp_path)
    assert (await fingerprint(target)).documents == 1
    await source.close()
    await target.close()


async def test_a_copy_of_what_changed_meanwhile_is_noticed_and_begins_anew_in_an_empty_target(tmp_path: Path) -> None:
    source, target = await filled(tmp_path / "a.sqlite", users=20), SqliteStore(tmp_path / "b.sqlite")
    places, kept_in = Progress("a", "b"), tmp_path / "progress.json"

    class Changing(CountingStore):
        """A source of which a document goes once the first page is read."""

        async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
            page = await super().walk(cursor=cursor, limit=limit)
            await source.delete("user:1", "profile")
            return page

    with pytest.raises(CopyDiffers):
        await copy(Changing(source), target, progress=places, kept_in=kept_in, tell=tell)
    with pytest.raises(TargetNotEmpty):
        await copy(source, target, progress=places, kept_in=kept_in, tell=tell)
    again = SqliteStore(tmp_path / "c.sqlite")
    assert await copy(source, again, progress=places, kept_in=kept_in, tell=tell) == await fingerprint(source)
    for store in (source, target, again):
        await store.close()


async def test_a_page_too_large_to_be_read_in_time_is_asked_for_in_parts(tmp_path: Path) -> None:
    source, target = await filled(tmp_path / "a.sqlite", users=5), SqliteStore(tmp_path / "b.sqlite")

    class Slow(CountingStore):
        """A source that has time for a hundred documents."""

        async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
            if limit > 100:
                raise StoreUnavailable(retry_after_s=0)
            return await super().walk(cursor=cursor, limit=limit)

    await moved(Slow(source), target, tmp_path)
    for store in (source, target):
        await store.close()


async def test_one_changed_word_is_noticed(tmp_path: Path) -> None:
    source, target = await filled(tmp_path / "a.sqlite", users=1), SqliteStore(tmp_path / "b.sqlite")
    await moved(source, target, tmp_path)
    await target.upsert("user:1", "profile", {"list": [1, 2.5, {"x": False}]})
    with pytest.raises(CopyDiffers):
        await verify(source, target, tell=tell)
    await source.close()
    await target.close()


@pytest.mark.parametrize("spoil", ["cut", "foreign", "changed", "missing"])
async def test_a_spoilt_backup_is_refused_before_anything_is_restored(tmp_path: Path, spoil: str) -> None:
    import gzip

    source, path = await filled(tmp_path / "a.sqlite", users=1), tmp_path / "b.gz"
    await back_up(source, path, tell=tell)
    await source.close()
    match spoil:
        case "cut":
            path.write_bytes(path.read_bytes()[:-200])
        case "foreign":
            path.write_bytes(b"hello")
        case "changed":
            path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"m":7', b'"m":8')))
        case "missing":
            path.unlink()
    with pytest.raises(BadBackup):
        Backup(path)


@pytest.mark.emulator
@pytest.mark.parametrize("target", ["tables", "cosmos"])
async def test_a_copy_that_was_killed_goes_on_where_it_was(tmp_path: Path, target: str, cosmos: servers.Server) -> None:
    with servers.azurite(tmp_path) as tables:
        source = await filled(tmp_path / "a.sqlite", users=150)
        await source.close()
        environ = {
            **os.environ,
            "VIGOR_SQLITE_PATH": str(tmp_path / "a.sqlite"),
            "VIGOR_TABLES_CONNECTION": tables.tables_connection,
            "VIGOR_COSMOS_ENDPOINT": cosmos.cosmos_endpoint,
            "VIGOR_COSMOS_KEY": servers.COSMOS_KEY,
            "VIGOR_COSMOS_DATABASE": f"d{uuid4().hex}",
        }
        command = ("-m", "shared.moving", "copy", "sqlite", target, "--progress", str(tmp_path / "progress.json"))

        async def started() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=ROOT, env=environ, stdout=asyncio.subprocess.PIPE
            )

        killed = await started()
        async with asyncio.timeout(120):
            told = [(await killed.stdout.readline()).decode() for _ in range(3)]
        killed.kill()
        await killed.communicate()
        assert told[2] == "1,500 documents copied.\n"

        again = await started()
        async with asyncio.timeout(120):
            out = (await again.communicate())[0].decode()
    assert again.returncode == 0, out
    assert out.startswith("Going on after ")
    assert f"The same on both sides: {len(ODD) + 150 * 30:,} documents" in out


def test_the_command_saves_and_restores_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGOR_SQLITE_PATH", str(tmp_path / "a.sqlite"))
    asyncio.run(_fill_and_close(tmp_path / "a.sqlite"))
    backup, progress = str(tmp_path / "b.gz"), ("--progress", str(tmp_path / "p.json"))
    assert main(["copy", "sqlite", backup]) == 0
    assert main(["copy", backup, "sqlite", *progress]) == 2
    assert "holds documents already" in capsys.readouterr().out
    monkeypatch.setenv("VIGOR_SQLITE_PATH", str(tmp_path / "c.sqlite"))
    assert main(["copy", backup, "sqlite", *progress]) == 0
    assert main(["verify", "sqlite", backup]) == 0
    assert main(["copy", "sqlite", "sqlite"]) == 2
    (tmp_path / "p.json").write_text("{")
    assert main(["copy", backup, "sqlite", *progress]) == 2
    assert "p.json is not the progress of a copy" in capsys.readouterr().out
    assert main(["copy", "sqlite", str(tmp_path / "a.sqlite" / "under a file.gz")]) == 2


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"source": "a"}',
        b'{"source": 1, "target": "b"}',
        b'{"source": "a", "target": "b", "cursor": 7}',
        b'{"source": "a", "target": "b", "documents": "many"}',
        b'{"source": "a", "target": "b", "cursor": "elsewhere", "documents": 3}',
    ],
)
@pytest.mark.parametrize("from_backup", [False, True])
async def test_a_damaged_progress_is_named_and_nothing_is_written(
    tmp_path: Path, damaged: bytes, from_backup: bool
) -> None:
    source, target = await filled(tmp_path / "a.sqlite", users=1), SqliteStore(tmp_path / "b.sqlite")
    await back_up(source, tmp_path / "a.gz", tell=tell)
    kept_in = tmp_path / "progress.json"
    kept_in.write_bytes(damaged)
    with pytest.raises(BadProgress, match=r"progress\.json"):
        await copy(
            Backup(tmp_path / "a.gz") if from_backup else source,
            target,
            progress=Progress("a", "b"),
            kept_in=kept_in,
            tell=tell,
        )
    assert (await target.page("user:1")).documents == []
    assert kept_in.read_bytes() == damaged
    await source.close()
    await target.close()


async def _fill_and_close(path: Path) -> None:
    store = await filled(path, users=2)
    await store.close()
