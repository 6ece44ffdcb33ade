"""What every page owes its reader: a face for every state, room for large text, a keyboard, and charts in words."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.web.conftest import page_of
from tests.web.people import joined
from tests.web.trained import Account, sign_in

pytestmark = [
    pytest.mark.web,
    pytest.mark.slow,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
ASKED = {
    "/today": "**/api/workouts/next",
    "/plan": "**/api/plans?*",
    "/history": "**/api/workouts/logs?*",
    "/progress": "**/api/progress?*",
    "/body": "**/api/progress/metrics*",
    "/coach": "**/api/coach/messages*",
    "/settings": "**/api/me",
    "/devices": "**/api/auth/sessions",
}
PAGES = (*ASKED, "/history/new", "/import", "/privacy", "/about", "/welcome")
NARROW = {"width": 320, "height": 700}
PHONE = {"width": 390, "height": 844}
PROBLEM = (
    '{"type": "urn:vigor:problem:unavailable", "title": "Not available just now", "status": 503,'
    ' "detail": "Try again in a moment.", "code": "unavailable", "correlation_id": "c0ffee-0001"}'
)


@pytest.fixture(scope="module")
def trained(address: str) -> str:
    """The name of somebody with weeks of training."""
    Account(address, "vera").trained(6)
    return "vera"


def signed_in(context: BrowserContext, address: str, name: str) -> Page:
    page = page_of(context, [])
    sign_in(page, address, name)
    return page


@pytest.mark.parametrize("path", ASKED)
def test_a_page_waits_in_shapes_says_what_failed_and_tries_again(
    browser: Browser, address: str, trained: str, path: str
) -> None:
    """Held for a while, refused, then answered: a skeleton, the cause with its reference, and the content."""
    held: list[Route] = []
    with browser.new_context(viewport=PHONE, locale="en-GB", service_workers="block") as context:
        page = page_of(context, [])
        page.route(ASKED[path], holding(held))  # from the start, so that the device has no answer of before to show
        sign_in(page, address, trained)
        page.goto(f"{address}{path}")
        expect(page.get_by_text("Loading …").first).to_be_attached()
        page.route(ASKED[path], refuse)  # the newest route is asked first
        page.evaluate(
            "() => indexedDB.databases().then((all) => all.forEach(({ name }) => indexedDB.deleteDatabase(name)))"
        )
        page.reload()
        notice = page.get_by_role("alert").filter(has_text="Not available just now").first
        expect(notice).to_contain_text("Try again in a moment.")
        expect(notice).to_contain_text("c0ffee-0001")
        page.unroute_all()
        notice.get_by_role("button", name="Try again").click()
        expect(notice).to_have_count(0)
        expect(page.get_by_text("Loading …")).to_have_count(0)


def holding(held: list[Route]) -> Callable[[Route], None]:
    """Leaves requests without an answer, and keeps them."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


def refuse(route: Route) -> None:
    route.fulfill(status=503, content_type="application/problem+json", body=PROBLEM)


def test_nothing_is_cut_off_in_german_on_a_narrow_screen_or_with_text_twice_as_large(
    browser: Browser, address: str, trained: str
) -> None:
    """WCAG 1.4.10 and 1.4.4: no page scrolls sideways at 320 pixels, nor with text at 200 % at 640."""
    wide: list[str] = []
    with browser.new_context(viewport=NARROW, locale="de-DE") as context:
        page = signed_in(context, address, trained)
        for path in PAGES:
            page.set_viewport_size({"width": 320, "height": 700})
            page.goto(f"{address}{path}")
            expect(page.locator("h1").first).to_be_visible()
            page.wait_for_load_state("networkidle")
            if sideways(page):
                wide.append(f"{path} at 320 pixels")
            page.set_viewport_size({"width": 640, "height": 700})
            page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
            if sideways(page):
                wide.append(f"{path} with text at 200 %")
    assert wide == []


def sideways(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth > innerWidth"))


def test_a_chart_is_read_walked_and_copied_by_keyboard_alone(browser: Browser, address: str, trained: str) -> None:
    with browser.new_context(viewport=PHONE, locale="en-GB") as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = signed_in(context, address, trained)
        page.goto(f"{address}/body")
        chart = page.locator("section").filter(has=page.get_by_role("heading", name="Body weight", exact=True))
        expect(chart.get_by_role("img")).to_have_accessible_name(
            re.compile(r"Body weight\. From 72\.8.kg on .* to 72\.3.kg")
        )
        walk = chart.get_by_role("slider")
        walk.focus()
        expect(walk).to_have_attribute("aria-valuetext", re.compile(r"72\.3.kg$"))
        walk.press("ArrowLeft")
        expect(walk).to_have_attribute("aria-valuetext", re.compile(r"72\.4.kg$"))
        chart.get_by_role("button", name="Table").press("Enter")
        expect(chart.get_by_role("row")).to_have_count(7)
        chart.get_by_role("button", name="Copy the table").press("Enter")
        expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
        copied = page.evaluate("() => navigator.clipboard.readText()").splitlines()
        assert copied[0] == "Date\tBody weight"
        assert len(copied) == 7


def test_the_coach_says_where_its_numbers_come_from_and_a_stopped_question_is_not_lost(
    browser: Browser, address: str, trained: str
) -> None:
    held: list[Route] = []
    with browser.new_context(viewport=PHONE, locale="en-GB", service_workers="block") as context:
        page = signed_in(context, address, trained)
        page.goto(f"{address}/coach")
        page.get_by_text("Where the numbers come from").first.click()
        expect(page.locator("dl").first).to_contain_text("Sessions")
        page.route("**/api/coach/chat", holding(held))
        page.get_by_role("textbox").fill("What should I lift next time?")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("textbox")).to_have_value("What should I lift next time?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        keys = [route.request.headers["idempotency-key"] for route in held]
        assert len(keys) == 2
        assert keys[0] == keys[1]
        held[1].continue_()
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        expect(page.get_by_role("log")).to_contain_text("What should I lift next time?")


def test_a_dialog_keeps_the_focus_and_escape_gives_it_back(browser: Browser, address: str, trained: str) -> None:
    with browser.new_context(viewport=PHONE, locale="en-GB") as context:
        page = signed_in(context, address, trained)
        page.goto(f"{address}/plan")
        line = page.locator("main summary").nth(1)
        line.press("Enter")
        expect(page.get_by_text("Why:").first).to_be_visible()
        swap = page.get_by_role("button", name=re.compile("^Swap ")).first
        swap.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(swap).to_be_focused()


def test_an_exercise_that_was_swapped_away_can_be_allowed_again(browser: Browser, address: str) -> None:
    Account(address, "swapper").trained(1)
    with browser.new_context(viewport=PHONE, locale="en-GB") as context:
        page = signed_in(context, address, "swapper")
        page.goto(f"{address}/plan")
        page.locator("main li summary").first.click()
        name = page.locator("main li h3").first.inner_text()
        page.get_by_role("button", name=f"Swap {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Swap", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Swapped for")).to_be_visible()
        expect(page.locator("main li h3").first).not_to_have_text(name)
        page.goto(f"{address}/settings")
        page.get_by_text("Exercises you do not want").click()
        page.get_by_role("button", name=f"Allow {name} again").click()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Profile saved")).to_be_visible()
        page.reload()
        page.get_by_text("Exercises you do not want").click()
        expect(page.get_by_role("button", name="Leave out an exercise")).to_be_visible()
        expect(page.get_by_role("button", name=f"Allow {name} again")).to_have_count(0)


def test_a_swap_of_the_plan_is_taken_back(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=PHONE, locale="en-GB") as context:
        person = joined(context, address, "returner")
        before = person.ask("GET", "plans").json()["items"][0]
        page = context.new_page()
        page.goto(f"{address}/plan")
        page.locator("main li summary").first.click()
        name = page.locator("main li h3").first.inner_text()
        page.get_by_role("button", name=f"Swap {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Swap", exact=True).click()
        expect(page.locator("main li h3").first).not_to_have_text(name)
        undo = page.get_by_role("button", name="Undo", exact=True)
        assert undo.evaluate("(key) => Math.min(key.offsetWidth, key.offsetHeight)") >= 44
        undo.press("Enter")
        expect(page.get_by_role("status").filter(has_text=f"{name} is back in your plan")).to_be_visible()
        expect(page.locator("main li h3").first).to_have_text(name)
        assert person.ask("GET", "plans").json()["items"][0]["days"] == before["days"]
        assert person.ask("GET", "me").json()["excluded_exercises"] == []


def test_a_plan_that_is_being_written_outlives_a_reload_and_cancelling_keeps_the_old_one(
    browser: Browser, address: str
) -> None:
    held: list[Route] = []
    account = Account(address, "waiter").trained(1)
    with browser.new_context(viewport=PHONE, locale="en-GB", service_workers="block") as context:
        page = signed_in(context, address, "waiter")
        page.route("**/api/workouts/generate", holding(held))
        page.goto(f"{address}/plan")
        with page.expect_request("**/api/workouts/generate") as asked:
            new_plan(page)
        expect(page.get_by_text("Writing your plan").first).to_be_visible()
        with page.expect_request("**/api/workouts/generate") as asked_again:
            page.reload()
        expect(page.get_by_text("Writing your plan").first).to_be_visible()
        keys = [one.value.headers["idempotency-key"] for one in (asked, asked_again)]
        assert len(keys) == 2
        assert keys[0] == keys[1]
        held[1].continue_()
        expect(page.get_by_role("status").filter(has_text="Your plan is ready.")).to_be_visible()
        expect(page.get_by_text("Earlier plans")).to_be_visible()

        used = active(account)
        new_plan(page)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Your plan stays as it is")).to_be_visible()
        with page.expect_response("**/activate"):
            held[2].continue_()
        assert active(account) == used


def new_plan(page: Page) -> None:
    page.get_by_role("button", name="New plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Write the plan").click()


def active(account: Account) -> list[str]:
    """The ids of the plans in use, by the server's word."""
    return [plan["id"] for plan in account.call("GET", "plans")["items"] if plan["active"]]


def test_no_markup_can_be_made_of_text_on_any_page(browser: Browser, address: str, trained: str) -> None:
    made = """() => {
      try { document.createElement('div').innerHTML = '<b>bold</b>'; return 'markup'; } catch (error) { return error.name; }
    }"""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        for path in ("/", "/signin", "/about"):
            page.goto(f"{address}{path}")
            assert page.evaluate(made) == "TypeError", path
