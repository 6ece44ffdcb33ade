"""The command for who mends what the night has parked: `python -m shared.mending`, over the store that the settings name.

`list` tells what stands in the register, `show ID` the document and what is wrong with it, `put ID FILE` writes another
one over it, `remove ID` takes it away, and `again ID` has it tried anew as it is, after a release that understands it.
Nothing is written over a document that changed since it failed: it is tried again anyway.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from shared import parking
from shared.config import Settings, read_settings
from shared.errors import BadSetting
from shared.parking import ParkedDocument
from shared.retention import kinds
from shared.storage.repositories.documents import DamagedDocument, kept
from shared.storage.store import Body, Document, DocumentStore, InvalidBody, StaleDocument, StoreUnavailable
from shared.wiring import store_of


class CannotMend(Exception):
    """What was asked for cannot be done, in a sentence for who asked."""


def main(arguments: Sequence[str]) -> int:
    """Do what the words say; 0 when it is done, 2 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="python -m shared.mending", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list")
    for what in ("show", "put", "remove", "again"):
        commands.add_parser(what).add_argument("id", metavar="ID", help="of an entry of the register")
    commands.choices["put"].add_argument("file", metavar="FILE", type=Path)
    asked = parser.parse_args(arguments)
    try:
        asyncio.run(_do(asked))
    except StaleDocument:
        sys.stderr.write("It changed since it failed, so nothing was done: the next run of the night tries it again.\n")
        return 2
    except (CannotMend, BadSetting, InvalidBody, OSError, ValueError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    except StoreUnavailable as away:
        sys.stderr.write(f"The store stayed away ({away}). Run the same command again.\n")
        return 2
    return 0


async def _do(asked: argparse.Namespace) -> None:
    settings = read_settings(os.environ)
    store = store_of(settings)
    try:
        entries = await parking.read_entries(store)
        if asked.what == "list":
            sys.stdout.writelines(_line(name, entry) for name, entry in entries.items())
        elif (entry := entries.get(asked.id)) is None:
            raise CannotMend(f"There is nothing under {asked.id} in the register.")
        else:
            await _mend(asked, entry, store, settings=settings)
    finally:
        await store.close()


async def _mend(asked: argparse.Namespace, entry: ParkedDocument, store: DocumentStore, *, settings: Settings) -> None:
    there = await store.find(entry.partition, entry.id)
    if there is None:
        raise CannotMend("The document is gone, and at the next run of the night its entry is too.")
    match asked.what:
        case "show":
            sys.stderr.writelines(f"{one}\n" for one in faults(there, settings))
            sys.stdout.write(json.dumps(there.body, indent=1, ensure_ascii=False) + "\n")
        case "put":
            body: Body = json.loads(asked.file.read_text("utf-8"))
            if left := faults(replace(there, body=body), settings):
                raise CannotMend("\n".join(["It would fail again, so it was not written:", *left]))
            await store.replace(entry.partition, entry.id, body, etag=entry.etag)
        case "remove":
            await store.delete(entry.partition, entry.id, etag=entry.etag)
        case _:
            await store.delete(parking.PARTITION, asked.id)


def faults(document: Document, settings: Settings) -> list[str]:
    """What does not fit in a document, by field; nothing for a kind whose shape is not known here."""
    kind = next((one for one in kinds(settings) if one.holds(document)), None)
    if kind is None:
        return []
    try:
        kept(kind.shape, document)
    except DamagedDocument as damaged:
        if not isinstance(damaged.__cause__, ValidationError):
            return [f"{type(damaged.__cause__).__name__}: {damaged.__cause__}"]
        wrong = damaged.__cause__.errors(include_url=False, include_input=False)
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong]
    return []


def _line(name: str, entry: ParkedDocument) -> str:
    state = "parked" if entry.is_parked else f"waiting, {entry.tries} of {parking.TRIES} tries"
    return f"{name}  {state}  {entry.error}  since {entry.first_at:%Y-%m-%d %H:%M}  {entry.partition}  {entry.id}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
