"""Administration in a browser: what is changed reaches the person, and what takes away is confirmed by typing and written down."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.clock import utc_now
from shared.parking import TRIES, Parking
from shared.storage.sqlite import SqliteStore
from tests.web.conftest import page_of, running
from tests.web.trained import CHIEF, Account, sign_in

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
MODEL = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("size", SIZES)
def test_a_tier_that_an_administrator_changes_is_seen_by_the_person(
    browser: Browser, tmp_path: Path, complaints: list[str], size: str
) -> None:
    with running(tmp_path, **CHIEF) as address:
        Account(address, "anna")
        viewport = {"width": SIZES[size]["width"], "height": SIZES[size]["height"]}
        with (
            browser.new_context(viewport=viewport, locale="en-GB") as hers,
            browser.new_context(viewport=viewport, locale="en-GB") as his,
        ):
            anna, chief = page_of(hers, complaints), page_of(his, complaints)
            sign_in(anna, address, "anna")
            anna.goto(f"{address}/today")
            expect(anna.get_by_text("of 10 left today")).to_be_visible()
            sign_in(chief, address, CHIEF["VIGOR_ADMIN_EMAIL"])
            chief.goto(f"{address}/manage/users?q=an")
            chief.get_by_label("Tier of anna").select_option("premium")
            expect(chief.get_by_role("status").filter(has_text="anna changed")).to_be_visible()
            anna.reload()
            expect(anna.get_by_text("of 50 left today")).to_be_visible()
            expect(anna.locator("main")).to_contain_text("Premium")
            chief.goto(f"{address}/manage/audit")
            expect(chief.locator("main")).to_contain_text("Person moved to another tier")
            expect(chief.locator("main")).to_contain_text("free → premium")
            chief.get_by_role("button", name="Check the whole trail").click()
            expect(chief.locator("main")).to_contain_text("The trail is whole")
    assert unexpected(complaints) == []


def test_people_are_found_filtered_and_sorted_in_the_address(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    with running(tmp_path, **CHIEF) as address:
        for name in ("berta", "anna", "anton"):
            Account(address, name)
        with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") as context:
            page = page_of(context, complaints)
            sign_in(page, address, CHIEF["VIGOR_ADMIN_EMAIL"])
            page.goto(f"{address}/manage/users")
            page.get_by_role("button", name="Person").click()
            expect(page.get_by_role("columnheader", name="Person")).to_have_attribute("aria-sort", "ascending")
            assert shown(page)[1:] == ["anna", "anton", "berta"]
            page.get_by_role("button", name="Person").press("Enter")
            expect(page).to_have_url(re.compile(r"sort=-person"))
            page.reload()
            expect(page.get_by_role("columnheader", name="Person")).to_have_attribute("aria-sort", "descending")
            assert shown(page)[:3] == ["berta", "anton", "anna"]
            page.get_by_role("searchbox").fill("an")
            expect(page.get_by_role("row")).to_have_count(3)
            page.get_by_label("Role", exact=True).select_option("admin")
            expect(page.locator("main")).to_contain_text("Nobody found")
            expect(page).to_have_url(re.compile(r"q=an.*role=admin|role=admin.*q=an"))
    assert unexpected(complaints) == []


def test_what_takes_away_is_confirmed_by_typing_and_written_down(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    with running(tmp_path, **CHIEF, **MODEL) as address:
        Account(address, "anna")
        with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
            page = page_of(context, complaints)
            sign_in(page, address, CHIEF["VIGOR_ADMIN_EMAIL"])
            page.goto(f"{address}/manage/providers")
            card = page.get_by_role("region", name="OpenAI mini")
            card.get_by_text("Settings and test").click()
            card.get_by_label("May be asked").uncheck()
            card.get_by_role("button", name="Save").click()
            typed(page, "openai-mini", action="Save")
            expect(card.get_by_text("off", exact=True)).to_be_visible()

            page.goto(f"{address}/manage/tiers")
            free = page.locator("section").filter(has=page.get_by_role("heading", name="Free"))
            free.get_by_label("Budget a month").fill("1,5")
            free.get_by_role("button", name="Save").click()
            typed(page, "free", action="Save")
            expect(page.get_by_role("status").filter(has_text="Free saved")).to_be_visible()

            page.goto(f"{address}/manage/users")
            page.get_by_role("button", name="Disable anna").click()
            page.get_by_role("dialog").get_by_role("button", name="Disable").click()
            expect(page.locator("tbody")).to_contain_text("disabled")
            page.get_by_role("button", name="Delete anna").click()
            typed(page, "anna", action="Erase")
            expect(page.locator("tbody")).not_to_contain_text("anna")

            page.goto(f"{address}/manage/audit")
            for written in ("Account erased", "Person changed", "Tier changed", "Provider changed"):
                expect(page.locator("main")).to_contain_text(written)
            page.get_by_role("searchbox").fill("budget_usd")
            expect(page.locator("main")).not_to_contain_text("Account erased")
    assert unexpected(complaints) == []


async def with_a_parked_pool(file: Path) -> None:
    store = SqliteStore(file)
    pool = await store.insert("system", "pool", {"v": 1, "accounts": "none that can be read"})
    for _ in range(TRIES):
        await Parking(store, utc_now).failed(pool, ValueError(), part="providers")
    await store.close()


def test_what_the_night_has_parked_stands_below_the_use_of_the_coach(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    with ThreadPoolExecutor() as apart:  # Playwright's own loop runs in this thread
        apart.submit(asyncio.run, with_a_parked_pool(tmp_path / "vigor.sqlite")).result()
    with running(tmp_path, **CHIEF) as address, browser.new_context(viewport=PHONE, locale="en-GB") as context:
        page = page_of(context, complaints)
        sign_in(page, address, CHIEF["VIGOR_ADMIN_EMAIL"])
        page.goto(f"{address}/manage/usage")
        expect(page.locator("main")).to_contain_text("could not handle and leaves alone: system/pool.")
    assert unexpected(complaints) == []


def unexpected(complaints: list[str]) -> list[str]:
    """Without the 404 by which the API says that somebody has no plan."""
    return [one for one in complaints if "404" not in one]


def shown(page: Page) -> list[str]:
    """The usernames in the order of the table."""
    return [row.split("\n")[0] for row in page.locator("tbody th").all_inner_texts()]


def typed(page: Page, word: str, *, action: str) -> None:
    """Confirm by typing; without the word nothing goes on."""
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=action)).to_be_disabled()
    dialog.get_by_label(re.compile("to confirm")).fill(word)
    dialog.get_by_role("button", name=action).click()
    expect(dialog).to_have_count(0)
