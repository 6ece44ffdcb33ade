"""Who is signed in: renewed in the middle of a workout, once for all tabs, and never readable by a script; and new versions."""

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import SITE, page_of, picture, running
from tests.web.people import at_work, in_charge, joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
AN_HOUR_LATER_ALL_AT_ONCE = """(moment) => {
  const later = Date.now() + 3600_000;
  const wait = moment - Date.now();
  Date.now = () => later;
  setTimeout(() => document.querySelector('a[href="/history"]').click(), wait);
}"""
SHORT = {"VIGOR_ACCESS_TTL_S": "32"}
"""An access token that the app takes for spent two seconds after it was given, as it renews half a minute early."""


def renewals(page: Page) -> list[str]:
    """What renewals this page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/api/auth/refresh") else None)
    return asked


def test_an_access_token_that_ends_in_mid_session_is_renewed_and_nobody_notices(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    with running(tmp_path, **SHORT) as address, browser.new_context(**PHONE) as context:
        person = joined(context, address, "expiring")
        page = at_work(person, complaints)
        asked = renewals(page)
        page.get_by_role("button", name="Log set").click()
        page.clock.install()
        page.clock.fast_forward(60_000)
        page.get_by_role("button", name="Finish").first.click()
        page.get_by_role("button", name="Save workout").click()
        expect(page.locator("header")).to_contain_text("All saved")
        assert asked, "the token was spent"
        assert page.evaluate("() => document.cookie") == ""
        kept = page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        assert "token" not in kept
        assert "eyJ" not in kept
    assert complaints == []


def test_a_session_that_was_ended_elsewhere_asks_to_sign_in_and_goes_on_where_it_was(
    browser: Browser, address: str
) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "endedelsewhere")
        page = at_work(person, [])
        page.get_by_role("button", name="Log set").click()
        person.ask("POST", "auth/logout", {"everywhere": True}, **{"X-Vigor-Client": "web"})
        context.clear_cookies()
        page.reload()
        expect(page).to_have_url(f"{address}/signin")
        expect(page.get_by_text("Your session has ended")).to_be_visible()
        page.locator("[name=identifier]").fill(person.name)
        page.locator("[name=password]").fill("a long enough sentence")
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{address}/train")
        expect(page.get_by_role("button", name=re.compile("^Set .*, done"))).to_have_count(1)


def test_tabs_that_need_a_new_token_at_one_moment_ask_for_it_once(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as context:
        joined(context, address, "tabs")
        pages = [page_of(context, []) for _ in range(4)]
        for page in pages:
            page.goto(f"{address}/today")
            expect(page.get_by_role("button", name="Start workout")).to_be_visible()
            page.wait_for_load_state("networkidle")
        asked = [renewals(page) for page in pages]
        moment = time.time() * 1000 + 1_500
        for page in pages:
            page.evaluate(AN_HOUR_LATER_ALL_AT_ONCE, moment)
        for page in pages:
            expect(page.locator("h1")).to_have_text("History")
            page.wait_for_load_state("networkidle")
        assert sum(len(one) for one in asked) == 1


def test_a_new_version_waits_for_the_workout_and_keeps_what_is_unsent(browser: Browser, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    with running(tmp_path, site=site) as address, browser.new_context(**PHONE) as context:
        person = joined(context, address, "updating")
        page = at_work(person, [])
        page.route("**/api/workouts/logs", lambda route: route.abort())
        page.get_by_role("button", name="Log set").click()
        worker = site / "sw.js"
        worker.write_text(worker.read_text() + "\n// another version\n")
        page.evaluate("() => navigator.serviceWorker.getRegistration().then((one) => one.update())")
        page.wait_for_function("() => navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)")
        expect(page.get_by_role("button", name="Log set")).to_be_visible()
        page.get_by_role("button", name="Finish").first.click()
        page.get_by_role("button", name="Save workout").click()
        expect(page.get_by_text("A new version of Vigor is ready")).to_be_visible()
        picture(page, "update-ready-phone")
        with page.expect_navigation():
            page.get_by_role("button", name="Update now").click()
        expect(page.locator("header")).to_contain_text("1 waiting")
        page.unroute_all()
        page.evaluate("() => dispatchEvent(new Event('online'))")
        expect(page.locator("header")).to_contain_text("All saved")
        assert len(person.logs()) == 1


def test_a_page_whose_chunk_is_gone_after_a_deployment_offers_to_load_anew(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as address, browser.new_context(**PHONE) as context:
        joined(context, address, "chunkless")
        page = page_of(context, [])
        page.goto(f"{address}/today")
        expect(page.get_by_role("button", name="Start workout")).to_be_visible()
        in_charge(page)
        page.evaluate("() => caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
        context.route("**/assets/PlanPage-*.js", lambda route: route.fulfill(status=404))
        page.get_by_role("link", name="Plan", exact=True).click()
        expect(page.get_by_role("button", name="Reload")).to_be_visible()
        context.unroute_all()
        page.get_by_role("button", name="Reload").click()
        expect(page.locator("main h2").first).to_contain_text("Muscle builder")
