"""The main job in a real browser, at phone and desktop size: from a stranger to a logged and analysed session."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import page_of, picture

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.mark.parametrize("size", SIZES)
def test_a_stranger_gets_a_plan_logs_a_session_and_asks_the_coach(
    browser: Browser, address: str, complaints: list[str], size: str
) -> None:
    width, height = SIZES[size]
    with browser.new_context(viewport={"width": width, "height": height}, locale="en-GB") as context:
        page = page_of(context, complaints)
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Train")
        picture(page, f"landing-{size}")
        register(page, address, f"anna-{size}")
        picture(page, f"plan-{size}")

        page.goto(f"{address}/today")
        page.get_by_role("button", name="Start workout").click()
        expect(page).to_have_url(f"{address}/train")
        log_some_sets(page, 2)
        picture(page, f"logger-{size}")
        finish(page)

        page.goto(f"{address}/history")
        expect(page.locator("main")).to_contain_text("2 sets")
        picture(page, f"history-{size}")
        page.locator("main a[href^='/history/']:not([href$='/new'])").first.click()
        page.get_by_role("button", name="Read this session back").click()
        expect(page.locator("main")).to_contain_text("The numbers behind it")
        picture(page, f"analysis-{size}")
        page.goto(f"{address}/coach")
        page.get_by_role("textbox").fill("What comes next?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("Next is")
        picture(page, f"coach-{size}")
        page.goto(f"{address}/today")
        expect(page.locator("main")).to_contain_text("Next")
        picture(page, f"today-{size}")
    assert complaints == []


def register(page: Page, address: str, name: str) -> None:
    """Sign up and answer the five questions; ends on the plan."""
    page.goto(f"{address}/register")
    page.locator("[name=email]").fill(f"{name}@example.com")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill("a long enough sentence")
    page.locator("[name=terms]").check(force=True)
    page.locator("[name=health]").check(force=True)
    page.get_by_role("button", name="Create account").click()
    for question in ("What are you training for?", "How much time", "What can you train with?", "Does anything hurt?"):
        expect(page.get_by_role("heading", level=1)).to_contain_text(question)
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="No to everything open").click()
    page.get_by_role("button", name="Write my plan").click()
    expect(page).to_have_url(f"{address}/plan")
    expect(page.locator("main")).to_contain_text("Beginner")


def log_some_sets(page: Page, count: int) -> None:
    """Accept the next sets as planned, one tap each."""
    for _ in range(count):
        page.get_by_role("button", name="Log set").first.click()


def finish(page: Page) -> None:
    """End the session and have it saved."""
    page.get_by_role("button", name="Finish").first.click()
    page.get_by_role("button", name="Save workout").click()
    expect(page).not_to_have_url(re.compile(r"/train$"))
