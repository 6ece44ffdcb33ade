"""The parts of a night's work: what a damaged document keeps one of them from does not keep the others from theirs."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from shared.parking import Parking
from shared.storage.repositories.documents import NOT_UNDERSTOOD, DamagedDocument

Result = TypeVar("Result")
RESTS = ("providers", "audit")
"""Parts that hang on few documents, and rest while one of those is parked. The roll-up, the sweep and the replies go past
single documents by themselves and are always tried."""

_log = logging.getLogger("vigor.timer")


@dataclass(frozen=True, slots=True)
class Parts:
    """Does one part after the other; `left_out` are those that failed in this run, `resting` those that were not tried."""

    parking: Parking
    left_out: list[str] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)

    async def done(self, name: str, part: Callable[[], Awaitable[Result]], *, or_else: Result) -> Result:
        """What the part did; `or_else` where it met a document that it cannot understand, or rests because of one."""
        if name in RESTS and await self.parking.holds_back(name):
            self.resting.append(name)
            return or_else
        try:
            result = await part()
        except NOT_UNDERSTOOD as damaged:
            _log.error("The night leaves out %s: a document cannot be read: %s", name, type(damaged).__name__)
            self.left_out.append(name)
            if (cause := _damaged(damaged)) is not None:
                await self.parking.failed(cause.document, cause, part=name)
            return or_else
        await self.parking.went_well(name)
        return result


def _damaged(error: BaseException | None) -> DamagedDocument | None:
    """The damaged document that an error tells of, itself or as what it came from."""
    while error is not None and not isinstance(error, DamagedDocument):
        error = error.__cause__
    return error
