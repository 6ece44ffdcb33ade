"""A whole session in a basement: planned above, logged below, through a reload, and kept on the account once there is a signal."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import page_of, picture
from tests.web.test_main_job import finish, log_some_sets, register

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]


def test_a_session_logged_without_a_signal_survives_a_reload_and_is_kept_when_the_signal_is_back(
    browser: Browser, address: str
) -> None:
    heard: list[str] = []
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
        page = page_of(context, heard)
        register(page, address, "basement")
        page.goto(f"{address}/today")
        expect(page.get_by_role("button", name="Start workout")).to_be_visible()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        page.reload()
        expect(page.get_by_role("button", name="Start workout")).to_be_visible()

        context.set_offline(True)
        page.get_by_role("button", name="Start workout").click()
        log_some_sets(page, 2)
        page.reload()
        expect(page.get_by_text("2/2").first).to_be_visible()
        picture(page, "offline-logger-phone")
        finish(page)
        page.goto(f"{address}/today")
        expect(page.locator("header")).not_to_contain_text("All saved")
        picture(page, "offline-today-phone")

        context.set_offline(False)
        expect(page.locator("header")).to_contain_text("All saved", timeout=60_000)
        page.goto(f"{address}/history")
        expect(page.locator("main")).to_contain_text("2 sets")

    with browser.new_context(locale="en-GB") as elsewhere:
        page = page_of(elsewhere, heard)
        page.goto(f"{address}/signin")
        page.locator("[name=identifier]").fill("basement")
        page.locator("[name=password]").fill("a long enough sentence")
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(f"{address}/signin")
        page.goto(f"{address}/history")
        expect(page.locator("main")).to_contain_text("2 sets")
    broken = [one for one in heard if "ERR_INTERNET_DISCONNECTED" not in one]
    assert broken == [], "without a signal requests fail, and nothing else does"
