"""Where key rings come from: the environment, or a file made once beside the SQLite file on a person's own machine."""

import base64
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from shared.config import SecretKey, Settings, read_keys
from shared.errors import BadSetting

FILE = "secrets.json"


class KeyRing(Sequence[SecretKey]):
    """Keys, the first of which makes what all of them verify; `replace` rotates them under whoever holds the ring."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        self._keys = tuple(keys)

    @overload
    def __getitem__(self, at: int) -> SecretKey: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[SecretKey]: ...

    def __getitem__(self, at: int | slice) -> SecretKey | Sequence[SecretKey]:
        return self._keys[at]

    def __len__(self) -> int:
        return len(self._keys)

    def replace(self, keys: Sequence[SecretKey]) -> None:
        """These from now on; an empty ring changes nothing, since nobody could come in with it."""
        self._keys = tuple(keys) or self._keys


@dataclass(frozen=True, slots=True)
class Rings:
    """The key rings of this installation."""

    signing: KeyRing
    pepper: KeyRing


def rings_of(settings: Settings) -> Rings:
    """The rings that the settings give; on a machine of one's own, missing ones are made and kept.

    Blocks on the file system: call it in a thread. Raises `BadSetting` where keys have to be set and are not.
    """
    if settings.signing_keys and settings.pepper_keys:
        return Rings(KeyRing(settings.signing_keys), KeyRing(settings.pepper_keys))
    if settings.on_azure or settings.store != "sqlite":
        raise BadSetting("VIGOR_SIGNING_KEYS and VIGOR_PEPPER_KEYS must be set where the store is not SQLite.")
    folder = settings.sqlite_path.parent
    try:
        made = _kept_or_made(folder / FILE)
    except OSError as refused:
        raise BadSetting(f"VIGOR_SQLITE_PATH: nothing can be kept in {folder} ({refused.strerror}).") from refused
    return Rings(KeyRing(settings.signing_keys or made.signing), KeyRing(settings.pepper_keys or made.pepper))


def _kept_or_made(path: Path) -> Rings:
    """The rings in the file; of several processes that start at once, one makes it and all read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"signing": [_new_key()], "pepper": [_new_key()]}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):  # another process was first; a link never shows half a file
            os.link(draft, path)
    finally:
        draft.unlink()
    kept = json.loads(path.read_text())
    return Rings(*(KeyRing(read_keys(str(path), json.dumps(kept[ring]))) for ring in ("signing", "pepper")))


def _new_key() -> dict[str, str]:
    return {"kid": f"k{secrets.token_hex(3)}", "key": base64.b64encode(secrets.token_bytes(32)).decode()}
