"""`make bench`: every benchmark, one after the other, or those named on the command line."""

import subprocess
import sys
from pathlib import Path

ALL = (
    "import_time", "host_overhead", "capabilities", "stores", "import_history", "fallback", "router_overhead", "faults",
    "web",
)  # fmt: skip
ARGUMENTS = {"router_overhead": ["--litellm"]}


def main() -> int:
    """Run them; the number of those that failed."""
    wanted = sys.argv[1:] or ALL
    root = Path(__file__).parent.parent
    failed = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *ARGUMENTS.get(name, [])]
        failed += subprocess.run(command, cwd=root, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
