"""Changes made over whatever others changed in the meantime, where nobody insists on a version."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.errors import Unavailable

T = TypeVar("T")
_TRIES = 20
_LONGEST_PAUSE_S = 0.05


async def over_others(change: Callable[[], Awaitable[T]], *, if_match: str | None) -> T:
    """What `change` answers. It reads, judges and writes, and does so anew while somebody else writes between.

    Where a caller insists on a version by `if_match`, its `StaleDocument` stands. Raises `Unavailable` after 20 tries.
    """
    from shared.storage.store import StaleDocument  # noqa: PLC0415 - not at the cold start

    for _ in range(_TRIES):
        try:
            return await change()
        except StaleDocument:
            if if_match is not None:
                raise
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_S))  # noqa: S311 - no secret depends on it
    raise Unavailable("Too many changes at once; try again in a second.", retry_after_s=1)
