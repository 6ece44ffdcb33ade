"""A real browser against the real app: the local host as a process of its own, Debian's Chromium, nothing mocked."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "artefacts"
SITE = Path(os.environ.get("VIGOR_TEST_SITE", ROOT / "static_web_app" / "dist"))
"""The built client under test; a build of one's own can be named."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Vigor is, over an empty store."""
    with running(tmp_path_factory.mktemp("vigor")) as at:
        yield at


@contextmanager
def running(folder: Path, *, site: Path = SITE, options: Sequence[str] = (), **environ: str) -> Iterator[str]:
    """Vigor as `make run` starts it, with its store in that folder and options and settings of a test's own."""
    store = folder / "vigor.sqlite"
    surroundings = {**os.environ, "PORT": "0", "VIGOR_SQLITE_PATH": str(store), **environ}
    command = [sys.executable, "-m", "local_host", "--site", str(site), *options]
    log = folder / "host.log"
    with (
        log.open("a") as kept,
        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=kept, text=True) as host,
    ):
        assert host.stdout is not None
        found = None
        while found is None:
            line = host.stdout.readline()
            assert line, f"the host ended before it said where it is:\n{tail(log)}"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        LOGS.add(log)
        try:
            yield found[0]
        finally:
            host.terminate()
            host.wait(30)
            LOGS.discard(log)


LOGS: set[Path] = set()
"""What the hosts that run just now write on stderr."""
TAIL = 4_000


def tail(log: Path) -> str:
    """The end of what a host said."""
    return log.read_text(errors="replace")[-TAIL:] if log.exists() else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the hosts said."""
    report = yield
    if report.failed:
        report.sections += [(f"stderr of the host, {log}", tail(log)) for log in sorted(LOGS) if tail(log)]
    return report


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: script errors, refused policies, failed answers. Tests end with it empty."""
    return []


def page_of(context: BrowserContext, complaints: list[str]) -> Page:
    """A page whose complaints are heard."""
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(15_000)
    return page


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTEFACTS / f"{name}.png"))
