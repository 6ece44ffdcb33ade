"""Rotates a key ring: `python3 -m release.ring add|use|drop KID < ring > ring`, in three steps so that nobody is signed out.

`add` puts a new key at the end, where it verifies and makes nothing yet; `use KID` moves a key to the front, where it
makes everything new; `drop KID` takes a key away. Keys are never printed anywhere else. Needs nothing but Python.
"""

import argparse
import base64
import json
import secrets
import sys
from typing import TypeAlias

Ring: TypeAlias = list[dict[str, str]]


class Refused(Exception):
    """The ring would not do; the text says why."""


def added(ring: Ring) -> Ring:
    """With a new key at the end."""
    return [*ring, {"kid": f"k{secrets.token_hex(4)}", "key": base64.b64encode(secrets.token_bytes(32)).decode()}]


def used(ring: Ring, kid: str) -> Ring:
    """With that key at the front; raises `Refused` where there is none."""
    chosen = [key for key in ring if key["kid"] == kid]
    if not chosen:
        raise Refused(f"The ring holds no key {kid!r}; it holds {', '.join(key['kid'] for key in ring)}.")
    return chosen + [key for key in ring if key["kid"] != kid]


def dropped(ring: Ring, kid: str) -> Ring:
    """Without that key; raises `Refused` where it is in use or not there."""
    if used(ring, kid) == ring:
        raise Refused(f"{kid!r} is the key in use; move another to the front first.")
    return [key for key in ring if key["kid"] != kid]


def main(arguments: list[str]) -> int:
    """Read a ring, change it, write it; the key ids go to stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["add", "use", "drop"])
    parser.add_argument("kid", nargs="?", default="")
    asked = parser.parse_args(arguments)
    try:
        ring: Ring = json.load(sys.stdin)
        changed = added(ring) if asked.step == "add" else (used if asked.step == "use" else dropped)(ring, asked.kid)
    except (ValueError, TypeError, KeyError):
        print("What came in is no key ring.", file=sys.stderr)
        return 1
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    json.dump(changed, sys.stdout)
    print("keys now: " + ", ".join(key["kid"] for key in changed), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
