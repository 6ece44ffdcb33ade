"""Packs the Function App: `python -m release.package` writes build/vigor-functions.zip with only what runs, and says its size.

The zip is the same for the same files, wherever and whenever it is made. Needs nothing but Python.
"""

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "build" / "vigor-functions.zip"
SINGLE = ("function_app.py", "host.json", "requirements.txt", "LICENSE", "CHANGELOG.md")
FOLDERS = ("functions", "shared")
_LEFT_OUT = {"__pycache__", ".mypy_cache", ".pytest_cache", "node_modules"}
_MOMENT = (2026, 1, 1, 0, 0, 0)


def contents(root: Path = ROOT) -> Iterator[Path]:
    """The files that run on Azure, by their path from `root`, in order."""
    for name in SINGLE:
        if (root / name).is_file():
            yield Path(name)
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            inside = file.relative_to(root)
            if file.is_file() and not _LEFT_OUT.intersection(inside.parts) and file.suffix != ".pyc":
                yield inside


def pack(target: Path, root: Path = ROOT) -> str:
    """Write the package; answers its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for file in contents(root):
            entry = zipfile.ZipInfo(file.as_posix(), _MOMENT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(entry, (root / file).read_bytes())
    return hashlib.sha256(target.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Pack, and print where the package lies, how large it is, and its digest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", type=Path, default=TARGET)
    target: Path = parser.parse_args(arguments).target
    digest = pack(target)
    with zipfile.ZipFile(target) as package:
        files = package.infolist()
    unpacked = sum(file.file_size for file in files)
    print(
        f"{target}: {len(files)} files, {target.stat().st_size / 1024:.0f} kB packed, {unpacked / 1024:.0f} kB unpacked"
    )
    print(f"sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
