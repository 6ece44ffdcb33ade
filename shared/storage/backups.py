"""Backups: every document of a store as lines of one gzip file, the same file for every engine.

The first line says what it is; then each document is a line `{"partition", "id", "body"}`; the last line holds their
count and SHA-256. A file without its last line, or with another sum, is refused.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from shared.storage.store import Document, InvalidCursor, Page

FORMAT = "vigor backup 1"


class BadBackup(Exception):
    """A file that is no backup, or not a whole one; the text is a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a store holds, in short: equal for two stores exactly if they hold the same documents."""

    documents: int
    sha256: str


class Digest:
    """Reads documents in the order of a walk and sums them up; etags do not count, for each engine makes its own."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self.documents = 0

    def add(self, document: Document) -> bytes:
        """Count the document in, and answer its line."""
        content = {"partition": document.partition, "id": document.id, "body": document.body}
        line = json.dumps(content, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        self._sum.update(line)
        self.documents += 1
        return line

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self.documents, self._sum.hexdigest())


class BackupWriter:
    """Writes a backup beside its final place and puts it there once it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        self._raw = os.fdopen(descriptor, "wb")
        self._packed = gzip.GzipFile(fileobj=self._raw, mode="wb", mtime=0)
        self._digest = Digest()
        self._packed.write(_line({"format": FORMAT}))

    def add(self, documents: Iterable[Document]) -> None:
        """Write these next."""
        for document in documents:
            self._packed.write(self._digest.add(document))

    def finish(self) -> Fingerprint:
        """Close the file and give it its name."""
        done = self._digest.fingerprint
        self._packed.write(_line({"documents": done.documents, "sha256": done.sha256}))
        self._packed.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        self._draft.replace(self._path)
        return done

    def abandon(self) -> None:
        """Close what is left of an attempt that failed; the file that stood in the final place stays."""
        self._raw.close()


class Backup:
    """A backup to read from; making one reads it through, so nothing is restored from half a file.

    Raises `BadBackup`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: gzip.GzipFile | None = None
        self._at = 0
        digest = Digest()
        for document in _documents_of(self._opened()):
            digest.add(document)
        self.fingerprint = digest.fingerprint
        self._check()

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        """The documents in the file's order; a cursor is how many of them lie behind."""
        if cursor is not None and not (cursor.isascii() and cursor.isdecimal()):
            raise InvalidCursor("This cursor is not one of a backup.")
        behind = int(cursor or "0")
        if self._open is None or behind != self._at:
            self._open = self._opened()
            next(islice(_documents_of(self._open), behind, behind), None)
        documents = list(islice(_documents_of(self._open), limit))
        if not documents and behind < self.fingerprint.documents:
            raise BadBackup(f"{self._path} was changed while it was read.")
        self._at = behind + len(documents)
        more = self._at < self.fingerprint.documents
        return Page(documents, str(self._at) if more else None)

    async def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            self._open.close()

    def _opened(self) -> gzip.GzipFile:
        if self._open is not None:
            self._open.close()
        try:
            opened = self._open = gzip.GzipFile(self._path, "rb")
            head = json.loads(opened.readline() or b"null")
        except (OSError, EOFError, ValueError, zlib.error) as unreadable:
            raise BadBackup(f"{self._path} is not a backup of Vigor.") from unreadable
        if head != {"format": FORMAT}:
            raise BadBackup(f"{self._path} is not a backup of Vigor, or of a kind that is not known here.")
        return opened

    def _check(self) -> None:
        last: Any = None
        for line in self._opened():
            last = line
        told = json.loads(last or b"null")
        self._open = None  # a walk begins at the beginning, and here the end is reached
        found = self.fingerprint
        if told != {"documents": found.documents, "sha256": found.sha256}:
            raise BadBackup(f"{self._path} is not whole, or was changed: its sum is another than it says.")


def _documents_of(lines: gzip.GzipFile) -> Iterator[Document]:
    try:
        for line in lines:
            content = json.loads(line)
            if "sha256" in content:
                return
            yield Document(content["partition"], content["id"], content["body"], "")
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as unreadable:
        raise BadBackup("The backup ends early or cannot be read; take another copy of it.") from unreadable


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"
