"""Check infrastructure/: `python -m infrastructure.check [--checkov PATH] [--root PATH]`; every fault in a line, and exit code 1."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from infrastructure.check.agreement import check_agreement, check_log_fields
from infrastructure.check.azd import check_azd
from infrastructure.check.bicep import Fault, read_folder
from infrastructure.check.names import check_names
from infrastructure.check.policies import check_policies
from infrastructure.check.queries import check_queries, read_queries
from infrastructure.check.reads import check_reads
from infrastructure.check.resources import check_resources
from infrastructure.check.scanner import check_with_checkov

ROOT = Path(__file__).parents[2]


def faults(root: Path, *, checkov: Path | None = None) -> Iterator[Fault]:
    """Everything that is wrong in the repository at `root`, in no order; checkov is left out where it is not named."""
    folder = root / "infrastructure"
    files = read_folder(folder)
    yield from check_names(files)
    if not any(file.faults for file in files.values()):
        yield from check_reads(files)
        yield from check_resources(files)
        yield from check_policies(files, root)
        yield from check_agreement(files, root)
        yield from check_azd(files, root)
    queries = read_queries(folder)
    yield from check_log_fields(queries, root)
    yield from check_queries(queries)
    if checkov is not None:
        yield from check_with_checkov(checkov, folder)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.check", description=__doc__)
    parser.add_argument("--checkov", type=Path, help="the checkov to run as well")
    parser.add_argument("--root", type=Path, default=ROOT, help="another copy of the repository")
    asked = parser.parse_args()
    found = sorted(set(faults(asked.root, checkov=asked.checkov)))
    for fault in found:
        print(f"infrastructure/{fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
