"""Signing in with another service in a real browser, from the button to the first page and back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.emulators.servers import free_port
from tests.oidc.issuer import Issuer, running_issuer
from tests.web.conftest import page_of, picture, running

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]


def test_somebody_signs_in_with_another_service_and_agrees_once(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    port = free_port()
    back = f"http://127.0.0.1:{port}/signin/return"
    with (
        running_issuer(tmp_path / "issuer.log", redirect=back) as issuer,
        running(tmp_path, PORT=str(port), VIGOR_OIDC_ISSUERS=issuer.setting(name="The club")) as address,
        browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context,
    ):
        page = page_of(context, complaints)
        page.goto(f"{address}/signin")
        page.get_by_role("button", name="Continue with The club").click()
        on = page.get_by_role("button", name="Go on to The club")
        expect(on).to_be_disabled()
        picture(page, "oidc-consent-phone")
        page.locator("[name=terms]").check(force=True)
        page.locator("[name=health]").check(force=True)
        on.click()
        confirm_at(page, issuer, "carla")
        expect(page).to_have_url(f"{address}/today")
        expect(page.get_by_role("link", name="Make a plan")).to_be_visible()

        context.clear_cookies()
        page.evaluate("localStorage.removeItem('vigor.user')")
        page.goto(f"{address}/signin")
        page.get_by_role("button", name="Continue with The club").click()
        confirm_at(page, issuer, "carla")
        expect(page).to_have_url(f"{address}/today")
        page.goto(f"{address}/signin/return?code=stolen&state=foreign")
        expect(page.locator("h1")).to_be_visible()
        page.goto(f"{address}/settings")
        expect(page.locator("main")).to_contain_text("carla")
    # Answers that say no are part of it: no plan yet, no session yet, fonts of the provider's that no test can fetch.
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


def confirm_at(page: Page, issuer: Issuer, person: str) -> None:
    """Sign in on the provider's own pages and let Vigor know who one is."""
    expect(page).to_have_url(re.compile(f"^{re.escape(issuer.address)}"))
    page.locator("[name=login]").fill(person)
    page.locator("[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()
