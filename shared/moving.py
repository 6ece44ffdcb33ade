"""The command that moves house, saves and restores: `python -m shared.moving copy FROM TO`, or `verify ONE OTHER`.

FROM and TO are `sqlite`, `tables` or `cosmos`, reached by the settings of the environment, or the path of a backup.
"""

import argparse
import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from shared.config import Settings, read_settings
from shared.errors import BadSetting
from shared.storage.backups import Backup, BadBackup, Fingerprint
from shared.storage.moving import BadProgress, CopyDiffers, Progress, TargetNotEmpty, back_up, copy, verify
from shared.storage.store import DocumentStore, StoreUnavailable
from shared.wiring import store_of

STORES = ("sqlite", "tables", "cosmos")


def main(arguments: Sequence[str]) -> int:
    """Do what the words say; 0 when both sides are the same, 1 when they are not, 2 when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m shared.moving", description=__doc__)
    parser.add_argument("what", choices=["copy", "verify"])
    parser.add_argument("source", metavar="FROM")
    parser.add_argument("target", metavar="TO")
    parser.add_argument("--progress", type=Path, default=None, help="where the progress of a copy is kept")
    asked = parser.parse_args(arguments)
    try:
        done = asyncio.run(_do(asked.what, asked.source, asked.target, progress=asked.progress))
    except CopyDiffers as differs:
        _tell(str(differs))
        if asked.what == "copy" and asked.target in STORES:
            _tell("Stop whoever writes to either, empty the target, and copy again.")
        return 1
    except (BadSetting, BadBackup, BadProgress, TargetNotEmpty, OSError) as wrong:
        _tell(str(wrong))
        return 2
    except (StoreUnavailable, ExceptionGroup) as away:
        _tell(f"A store stayed away ({away}). Run the same command again to go on.")
        return 2
    _tell(f"The same on both sides: {done.documents:,} documents, SHA-256 {done.sha256}.")
    return 0


async def _do(what: str, source: str, target: str, *, progress: Path | None) -> Fingerprint:
    if source == target:
        raise BadSetting("FROM and TO are the same place.")
    async with _opened(source) as one:
        if what == "copy" and target not in STORES:
            return await back_up(one, Path(target), tell=_tell)
        async with _opened(target) as other:
            if what == "verify":
                return await verify(one, other, tell=_tell)
            if isinstance(other, Backup):
                raise BadSetting("TO must be a store or the path of a backup.")
            places = Progress(_name(source), _name(target))
            kept_in = progress or Path(".vigor") / f"moving-{_short(places.source + places.target)}.json"
            return await copy(one, other, progress=places, kept_in=kept_in, tell=_tell)


@asynccontextmanager
async def _opened(place: str) -> AsyncIterator[DocumentStore | Backup]:
    opened = store_of(_settings(place)) if place in STORES else Backup(Path(place))
    try:
        yield opened
    finally:
        await opened.close()


def _settings(store: str) -> Settings:
    return read_settings({**os.environ, "VIGOR_STORE": store})


def _name(place: str) -> str:
    """A name for the place that gives no secret away and differs for two stores of one kind."""
    if place not in STORES:
        return f"backup {Path(place).resolve()}"
    settings = _settings(place)
    where = {
        "sqlite": str(settings.sqlite_path.resolve()),
        "tables": settings.tables_endpoint or settings.tables_connection,
        "cosmos": f"{settings.cosmos_endpoint} {settings.cosmos_database}",
    }
    return f"{place} {_short(where[place])}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tell(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
