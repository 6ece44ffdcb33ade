"""One thread's connection to a SQLite file: opened when needed, private, its log written ahead."""

import math
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from shared.storage.store import StoreUnavailable

T = TypeVar("T")

# Not WITHOUT ROWID: with 1.5 KB documents that was measured to write at half the speed and to double the file.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    partition TEXT NOT NULL,
    id TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partition, id)
) STRICT
"""

_WAL_KEPT_BYTES = 16 * 1024 * 1024


class Connection:
    """A connection that is opened when needed and thrown away when the engine failed, for use by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._waits_ms = 0

    def do(self, work: Callable[[sqlite3.Connection], T], *, wait_s: float) -> T:
        """Run `work`, waiting that long for locks; the engine's own failures become `StoreUnavailable`."""
        try:
            if self._db is None:
                self._db = _opened(self._path, wait_s)
            wait_ms = math.ceil(wait_s * 10) * 100  # to a tenth, so that it seldom changes
            if wait_ms != self._waits_ms:
                self._db.execute(f"PRAGMA busy_timeout = {wait_ms}")
                self._waits_ms = wait_ms
            return work(self._db)
        except sqlite3.ProgrammingError:
            raise
        except (sqlite3.Error, OSError) as failure:
            self.close()
            raise StoreUnavailable(f"The database file cannot be used: {failure}.") from failure

    def fold_log(self) -> None:
        """Fold the log into the file, so that nothing deleted lingers in it and it takes no space; if that can be now."""
        with suppress(StoreUnavailable):
            self.do(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), wait_s=0)

    def close(self) -> None:
        db, self._db, self._waits_ms = self._db, None, 0
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()


def _opened(path: Path, wait_s: float) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)  # SQLite gives its log and its shared memory the mode of the file
    db = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        _log_ahead(db, wait_s)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        db.execute(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _log_ahead(db: sqlite3.Connection, wait_s: float) -> None:
    """Switch to the write-ahead log. Of several who open a new file at once one does, and SQLite refuses the others at
    once instead of letting them wait; so they wait here."""
    until = time.monotonic() + wait_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.005)
        else:
            return
