"""How long importing the app takes in a fresh process, beside importing the Functions library alone.

Bytecode of both lies in a cache of the benchmark's own, so that a host that keeps none does not measure the compiler.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 9
MOST = 2.5
_CODE = (
    "import time; a=time.process_time(); import azure.functions; b=time.process_time(); "
    "import function_app; c=time.process_time(); print(b-a, c-a)"
)


def main() -> int:
    """Print both and their ratio; 1 where the app is over `MOST` times its yardstick."""
    with tempfile.TemporaryDirectory() as cache:
        pairs = [_one_run(cache) for _ in range(RUNS + 1)][1:]  # the first one fills the caches
    bare = statistics.median(pair[0] for pair in pairs)
    whole = statistics.median(pair[1] for pair in pairs)
    ratio = whole / bare
    print(f"import azure.functions  {bare * 1000:6.0f} ms CPU")
    print(f"import function_app     {whole * 1000:6.0f} ms CPU   {ratio:.2f} times the yardstick (at most {MOST})")
    return ratio > MOST


def _one_run(cache: str) -> tuple[float, float]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", _CODE],
        cwd=ROOT,
        env=environ | {"PYTHONPYCACHEPREFIX": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    bare, whole = map(float, done.stdout.split())
    return bare, whole


if __name__ == "__main__":
    sys.exit(main())
