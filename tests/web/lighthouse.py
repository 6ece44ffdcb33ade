"""Lighthouse on a page of a browser that may be signed in."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType

from tests.web.conftest import CHROMIUM, FLAGS, ROOT

COMMAND = ROOT / "tests" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("accessibility", "best-practices", "seo", "performance")


@dataclass(frozen=True)
class Verdict:
    """Scores of 0 to 100, and what the page was like on the mobile preset."""

    scores: dict[str, int]
    lcp_ms: float
    cls: float
    bytes: int
    failed: list[str]
    """What cost points outside performance."""


@contextmanager
def auditable(chromium: BrowserType, profile: Path) -> Iterator[tuple[BrowserContext, int]]:
    """A browser that keeps its cookies where Lighthouse finds them, and the port it listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    arguments = [*FLAGS, f"--remote-debugging-port={port}"]
    context = chromium.launch_persistent_context(str(profile), executable_path=CHROMIUM, args=arguments)
    try:
        yield context, port
    finally:
        context.close()


def audit(url: str, port: int) -> Verdict:
    """Load the page on the mobile preset and judge it; storage is left as it is, so that who is signed in stays so."""
    command = [str(COMMAND), url, f"--port={port}", "--output=json", "--quiet", "--disable-storage-reset"]
    command += ["--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    report: dict[str, Any] = json.loads(said.stdout)
    assert "runtimeError" not in report, report["runtimeError"]
    found, audits = report["categories"], report["audits"]
    judged = {ref["id"] for name in CATEGORIES[:3] for ref in found[name]["auditRefs"] if ref["weight"] > 0}
    return Verdict(
        scores={name: round(100 * found[name]["score"]) for name in CATEGORIES},
        lcp_ms=audits["largest-contentful-paint"]["numericValue"],
        cls=audits["cumulative-layout-shift"]["numericValue"],
        bytes=int(audits["total-byte-weight"]["numericValue"]),
        failed=sorted(name for name in judged if audits[name]["score"] == 0),
    )
