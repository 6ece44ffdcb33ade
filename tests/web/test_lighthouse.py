"""Lighthouse has nothing to say about accessibility, best practices and search; how fast a page is, `benchmarks.web` measures."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.lighthouse import audit, auditable
from tests.web.people import joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.slow,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
OPEN = ("/", "/de/", "/signin", "/register", "/about")
SIGNED_IN = ("/today", "/plan", "/history", "/progress", "/coach", "/settings", "/train")


def test_every_page_has_full_marks_but_for_speed_and_nothing_moves(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with auditable(browser.browser_type, tmp_path / "profile") as (context, port):
        found = {path: audit(address + path, port) for path in OPEN}
        joined(context, address, "lighthouse").keep([{"reps": 8, "weight_kg": 60, "rpe": 8}] * 3)
        found |= {path: audit(address + path, port) for path in SIGNED_IN}
    short = {
        path: (verdict.scores, verdict.failed)
        for path, verdict in found.items()
        if verdict.failed or min(verdict.scores[name] for name in ("accessibility", "best-practices", "seo")) < 100
    }
    assert short == {}
    assert {path: one.cls for path, one in found.items() if one.cls > 0.05} == {}
    assert found["/"].bytes <= 70_000
