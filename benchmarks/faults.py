"""How long Vigor's answers take while things fail: the figures of the twenty-five faults, each beside its bar.

`python -m benchmarks.faults [T05 T21 …]` does each fault to real processes (the stores' behind a proxy, before Azurite), and
prints what was measured, what the design allows at most, and how many times the same without the fault that is, measured
in the same run. It ends with 1 where a figure is over its bar or an answer is one that no fault excuses. A fault whose figures
are over is done once more, and that counts; one that is over without the fault as well is marked "busy": the machine
is, and nothing is shown. What else must hold during a fault is asserted by the tests that docs/security.md
names. Needs a machine that does nothing else.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults_measured import Case, Figure, Unexpected
from benchmarks.faults_of_crowds import many_sign_ins, one_person_at_once, vendor_fails_slowly
from benchmarks.faults_of_processes import all_killed, one_killed, store_destroyed
from benchmarks.faults_of_the_store import store_down, store_hangs, store_slow

CASES: dict[str, Case] = {
    "T01": one_killed,
    "T02": all_killed,
    "T04": store_down,
    "T05": store_hangs,
    "T06": store_slow,
    "T08": one_person_at_once,
    "T14": vendor_fails_slowly,
    "T21": many_sign_ins,
    "T25": store_destroyed,
}


async def done(case: Case) -> list[Figure]:
    """The figures of a fault, done once more where one is over."""
    figures = await _once(case)
    return await _once(case) if any(one.is_over for one in figures) else figures


async def _once(case: Case) -> list[Figure]:
    with tempfile.TemporaryDirectory(dir=_on_disk()) as folder:
        return await case(Path(folder))


def _on_disk() -> Path:
    """A folder of this checkout that git does not see: /tmp may be memory."""
    folder = Path(__file__).parent.parent / "build"
    folder.mkdir(exist_ok=True)
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 1 where a figure is over."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join(sorted(CASES))}; all by default")
    wanted = parser.parse_args(arguments).faults or sorted(CASES)
    if unknown := set(wanted) - CASES.keys():
        parser.error(f"not measured here: {', '.join(sorted(unknown))}")
    failed = 0
    for fault in wanted:
        try:
            figures = asyncio.run(done(CASES[fault]))
        except Unexpected as answer:
            print(f"{fault} {answer}", flush=True)
            failed += 1
            continue
        for figure in figures:
            print(f"{fault} {figure}", flush=True)
        failed += any(one.is_over for one in figures)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
