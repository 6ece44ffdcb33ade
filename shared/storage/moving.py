"""Moving house: every document from one place to another, in pages, resumable after any interruption, and verified."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

from shared.storage.backups import BackupWriter, Digest, Fingerprint
from shared.storage.chunks import in_lots
from shared.storage.store import Document, DocumentStore, InvalidCursor, Page, StoreUnavailable, Upsert

T = TypeVar("T")

PAGE = 500
_LEAST_PAGE = 5
_AT_ONCE = 8
_PATIENCE = 30

Tell = Callable[[str], None]
"""Takes a sentence on how far it is."""


class Walked(Protocol):
    """What documents can be read from in one order: a store, or a backup."""

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page: ...


class TargetNotEmpty(Exception):
    """The target holds documents that no copy under way has put there."""


class BadProgress(Exception):
    """A file that holds no progress of a copy; the text is a sentence that names it."""


class CopyDiffers(Exception):
    """Source and target do not hold the same: the source was written to meanwhile, or the target was."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy between two named places has come; a cursor of None and no documents is its beginning."""

    source: str
    target: str
    cursor: str | None = None
    documents: int = 0


async def copy(source: Walked, target: DocumentStore, *, progress: Progress, kept_in: Path, tell: Tell) -> Fingerprint:
    """Write every document of the source to the target, then compare the two, and forget the progress.

    After each page the progress is kept in that file, and a copy between the same places goes on from there. A page
    written twice does no harm. Nobody may write to either place meanwhile. Raises `TargetNotEmpty` before anything is
    written, `BadProgress` where that file is damaged, `CopyDiffers` where the outcome is not the same and the target has
    to be emptied for another try, `StoreUnavailable` when a place stays away.
    """
    kept = _kept_progress(kept_in)
    if kept is not None and (kept.source, kept.target) == (progress.source, progress.target):
        progress = kept
        tell(f"Going on after {progress.documents:,} documents.")
    elif (await _patiently(lambda _: target.walk(limit=1))).documents:
        raise TargetNotEmpty(f"{progress.target} holds documents already; empty it first.")
    # Kept before the first write, so that a copy killed there still knows the documents for its own.
    _keep_progress(kept_in, progress)
    try:
        async for page in _pages(source, progress.cursor):
            await _write(target, page.documents)
            done = progress.documents + len(page.documents)
            progress = Progress(progress.source, progress.target, page.cursor or progress.cursor, done)
            _keep_progress(kept_in, progress)
            tell(f"{done:,} documents copied.")
    except InvalidCursor as unknown:
        raise _damaged(kept_in) from unknown
    try:
        same = await verify(source, target, tell=tell)
    except CopyDiffers:
        _forget_progress(kept_in)  # going on would not mend it: what was deleted meanwhile stays in the target
        raise
    _forget_progress(kept_in)
    return same


async def verify(one: Walked, other: Walked, *, tell: Tell) -> Fingerprint:
    """Read both places through; the fingerprint they share, or `CopyDiffers`."""
    tell("Comparing both sides.")
    first, second = await fingerprint(one), await fingerprint(other)
    if first != second:
        raise CopyDiffers(
            f"The two sides differ: {first.documents:,} documents ({first.sha256[:16]}) and "
            f"{second.documents:,} ({second.sha256[:16]})."
        )
    return first


async def fingerprint(place: Walked) -> Fingerprint:
    """What is there, counted and summed."""
    digest = Digest()
    async for page in _pages(place, None):
        for document in page.documents:
            digest.add(document)
    return digest.fingerprint


async def back_up(source: Walked, path: Path, *, tell: Tell) -> Fingerprint:
    """Write everything to one file, which appears when it is whole, and verify it against the source."""
    writer = BackupWriter(path)
    documents = 0
    try:
        async for page in _pages(source, None):
            writer.add(page.documents)
            documents += len(page.documents)
            tell(f"{documents:,} documents saved.")
    except BaseException:
        writer.abandon()
        raise
    written = writer.finish()
    tell("Comparing the backup with its source.")
    if await fingerprint(source) != written:
        raise CopyDiffers("The source was written to while it was saved; stop Vigor and save again.")
    return written


async def _pages(place: Walked, cursor: str | None) -> AsyncIterator[Page]:
    while True:
        # A page of many large documents may be more than can be read in time, so each try asks for half of it.
        page = await _patiently(
            lambda turn, after=cursor: place.walk(cursor=after, limit=max(PAGE >> turn, _LEAST_PAGE))  # type: ignore[misc] # bound early
        )
        if page.documents:
            yield page
        cursor = page.cursor
        if cursor is None:
            return


async def _write(target: DocumentStore, documents: list[Document]) -> None:
    """Write the page, a few batches at a time; upserts, because a page may come twice."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def write(partition: str, lot: list[Upsert]) -> None:
        async with free:
            await _patiently(lambda _: target.batch(partition, lot))

    async with asyncio.TaskGroup() as group:
        for partition, found in groupby(documents, key=lambda document: document.partition):
            for lot in in_lots(Upsert(document.id, document.body) for document in found):
                group.create_task(write(partition, [op for op in lot if isinstance(op, Upsert)]))


async def _patiently(work: Callable[[int], Awaitable[T]]) -> T:
    """Ask again when the store is away, as it says, for half a minute or more; then let it be known.

    `work` is given the number of the try, the first being 0.
    """
    for turn in range(_PATIENCE - 1):
        try:
            return await work(turn)
        except StoreUnavailable as away:
            await asyncio.sleep(min(max(away.retry_after_s, 0.1), 30))
    return await work(_PATIENCE - 1)


def _kept_progress(path: Path) -> Progress | None:
    try:
        return _progress(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as unreadable:
        raise _damaged(path) from unreadable


def _damaged(path: Path) -> BadProgress:
    return BadProgress(
        f"{path} is not the progress of a copy, or is damaged. Remove it, empty the target, and copy again."
    )


def _progress(told: Any) -> Progress:
    """What was kept; raises `TypeError` and `ValueError` for anything else."""
    progress = Progress(**told)
    texts = (progress.source, progress.target, progress.cursor or "")
    if not all(isinstance(text, str) for text in texts) or type(progress.documents) is not int:
        raise ValueError("not the progress of a copy")
    return progress


def _keep_progress(path: Path, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(asdict(progress)))
    draft.replace(path)


def _forget_progress(path: Path) -> None:
    path.unlink()
