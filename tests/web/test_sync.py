"""What happens to a workout between this device and the account: once, in order, nothing lost, and the person asked."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.conftest import page_of, picture
from tests.web.people import Person, another_device, at_work, in_charge, joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
HELD = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const kept = await Promise.all(caches_.map((one) => one.keys()));
  return kept.flat().length;
}"""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}


def log_one(page: Page) -> None:
    """One set, finished and put into the outbox."""
    page.get_by_role("button", name="Log set").click()
    page.get_by_role("button", name="Finish").first.click()
    page.get_by_role("button", name="Save workout").click()
    expect(page).not_to_have_url(re.compile(r"/train$"))


def saved(page: Page) -> None:
    expect(page.locator("header")).to_contain_text("All saved")


def test_a_reply_that_is_lost_after_the_server_wrote_makes_no_second_workout(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "lostreply")
        page = at_work(person, [])
        lost: list[str] = []

        def write_and_cut(route: Route) -> None:
            if route.request.method == "POST" and not lost:
                route.fetch()
                lost.append(route.request.url)
                route.abort()
            else:
                route.fallback()

        page.route("**/api/workouts/logs", write_and_cut)
        log_one(page)
        expect(page.locator("header")).to_contain_text("1 waiting")
        page.evaluate("() => dispatchEvent(new Event('online'))")
        saved(page)
        assert lost
        assert len(person.logs()) == 1


def test_a_refused_workout_is_set_aside_explained_mended_and_sent_while_later_ones_go(
    browser: Browser, address: str
) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "refused")
        page = at_work(person, [])
        refusing = [True]

        def refuse(route: Route) -> None:
            if route.request.method == "POST" and refusing and "Later" not in (route.request.post_data or ""):
                problem = {
                    "status": 422,
                    "code": "invalid_fields",
                    "title": "Some fields need another look",
                    "detail": "started_at: check the date",
                }
                route.fulfill(status=422, content_type="application/problem+json", json=problem)
            else:
                route.fallback()

        page.route("**/api/workouts/logs", refuse)
        log_one(page)
        expect(page.locator("header")).to_contain_text("1 needs attention")
        page.goto(f"{address}/history/new")
        page.locator("[name=title]").fill("Later")
        page.get_by_role("button", name="Add exercise").click()
        page.get_by_label("Search exercises").fill("squat")
        page.get_by_role("dialog").locator("li button").first.click()
        page.get_by_label("Set 1: Reps").fill("5")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("h1")).to_have_text("Later")
        expect(page.locator("header")).to_contain_text("1 needs attention")
        assert [one["title"] for one in person.logs()] == ["Later"]

        page.get_by_role("button", name=re.compile("^Saving")).click()
        expect(page.get_by_role("dialog")).to_contain_text("check the date")
        picture(page, "sync-refused-phone")
        refusing.clear()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("dialog")).to_contain_text("has reached Vigor")
        assert len(person.logs()) == 2


def test_signing_out_with_something_unsent_warns_offers_to_take_it_along_and_keeps_it(
    browser: Browser, address: str
) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "leaving")
        page = at_work(person, [])
        page.route("**/api/workouts/logs", lambda route: route.abort())
        log_one(page)
        expect(page.locator("header")).to_contain_text("1 waiting")
        page.goto(f"{address}/settings")
        page.get_by_role("button", name="Sign out").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("1 workout has not been sent yet")
        picture(page, "signout-unsent-phone")
        with page.expect_download() as taken:
            dialog.get_by_role("button", name="Save a copy").click()
        assert "reps" in Path(taken.value.path()).read_text()
        dialog.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{address}/signin")
        page.unroute_all()
        page.locator("[name=identifier]").fill(person.name)
        page.locator("[name=password]").fill("a long enough sentence")
        page.get_by_role("button", name="Sign in").click()
        saved(page)
        assert len(another_device(context, person).logs()) == 1


def edit_reps(page: Page, person: Person, log_id: str, reps: str, *, add: bool = False) -> None:
    """Change the first set, or add another, in the editor, and leave it to be sent."""
    if add:
        page.get_by_role("button", name="Add set").first.click()
        page.get_by_label(re.compile(r"^Set \d+: Reps$")).last.fill(reps)
    else:
        page.get_by_label("Set 1: Reps").fill(reps)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(f"{person.address}/history/{log_id}")


def opened(page: Page, person: Person, log_id: str) -> None:
    page.goto(f"{person.address}/history/{log_id}/edit")
    expect(page.get_by_label("Set 1: Reps")).to_be_visible()


def test_two_devices_add_to_one_workout_and_no_set_is_lost(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as one, browser.new_context(**PHONE) as other:
        anna = joined(one, address, "twohands")
        log = anna.keep([{"reps": 5, "weight_kg": 100}])
        again = another_device(other, anna)
        here, there = page_of(one, []), page_of(other, [])
        opened(here, anna, log["id"])
        opened(there, again, log["id"])
        edit_reps(here, anna, log["id"], "6", add=True)
        saved(here)
        edit_reps(there, again, log["id"], "7", add=True)
        saved(there)
        sets = anna.logs()[0]["entries"][0]["sets"]
        assert sorted(one["reps"] for one in sets) == [5, 6, 7]


@pytest.mark.parametrize(
    ("choice", "kept"), [("Keep this one", [7]), ("Keep the other", [6]), ("Keep every set", [6, 7])]
)
def test_two_devices_that_changed_the_same_set_show_both_and_let_the_person_choose(
    browser: Browser, address: str, choice: str, kept: list[int]
) -> None:
    with browser.new_context(**PHONE) as one, browser.new_context(**PHONE) as other:
        anna = joined(one, address, f"clash{len(choice)}{len(kept)}")
        log = anna.keep([{"reps": 5, "weight_kg": 100}])
        again = another_device(other, anna)
        here, there = page_of(one, []), page_of(other, [])
        opened(here, anna, log["id"])
        opened(there, again, log["id"])
        edit_reps(here, anna, log["id"], "6")
        saved(here)
        edit_reps(there, again, log["id"], "7")
        expect(there.locator("header")).to_contain_text("1 needs attention")
        there.get_by_role("button", name=re.compile("^Saving")).click()
        dialog = there.get_by_role("dialog")
        expect(dialog).to_contain_text("× 7")
        expect(dialog).to_contain_text("× 6")
        picture(there, "sync-clash-phone")
        dialog.get_by_role("button", name=choice).click()
        expect(dialog).to_contain_text("has reached Vigor")
        sets = anna.logs()[0]["entries"][0]["sets"]
        assert sorted(one["reps"] for one in sets) == kept


def test_where_the_browser_keeps_nothing_the_person_is_told_and_the_workout_still_arrives(
    browser: Browser, address: str
) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "private")
        context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
        page = page_of(context, [])
        page.goto(f"{address}/today")
        page.get_by_role("button", name="Start workout").click()
        page.get_by_role("button", name="Log set").click()
        expect(page.get_by_text("does not let Vigor keep anything here")).to_be_visible()
        picture(page, "storage-refused-phone")
        page.get_by_role("button", name="Finish").first.click()
        page.get_by_role("button", name="Save workout").click()
        saved(page)
        assert len(person.logs()) == 1


def test_a_full_device_is_told_of_and_loses_nothing(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "fullup")
        page = at_work(person, [])
        page.evaluate(
            """() => {
              const full = () => { throw new DOMException('full', 'QuotaExceededError'); };
              IDBObjectStore.prototype.put = full;
              IDBObjectStore.prototype.add = full;
            }"""
        )
        page.get_by_role("button", name="Log set").click()
        expect(page.get_by_text("no room left on this device")).to_be_visible()
        page.get_by_role("button", name="Finish").first.click()
        page.get_by_role("button", name="Save workout").click()
        saved(page)
        assert len(person.logs()) == 1


def test_the_installed_app_opens_and_trains_from_cold_without_a_network(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "cold")
        page = page_of(context, [])
        page.goto(f"{address}/today")
        expect(page.get_by_role("button", name="Start workout")).to_be_visible()
        in_charge(page)
        page.wait_for_load_state("networkidle")
        held = page.evaluate(HELD)
        assert held > 20, "under its own policy the worker keeps the app"
        page.close()
        context.set_offline(True)
        again = page_of(context, [])
        again.goto(f"{address}/today")
        again.get_by_role("button", name="Start workout").click()
        expect(again.get_by_text("Offline · kept on this device")).to_be_visible()
        again.get_by_role("button", name="Add exercise").click()
        expect(again.get_by_role("dialog").locator("li button").first).to_be_visible()
        again.keyboard.press("Escape")
        log_one(again)
        expect(again.locator("header")).to_contain_text("Offline · 1 waiting")
        assert again.get_by_role("status").filter(has_text="Offline · 1 waiting").count() == 1
        context.set_offline(False)
        saved(again)
        assert len(person.logs()) == 1


def test_installing_is_offered_after_the_second_workout_and_a_no_is_for_good(browser: Browser, address: str) -> None:
    with browser.new_context(**PHONE) as context:
        person = joined(context, address, "installer")
        offer = (
            "() => { const e = new Event('beforeinstallprompt'); e.prompt = async () => {}; window.dispatchEvent(e); }"
        )
        person.keep([{"reps": 5}], days_ago=3)
        page = page_of(context, [])
        page.goto(f"{address}/today")
        expect(page.get_by_text("Last time")).to_be_visible()
        page.evaluate(offer)
        expect(page.get_by_text("Put Vigor on your home screen")).to_have_count(0)
        person.keep([{"reps": 6}])
        page.reload()
        expect(page.get_by_text("Last time")).to_be_visible()
        page.evaluate(offer)
        expect(page.get_by_text("Put Vigor on your home screen")).to_be_visible()
        picture(page, "install-phone")
        page.get_by_role("button", name="No, thanks").click()
        page.reload()
        expect(page.get_by_text("Last time")).to_be_visible()
        page.evaluate(offer)
        expect(page.get_by_text("Put Vigor on your home screen")).to_have_count(0)
