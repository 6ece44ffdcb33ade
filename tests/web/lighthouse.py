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
TRIES = 3
"""How often a page is loaded at most, where Lighthouse itself stumbled, as it does on a machine that is fully busy."""
TAIL = 2_000
PAGES_FAULT = {"ERRORED_DOCUMENT_REQUEST", "NOT_HTML", "INVALID_DOC_TYPE", "INSECURE_DOCUMENT_REQUEST"}


class Stumbled(Exception):
    """Lighthouse did not come to a verdict, for a reason that is no fault of the page."""


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
    """Load the page on the mobile preset and judge it; storage is left as it is, so that who is signed in stays so.

    Where Lighthouse itself fails it is asked again, `TRIES` times in all; what it says of a page stands at once.
    """
    stumbles: list[str] = []
    for _ in range(TRIES):
        try:
            return judged(report_of(url, port))
        except Stumbled as stumble:
            stumbles.append(str(stumble))
    raise AssertionError("Lighthouse came to no verdict:\n" + "\n---\n".join(stumbles))


def report_of(url: str, port: int, *, within_s: float = 180) -> dict[str, Any]:
    """Lighthouse's own report; raises `Stumbled`, with the end of what it said, where there is none."""
    asked = [str(COMMAND), url, f"--port={port}", "--output=json", "--quiet", "--disable-storage-reset"]
    asked += ["--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}"]
    # The observed load may take longer than the 45 s it is given by default where others use both processors.
    asked += ["--max-wait-for-load=90000", "--max-wait-for-fcp=60000"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=within_s, check=False)
    except subprocess.TimeoutExpired as late:
        raise Stumbled(f"{url}: nothing within {late.timeout:.0f} s") from late
    told = f"{url}: exit {said.returncode}\n{said.stderr[-TAIL:]}"
    try:
        report: dict[str, Any] = json.loads(said.stdout)
    except ValueError as broken:
        raise Stumbled(f"{told}\n{said.stdout[-TAIL:]}") from broken
    error = report.get("runtimeError")
    if error is not None:
        # These are the page's doing, however often it is loaded; everything else is the tool's or the machine's.
        assert error["code"] not in PAGES_FAULT, error
        raise Stumbled(f"{told}\n{error['code']}: {error.get('message', '')[-TAIL:]}")
    if said.returncode != 0:
        raise Stumbled(told)
    return report


def judged(report: dict[str, Any]) -> Verdict:
    """What a report comes to."""
    found, audits = report["categories"], report["audits"]
    weighed = {ref["id"] for name in CATEGORIES[:3] for ref in found[name]["auditRefs"] if ref["weight"] > 0}
    return Verdict(
        scores={name: round(100 * (found[name]["score"] or 0)) for name in CATEGORIES},
        lcp_ms=audits["largest-contentful-paint"]["numericValue"],
        cls=audits["cumulative-layout-shift"]["numericValue"],
        bytes=int(audits["total-byte-weight"]["numericValue"]),
        failed=sorted(name for name in weighed if audits[name]["score"] == 0),
    )
