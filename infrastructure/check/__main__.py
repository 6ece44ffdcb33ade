"""Check infrastructure/: `python -m infrastructure.check [--checkov PATH]`; every fault in a line, and exit code 1."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from infrastructure.check.agreement import check_agreement, check_log_fields
from infrastructure.check.bicep import Fault, read_folder
from infrastructure.check.names import check_names
from infrastructure.check.policies import check_policies
from infrastructure.check.queries import check_queries, read_queries
from infrastructure.check.resources import check_resources
from infrastructure.check.scanner import check_with_checkov

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "infrastructure"


def faults(checkov: Path | None) -> Iterator[Fault]:
    """Everything that is wrong, in no order; checkov is left out where it is not named."""
    files = read_folder(FOLDER)
    yield from check_names(files)
    if not any(file.faults for file in files.values()):
        yield from check_resources(files)
        yield from check_policies(files, ROOT)
        yield from check_agreement(files, ROOT)
    queries = read_queries(FOLDER)
    yield from check_log_fields(queries, ROOT)
    yield from check_queries(queries)
    if checkov is not None:
        yield from check_with_checkov(checkov, FOLDER)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.check", description=__doc__)
    parser.add_argument("--checkov", type=Path, help="the checkov to run as well")
    found = sorted(set(faults(parser.parse_args().checkov)))
    for fault in found:
        print(f"infrastructure/{fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
