"""The faults happen to the whole app, as the tests of its functions start it, and to a store behind a proxy."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.emulators import servers
from tests.emulators.proxy import Proxy
from tests.functions.conftest import api, start_api

__all__ = ["api", "start_api"]


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
async def proxy(azurite: servers.Server) -> AsyncIterator[Proxy]:
    """A proxy before Azurite that does no harm yet."""
    async with Proxy(azurite.port) as standing_before:
        yield standing_before
