"""What tests share: a clock that is told the time, key rings, settings, and an app over a store."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from local_host.app_index import AppIndex, index_app
from shared.config import SecretKey, Settings, read_settings
from shared.key_rings import KeyRing, Rings

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RINGS = Rings(KeyRing([SecretKey("k1", b"s" * 32)]), KeyRing([SecretKey("p1", b"p" * 32)]))


@cache
def app_index() -> AppIndex:
    """Every function of the app; the Functions library allows indexing it once a process."""
    import function_app

    return index_app(function_app.app, route_prefix="api")


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move on by a `timedelta` of these."""
        self.now += timedelta(**by)


def key_settings() -> dict[str, str]:
    """Rings that several workers share, as settings."""
    keys = json.dumps([{"kid": "k1", "key": base64.b64encode(b"s" * 32).decode()}])
    return {"VIGOR_SIGNING_KEYS": keys, "VIGOR_PEPPER_KEYS": keys}


def settings_for(folder: Path, **environ: str) -> Settings:
    """Settings with a SQLite file in that folder."""
    return read_settings({"VIGOR_SQLITE_PATH": str(folder / "vigor.sqlite"), **key_settings(), **environ})
