"""axe finds nothing to object to on any page, in both sizes and both themes, and no page is wider than the screen."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import ROOT, page_of, picture, running
from tests.web.test_main_job import finish, log_some_sets
from tests.web.trained import CHIEF, Account, sign_in

pytestmark = [
    pytest.mark.web,
    pytest.mark.slow,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
AXE = ROOT / "static_web_app" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = ("/", "/de/", "/register", "/signin", "/about", "/no-such-page")
SIGNED_IN = (
    "/today", "/plan", "/history", "/history/new", "/progress", "/body", "/coach", "/settings", "/devices", "/import", "/privacy",
)  # fmt: skip
DIALOGS = (("/plan", "New plan"), ("/privacy", "Delete account"), ("/history/new", "Add exercise"))
MANAGING = ("/manage/users", "/manage/tiers", "/manage/providers", "/manage/usage", "/manage/audit", "/manage/health")
NEW = ("/welcome", "/today", "/plan", "/history", "/progress", "/body", "/coach")
MODEL = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
"""A model that nobody answers for, so that administration has something to show."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_anything_that_keeps_people_out(
    browser: Browser, tmp_path: Path, complaints: list[str], size: str, theme: Any
) -> None:
    width, height = SIZES[size]
    found: list[str] = []
    with running(tmp_path, **CHIEF, **MODEL) as address:
        look = {"viewport": {"width": width, "height": height}, "color_scheme": theme, "reduced_motion": "reduce"}
        with browser.new_context(locale="en-GB", **look) as context:
            page = page_of(context, complaints)
            for path in OPEN:
                found += objections(page, f"{address}{path}", name=f"{path}-{size}-{theme}")
            alarming = {"message": "My chest hurts when I lift"}
            Account(address, "anna").trained(8).call("POST", "coach/chat", alarming)
            sign_in(page, address, "anna")
            page.goto(f"{address}/today")
            page.get_by_role("button", name="Start workout").click()
            log_some_sets(page, 2)
            found += objections(page, f"{address}/train", name=f"/train-{size}-{theme}")
            finish(page)
            workout = first_workout(page, address)
            for path in (*SIGNED_IN, workout, f"{workout}/edit"):
                found += objections(page, f"{address}{path}", name=f"{named(path, workout)}-{size}-{theme}")
            for path, opens in DIALOGS:
                page.goto(f"{address}{path}")
                page.get_by_role("button", name=opens).first.click()
                found += objections(page, None, name=f"{path}-dialog-{size}-{theme}")
        with browser.new_context(locale="de-DE", **look) as context:
            page = page_of(context, complaints)
            Account(address, "neu")
            sign_in(page, address, "neu")
            for path in NEW:
                found += objections(page, f"{address}{path}", name=f"/de{path}-{size}-{theme}")
        with browser.new_context(locale="en-GB", **look) as context:
            page = page_of(context, complaints)
            sign_in(page, address, CHIEF["VIGOR_ADMIN_EMAIL"])
            for path in MANAGING:
                found += objections(page, f"{address}{path}", name=f"{path}-{size}-{theme}")
    assert found == []


def named(path: str, workout: str) -> str:
    """A path for the name of a picture: the same in every run."""
    return path.replace(workout, "/workout")


def objections(page: Page, url: str | None, *, name: str) -> list[str]:
    """What axe says of a page once it stands, or of what stands already, and whether it can be scrolled sideways."""
    if url is not None:
        page.goto(url)
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Loading …")).to_have_count(0)
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    picture(page, "page" + name.replace("/", "-"))
    return objections_to(page, name)


def objections_to(page: Page, name: str) -> list[str]:
    """What axe says of the page as it stands."""
    page.evaluate(AXE.read_text())
    told: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", RULES
    )
    said = [
        f"{name}: {one['id']} ({one['impact']}): {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}"
        for one in told["violations"]
    ]
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        said.append(f"{name}: wider than the screen")
    return said


def first_workout(page: Page, address: str) -> str:
    """Where the newest workout is shown."""
    page.goto(f"{address}/history")
    link = page.locator("main a[href^='/history/']:not([href$='/new'])").first
    return link.get_attribute("href") or ""
