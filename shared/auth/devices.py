"""Where a sign-in comes from: the network it arrives by, and whether the device has signed in to that account before."""

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.config import SecretKey


KNOWN_FOR = timedelta(days=180)
_FORM = re.compile(r"d1\.([A-Za-z0-9_-]{22})\.(\d{1,6})\.([A-Za-z0-9_-]{43})")
_NETWORK_BITS = {4: 24, 6: 56}
"""What one subscriber or one small office has; an attacker who rents a whole one gains nothing by changing within it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a sign-in request tells of itself; `network` is empty where no proxy that we trust says.

    `session_id` is there where somebody who is signed in has to give the password once more.
    """

    agent: str = ""
    network: str = ""
    device: str = ""
    session_id: str = ""


class Devices:
    """Mints and checks device marks: proof that this device has signed in to this account, and nothing else."""

    def __init__(self, keys: "Sequence[SecretKey]") -> None:
        self._ring = keys  # looked at anew each time: it may be rotated under us

    def mint(self, user_id: str, *, now: datetime) -> str:
        """The mark a device gets when its person has signed in."""
        device_id, day = secrets.token_urlsafe(16), now.date().toordinal()
        return f"d1.{device_id}.{day}.{_mac(_key(self._ring[0]), user_id, device_id, day=day)}"

    def read(self, mark: str, user_id: str, *, now: datetime) -> str | None:
        """The device's id if the mark is ours, for this account, and not older than `KNOWN_FOR`."""
        matched = _FORM.fullmatch(mark)
        if matched is None:
            return None
        day = int(matched[2])
        if not 0 <= now.date().toordinal() - day <= KNOWN_FOR.days:
            return None
        made = (_mac(_key(one), user_id, matched[1], day=day) for one in self._ring)
        return matched[1] if any(hmac.compare_digest(one, matched[3]) for one in made) else None


def _key(ring_key: "SecretKey") -> bytes:
    return hmac.digest(ring_key.key, b"vigor device mark", hashlib.sha256)


def network_of(forwarded_for: str, *, trusted_hops: int) -> str:
    """The network a request came from, or an empty text where that cannot be known.

    `forwarded_for` is the header X-Forwarded-For. Only its last `trusted_hops` entries were written by proxies of
    ours; what stands left of them anybody may have made up.
    """
    entries = [entry.strip() for entry in forwarded_for.split(",")]
    if trusted_hops < 1 or len(entries) < trusted_hops:
        return ""
    try:
        address = ipaddress.ip_address(_without_port(entries[-trusted_hops]))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, _NETWORK_BITS[address.version]), strict=False))


def _without_port(entry: str) -> str:
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _mac(key: bytes, user_id: str, device_id: str, *, day: int) -> str:
    mac = hmac.digest(key, f"{user_id}|{device_id}|{day}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
