"""Every document that the app writes is of a kind that is known, carries its version, and is read back as it was."""

import os
from pathlib import Path

import pytest

from shared.domain.words import Shape
from shared.retention import kinds
from shared.storage.backups import BackupWriter
from shared.storage.repositories.documents import body_of, kept, migrated, version_of
from shared.storage.store import Document
from tests.functions.conftest import Api, start_api  # fixtures, used by name
from tests.schema.everything import api, documents, live

__all__ = ["api", "start_api"]
WITHOUT_A_SHAPE = {
    "directory:": "claims of names, written once",
    "audit": "sealed: rewriting an entry would break its chain",
    "system/audit-head": "sealed like the trail it bears witness to",
    "system/provider:": "a row of plain values, read with defaults",
    "system/hint:": "what workers tell each other for seconds",
    "system/breaker:": "what workers tell each other for seconds",
    "system/sweep": "how far the sweep got",
}


def write_if_wanted(found: list[Document]) -> None:
    if path := os.environ.get("VIGOR_WRITE_RELEASE"):
        backup = BackupWriter(Path(path))
        backup.add(found)
        backup.finish()


@pytest.mark.slow
async def test_every_document_is_of_a_known_kind_and_comes_back_unchanged(api: Api) -> None:
    await live(api)
    found = await documents(api.app.store)
    write_if_wanted(found)
    known = kinds(api.app.settings)
    seen = set()
    for document in found:
        kind = next((one for one in known if one.holds(document)), None)
        if kind is None:
            place = f"{document.partition}/{document.id}"
            assert place.startswith(tuple(WITHOUT_A_SHAPE)), place
            continue
        seen.add((kind.partition, kind.prefix))
        if kind.shape is Shape:
            continue  # a bare mark, without content
        assert document.body["v"] == version_of(kind.shape)
        assert migrated(kind.shape, document.body) is None
        assert body_of(kept(kind.shape, document).value) == document.body
    assert seen == {(one.partition, one.prefix) for one in known}
