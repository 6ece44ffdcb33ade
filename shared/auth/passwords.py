"""Passwords: argon2id over a peppered, normalised form, hashed in threads of their own and never on the event loop."""

import asyncio
import base64
import functools
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from shared.config import SecretKey
from shared.errors import Unavailable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19_456
PASSES = 2
MOST_WAITING = 16
"""Hashes that may queue per core before a caller is asked to come back; bounds memory and waiting."""


class Passwords:
    """Hashes and checks passwords under a ring of pepper keys, the first of which is used for new hashes.

    argon2id with 19 MiB, two passes, one lane is the floor OWASP and ASVS 5.0 (appendix C) name.
    """

    def __init__(self, peppers: Sequence[SecretKey]) -> None:
        self._ring = peppers  # looked at anew each time: it may be rotated under us
        self._cores = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._cores, thread_name_prefix="argon2")
        self._waiting = 0

    async def hash(self, password: str) -> tuple[str, str]:
        """The PHC string and the id of the pepper key; raises `Unavailable` when too many hashes wait."""
        newest = self._ring[0]
        hashed: str = await self._in_thread(lambda: _argon2().hash(_peppered(password, newest)))
        return hashed, newest.kid

    async def matches(self, password: str, phc: str, pepper_kid: str) -> bool:
        """Whether `password` is the one hashed; False too, after the same work, where the pepper key is gone."""
        pepper = next((one for one in self._ring if one.kid == pepper_kid), None)
        if pepper is None:
            await self.spend(password)
            return False
        return bool(await self._in_thread(lambda: _verify(phc, _peppered(password, pepper))))

    async def spend(self, password: str) -> None:
        """The work of a check with nothing to check against, so that unknown people take as long as known ones."""
        await self.hash(password)

    def is_outdated(self, phc: str, pepper_kid: str) -> bool:
        """Whether the hash should be made anew at the next sign-in."""
        return pepper_kid != self._ring[0].kid or _argon2().check_needs_rehash(phc)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Any) -> Any:
        if self._waiting >= self._cores + MOST_WAITING:
            raise Unavailable("Too many people are signing in at this moment; try again in a second.", retry_after_s=1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _peppered(password: str, pepper: SecretKey) -> bytes:
    normal = unicodedata.normalize("NFC", password).encode()
    return base64.b64encode(hmac.digest(pepper.key, normal, hashlib.sha256))


@functools.cache
def _argon2() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - only workers that hash pay for the import

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)


def _verify(phc: str, secret: bytes) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415 - as above

    try:
        return _argon2().verify(phc, secret)
    except VerificationError:
        return False
