"""After a backup was restored: `python -m shared.restoring FILE…` erases again whoever was erased since it was made,
ends every session, and says so in the audit trail of the store that the settings name.

A FILE is a backup of what there was before, or lines of the log: whatever tells of erasures, by pseudonyms.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared import wiring
from shared.accounts.erasure import ERASE
from shared.app import App
from shared.auth.account import Account
from shared.errors import BadSetting, Unavailable
from shared.storage.backups import Backup, BadBackup
from shared.storage.repositories.accounts import ACCOUNT
from shared.storage.repositories.audit_seals import ENTRY, PARTITION, WITNESS, AuditEntry
from shared.storage.repositories.documents import kept
from shared.storage.store import StoreUnavailable

ACTION = "store.restored"
_GZIP = b"\x1f\x8b"
_PSEUDONYM = re.compile(r"\b[0-9a-f]{24}\b")
_PAGE = 500


@dataclass(slots=True)
class Known:
    """What is known of the time after the backup: who was erased, and how far the audit trail had got."""

    erased: set[str] = field(default_factory=set)
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """How many people were erased again, and how many were signed out."""

    erased_again: int
    signed_out: int


async def after_restore(app: App, known: Known) -> Restored:
    """Make a restored store good again; safe to repeat after an interruption.

    Every session ends: a refresh token that was spent after the backup would otherwise be good once more.
    """
    accounts = [account async for account in _accounts(app)]
    gone = [one for one in accounts if app.audit.pseudonyms(one.id) & known.erased]
    stay = [one for one in accounts if one not in gone]
    for account in gone:
        await app.erasure.erase(account, by=ACTION, correlation_id=ACTION)
    for account in stay:
        await app.sessions.end_all(account.id)
    done = Restored(len(gone), len(stay))
    told = {
        "erased_again": done.erased_again,
        "signed_out": done.signed_out,
        "trail_had_got_to": known.last_seq or None,
    }
    await app.store.delete(*WITNESS)  # a backup under load may have seen it later than the trail
    await app.audit.append(ACTION, actor_id=ACTION, after=told)
    return done


async def known_from(paths: Iterable[Path]) -> Known:
    """What the files tell; raises `BadBackup` and `OSError`."""
    known = Known()
    for path in paths:
        if path.read_bytes()[:2] == _GZIP:
            await _read_backup(Backup(path), known)
        else:
            lines = path.read_text("utf-8", errors="replace").splitlines()
            known.erased.update(name for line in lines if ERASE in line for name in _PSEUDONYM.findall(line))
    return known


async def _read_backup(backup: Backup, known: Known) -> None:
    entries: list[AuditEntry] = []
    cursor: str | None = None
    while True:
        page = await backup.walk(cursor=cursor, limit=_PAGE)
        trail = [one for one in page.documents if one.partition == PARTITION and one.id.startswith(ENTRY)]
        entries += [kept(AuditEntry, one).value for one in trail]
        if (cursor := page.cursor) is None:
            break
    await backup.close()
    refused = {one.after["entry"] for one in entries if one.action == f"{ERASE}.refused" and one.after}
    known.erased.update(one.target for one in entries if one.action == ERASE and one.target and one.seq not in refused)
    known.last_seq = max([known.last_seq, *(one.seq for one in entries)])


async def _accounts(app: App) -> AsyncIterator[Account]:
    cursor: str | None = None
    while True:
        page = await app.store.walk(cursor=cursor, limit=_PAGE)
        for document in page.documents:
            if document.id == ACCOUNT:
                yield kept(Account, document).value
        if (cursor := page.cursor) is None:
            return


async def _do(paths: Sequence[Path]) -> Restored:
    known = await known_from(paths)
    try:
        return await after_restore(await wiring.current(), known)
    finally:
        await wiring.close()


def main(arguments: Sequence[str]) -> int:
    """Do what the words say; 0 when it is done, 2 when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m shared.restoring", description=__doc__)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path)
    try:
        done = asyncio.run(_do(parser.parse_args(arguments).files))
    except (BadSetting, BadBackup, OSError) as wrong:
        _tell(str(wrong))
        return 2
    except (StoreUnavailable, Unavailable) as away:
        _tell(f"A store stayed away ({away}). Run the same command again.")
        return 2
    _tell(f"Erased again: {done.erased_again}. Signed out: {done.signed_out}. The audit trail tells of it.")
    return 0


def _tell(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
