"""The client built for an API with an origin of its own: two origins, real policies, real preflights, tokens in no cookie."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from local_host.static_site import StaticSite
from release import smoke
from tests.web.conftest import ROOT, page_of, running
from tests.web.people import in_charge
from tests.web.test_main_job import finish, log_some_sets, register
from tests.web.test_sessions import AN_HOUR_LATER_ALL_AT_ONCE, renewals

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
CLIENT = ROOT / "static_web_app"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
KEPT_TOKEN = """async () => {
  const heard = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const device = await heard(indexedDB.open('vigor-session'));
  try {
    return (await heard(device.transaction('tokens').objectStore('tokens').get('refresh'))) ?? null;
  } finally {
    device.close();
  }
}"""


@dataclass(frozen=True)
class Apart:
    """Where pages come from, where the API is, and the folder of the build."""

    site: str
    api: str
    build: Path


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Pages under a host name of their own, so that every call of the API is one to another site."""
    folder = tmp_path_factory.mktemp("apart")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        site = f"http://localhost:{listening.getsockname()[1]}"
        with running(folder, site=folder / "none", options=["--cors", site]) as api:
            build = built(folder / "dist", api)
            with served(build, listening):
                yield Apart(site, api, build)


def built(to: Path, api: str) -> Path:
    """The client, built for an API at this address."""
    vite = [shutil.which("node") or "node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]
    subprocess.run(
        [*vite, "--outDir", str(to), "--emptyOutDir"],
        cwd=CLIENT,
        env={**os.environ, "VIGOR_API_ADDRESS": api},
        check=True,
        timeout=300,
    )
    return to


@contextmanager
def served(folder: Path, listening: socket.socket) -> Iterator[None]:
    """The folder as a Static Web App would serve it, headers included, on a socket that listens already."""
    standing, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        runner = web.ServerRunner(web.Server(StaticSite(folder).serve))
        await runner.setup()
        await web.SockSite(runner, listening).start()
        standing.set()
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))  # this one has Playwright's loop
    thread.start()
    try:
        assert standing.wait(30), "the site does not stand"
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


@pytest.fixture
def calls() -> list[Request]:
    """What pages asked the API."""
    return []


def opened(context: BrowserContext, apart: Apart, complaints: list[str], calls: list[Request]) -> Page:
    page = page_of(context, complaints)
    page.on("request", lambda one: calls.append(one) if one.url.startswith(f"{apart.api}/api/") else None)
    page.on("request", lambda one: complaints.append(one.url) if one.url.startswith(f"{apart.site}/api/") else None)
    return page


def test_from_a_stranger_to_a_set_through_a_reload_to_the_way_out(
    browser: Browser, apart: Apart, complaints: list[str], calls: list[Request]
) -> None:
    with browser.new_context(**PHONE) as context:
        page = opened(context, apart, complaints, calls)
        register(page, apart.site, "apart")
        page.goto(f"{apart.site}/today")
        in_charge(page)
        page.get_by_role("button", name="Start workout").click()
        log_some_sets(page, 1)
        renewed = renewals(page)
        page.reload()
        expect(page.get_by_role("button", name="Log set")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert len(renewed) == 1
        finish(page)
        expect(page.locator("header")).to_contain_text("All saved")
        page.goto(f"{apart.site}/history")
        expect(page.locator("main")).to_contain_text("1 set")

        assert {one.headers["x-vigor-client"] for one in calls if one.method != "OPTIONS"} == {"native"}
        assert context.cookies() == []
        assert page.evaluate("() => document.cookie") == ""
        kept = page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        token = page.evaluate(KEPT_TOKEN)
        assert token
        assert token not in kept
        assert "eyJ" not in kept

        page.goto(f"{apart.site}/settings")
        page.get_by_role("button", name="Sign out", exact=True).first.click()
        expect(page).to_have_url(f"{apart.site}/signin")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(KEPT_TOKEN) is None
        late = page.request.post(f"{apart.api}/api/auth/refresh", data={"refresh_token": token})
        assert late.status == 401
        page.reload()
        expect(page).to_have_url(f"{apart.site}/signin")
    # The contract has signing out clear cookies; a browser that brought none along says that it may not.
    assert [one for one in complaints if "Clear-Site-Data" not in one] == []


def test_an_edit_says_which_version_it_is_of_and_a_later_one_of_elsewhere_is_joined(
    browser: Browser, apart: Apart, complaints: list[str], calls: list[Request]
) -> None:
    with browser.new_context(**PHONE) as context:
        page = opened(context, apart, complaints, calls)
        register(page, apart.site, "apartedit")
        elsewhere = {"X-Vigor-Authorization": f"Bearer {signed_in(page, apart, 'apartedit')}"}
        log = {
            "id": str(uuid4()),
            "title": "Elsewhere",
            "started_at": "2026-01-05T10:00:00Z",
            "entries": [{"exercise_id": "barbell-back-squat", "sets": [{"reps": 5, "weight_kg": 100}]}],
        }
        logs = f"{apart.api}/api/workouts/logs"
        assert page.request.post(logs, data=log, headers=elsewhere).status == 201
        page.goto(f"{apart.site}/history/{log['id']}/edit")
        page.get_by_label("Set 1: Reps").fill("6")
        log["notes"] = "from another device"
        assert page.request.put(f"{logs}/{log['id']}", data=log, headers=elsewhere).ok
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page).to_have_url(f"{apart.site}/history/{log['id']}")
        expect(page.locator("header")).to_contain_text("All saved")
        sent = [one for one in calls if one.method == "PUT"]
        assert sent
        assert all(one.headers.get("if-match") for one in sent)
        kept = page.request.get(f"{logs}/{log['id']}", headers=elsewhere).json()
        assert (kept["entries"][0]["sets"][0]["reps"], kept["notes"]) == (6, "from another device")


def signed_in(page: Page, apart: Apart, name: str) -> str:
    """An access token for somebody on another device."""
    asked = {"identifier": name, "password": "a long enough sentence"}
    answer = page.request.post(f"{apart.api}/api/auth/login", data=asked, headers={"X-Vigor-Client": "native"})
    token: str = answer.json()["access_token"]
    return token


def test_tabs_share_the_one_token_and_renew_it_once(browser: Browser, apart: Apart, calls: list[Request]) -> None:
    with browser.new_context(**PHONE) as context:
        register(opened(context, apart, [], calls), apart.site, "aparttabs")
        pages = [*context.pages, *(opened(context, apart, [], calls) for _ in range(3))]
        for page in pages:
            page.goto(f"{apart.site}/today")
            expect(page.get_by_role("button", name="Start workout")).to_be_visible()
            page.wait_for_load_state("networkidle")
        before = pages[0].evaluate(KEPT_TOKEN)
        asked = [renewals(page) for page in pages]
        moment = pages[0].evaluate("() => Date.now() + 1500")
        for page in pages:
            page.evaluate(AN_HOUR_LATER_ALL_AT_ONCE, moment)
        for page in pages:
            expect(page.locator("h1")).to_have_text("History")
            page.wait_for_load_state("networkidle")
        assert sum(len(one) for one in asked) == 1
        kept = {page.evaluate(KEPT_TOKEN) for page in pages}
        assert len(kept) == 1
        assert kept != {before}


def test_without_a_network_a_reload_still_shows_who_trains_and_the_way_back_needs_no_password(
    browser: Browser, apart: Apart, complaints: list[str], calls: list[Request]
) -> None:
    with browser.new_context(**PHONE) as context:
        page = opened(context, apart, complaints, calls)
        register(page, apart.site, "apartbelow")
        page.goto(f"{apart.site}/today")
        in_charge(page)
        page.get_by_role("button", name="Start workout").click()
        expect(page.get_by_role("button", name="Log set")).to_be_visible()
        context.set_offline(True)
        page.reload()
        log_some_sets(page, 1)
        context.set_offline(False)
        finish(page)
        expect(page.locator("header")).to_contain_text("All saved")
        page.goto(f"{apart.site}/history")
        expect(page.locator("main")).to_contain_text("1 set")


def test_the_smoke_test_proves_two_origins_too_and_finds_a_client_that_was_built_for_one(apart: Apart) -> None:
    assert smoke.run(apart.api, site_at=apart.site)[1] == []
    (said,) = smoke.run(apart.api.replace("127.0.0.1", "localhost"), site_at=apart.site)[1]
    assert "was not built for http://localhost" in said


def test_only_this_api_was_added_to_what_pages_and_the_worker_may_connect_to(apart: Apart) -> None:
    rules = json.loads((apart.build / "staticwebapp.config.json").read_text("utf-8"))
    committed = (CLIENT / "staticwebapp.config.json").read_text("utf-8")
    assert json.dumps(rules).replace(f" {apart.api}", "") == json.dumps(json.loads(committed))
    policies = [rules["globalHeaders"], *(one.get("headers", {}) for one in rules["routes"])]
    opened_to = [one["Content-Security-Policy"] for one in policies if "Content-Security-Policy" in one]
    assert len(opened_to) == 2
    assert all(f"connect-src 'self' {apart.api}" in policy for policy in opened_to)
