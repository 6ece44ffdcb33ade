"""How long importing the app takes in a fresh process, beside importing the Functions library alone."""

import statistics
import subprocess
import sys
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
    pairs = [_one_run() for _ in range(RUNS + 1)][1:]  # the first one fills the page cache
    bare = statistics.median(pair[0] for pair in pairs)
    whole = statistics.median(pair[1] for pair in pairs)
    ratio = whole / bare
    print(f"import azure.functions  {bare * 1000:6.0f} ms CPU")
    print(f"import function_app     {whole * 1000:6.0f} ms CPU   {ratio:.2f} times the yardstick (at most {MOST})")
    return ratio > MOST


def _one_run() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", _CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    bare, whole = map(float, done.stdout.split())
    return bare, whole


if __name__ == "__main__":
    sys.exit(main())
