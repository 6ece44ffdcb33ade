"""Checks licences: whatever is deployed or shipped to a browser has one that lets people host Vigor and change it.

`python -m release.licences` asks pip-licenses about the installed Python packages, and reads the web client's lock file.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = (
    "MIT", "MIT-0", "ISC", "BSD", "Apache", "0BSD", "Python Software Foundation", "PSF", "Unlicense", "MPL", "Mozilla Public",
    "OFL-1.1", "CC0-1.0", "BlueOak",
)  # fmt: skip
READ_BY_HAND = {
    "zxcvbn-rs-py": "its metadata names none; the file LICENSE in its source is the MIT licence",
}


def unfit_python() -> list[str]:
    """Installed Python packages without a licence of `ALLOWED`."""
    tool = str(Path(sys.executable).parent / "pip-licenses")
    told = subprocess.run([tool, "--from=mixed", "--format=json"], capture_output=True, text=True, check=True)  # noqa: S603 - our own tool
    rows = [(row["Name"], row["License"]) for row in json.loads(told.stdout)]
    return [f"{name}: {licence}" for name, licence in rows if not fits(licence) and name not in READ_BY_HAND]


def unfit_web(lock: Path = ROOT / "static_web_app" / "package-lock.json") -> list[str]:
    """Packages that go into the web client without a licence of `ALLOWED`."""
    packages = json.loads(lock.read_text())["packages"]
    shipped = {path: one for path, one in packages.items() if path and not one.get("dev")}
    return [
        f"{path}: {one.get('license', 'none')}" for path, one in shipped.items() if not fits(one.get("license", ""))
    ]


def fits(licence: str) -> bool:
    """Whether a licence, or one of those to choose from, is one of `ALLOWED`."""
    return any(known in licence for known in ALLOWED) and "GPL" not in licence.replace("LGPL", "")


def main() -> int:
    """Print the packages whose licence does not fit; 1 where there is one."""
    unfit = unfit_python() + unfit_web()
    for one in unfit:
        print(f"not a licence that fits: {one}", file=sys.stderr)
    return 1 if unfit else 0


if __name__ == "__main__":
    sys.exit(main())
