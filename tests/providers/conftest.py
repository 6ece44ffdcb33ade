"""A store for what providers keep: models and the hints of breakers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.storage.sqlite import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "vigor.sqlite")
    yield opened
    await opened.close()
