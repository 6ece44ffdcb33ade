"""Stores that reach an emulator, or a proxy before it, as the app would reach Azure."""

from uuid import uuid4

from shared.storage.store import DocumentStore
from tests.emulators import servers

PATIENT_S = 60.0
"""Emulators on a busy machine may take longer than Azure is given; deadlines have tests of their own."""


def tables_store(
    port: int, *, name: str = "", per_try_s: float = PATIENT_S, total_s: float = PATIENT_S
) -> DocumentStore:
    """A store of a table, by default its own, in the Azurite, or the proxy before it, on that port."""
    from shared.storage.tables import TablesStore

    connection = servers.tables_connection(port)
    return TablesStore.of(connection=connection, table=name or f"t{uuid4().hex}", per_try_s=per_try_s, total_s=total_s)


def cosmos_store(
    port: int, *, name: str = "", per_try_s: float = PATIENT_S, total_s: float = PATIENT_S
) -> DocumentStore:
    """A store of a container, by default its own, in the stand-in, or the proxy before it, on that port."""
    from shared.storage.cosmos import CosmosStore

    return CosmosStore.of(
        endpoint=f"http://127.0.0.1:{port}/",
        key=servers.COSMOS_KEY,
        container=name or f"c{uuid4().hex}",
        per_try_s=per_try_s,
        total_s=total_s,
    )
