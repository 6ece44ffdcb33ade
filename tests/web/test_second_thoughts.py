"""What people take back: a delete that has gone out, their consent; and a rest that two tabs share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.web.conftest import page_of
from tests.web.people import at_work, joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
SETS = [{"reps": 5, "weight_kg": 61.33}]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as made:
        yield made


def test_a_delete_that_has_gone_out_can_still_be_taken_back(
    context: BrowserContext, address: str, complaints: list[str]
) -> None:
    person = joined(context, address, "regretful")
    kept = person.keep(SETS)
    page = page_of(context, complaints)
    page.clock.install()
    page.goto(f"{address}/history/{kept['id']}")
    expect(page.locator("main")).to_contain_text("61.33")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    with page.expect_response(lambda said: said.request.method == "DELETE" and said.ok):
        # Sending is made due while the message, whose own end comes with the clock, still stands.
        page.evaluate(MAKE_DUE)
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
    assert person.logs() == []
    with page.expect_response(lambda said: said.request.method in ("POST", "PUT") and "/logs" in said.url and said.ok):
        undo.click()
    again = person.logs()
    assert [(one["id"], one["entries"][0]["sets"][0]["weight_kg"]) for one in again] == [(kept["id"], 61.33)]


MAKE_DUE = """() => new Promise((done, failed) => {
  const opened = indexedDB.open('vigor');
  opened.onerror = failed;
  opened.onsuccess = () => {
    const db = opened.result;
    const tx = db.transaction('outbox', 'readwrite');
    tx.objectStore('outbox').openCursor().onsuccess = ({ target }) => {
      const at = target.result;
      if (at === null) return;
      at.update({ ...at.value, notBefore: 0 });
      at.continue();
    };
    tx.oncomplete = () => { db.close(); done(); };
  };
})"""


def test_consent_is_taken_back_and_given_again(context: BrowserContext, address: str, complaints: list[str]) -> None:
    person = joined(context, address, "hesitant")
    person.keep(SETS)
    page = page_of(context, complaints)
    page.goto(f"{address}/privacy")
    page.get_by_role("button", name="Take consent back").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("nothing new about you")
    dialog.get_by_role("button", name="Take consent back").click()
    expect(page.get_by_text("There is no consent")).to_be_visible()
    assert person.ask("GET", "me/consent").json()["health_data"] is False
    assert person.ask("PATCH", "me", {"session_minutes": 45}).status == 403
    assert len(person.logs()) == 1

    page.get_by_role("button", name="Agree again").click()
    agree = dialog.get_by_role("button", name="Agree again")
    expect(agree).to_be_disabled()
    dialog.locator("[name=terms]").check(force=True)
    dialog.locator("[name=health]").check(force=True)
    agree.click()
    expect(page.get_by_role("button", name="Take consent back")).to_be_visible()
    assert person.ask("PATCH", "me", {"session_minutes": 45}).ok
    assert complaints == []


def test_a_rest_runs_on_in_another_tab_and_is_ended_from_there(
    context: BrowserContext, address: str, complaints: list[str]
) -> None:
    person = joined(context, address, "restless")
    page = at_work(person, complaints)
    other = page_of(context, complaints)
    other.goto(f"{address}/train")
    expect(other.get_by_role("button", name="Log set")).to_be_visible()
    expect(other.get_by_role("timer")).to_have_count(0)
    page.get_by_role("button", name="Log set").click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(other.get_by_role("timer")).to_be_visible()
    other.get_by_role("button", name="Skip").click()
    expect(other.get_by_role("timer")).to_have_count(0)
    expect(page.get_by_role("timer")).to_have_count(0)


def test_a_logged_set_is_said_where_it_covers_nothing_and_can_be_taken_back(
    context: BrowserContext, address: str, complaints: list[str]
) -> None:
    page = at_work(joined(context, address, "hasty"), complaints)
    done = page.locator("ol [data-done]")
    page.get_by_role("button", name="Log set").click()
    expect(done).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="Set logged.")).to_have_count(1)
    undo = page.get_by_role("button", name="Undo")
    log = page.get_by_role("button", name="Log set")
    undo_box, log_box = undo.bounding_box(), log.bounding_box()
    assert undo_box is not None
    assert log_box is not None
    # Beside the button that was tapped, not over the rows.
    assert abs(undo_box["y"] + undo_box["height"] / 2 - log_box["y"] - log_box["height"] / 2) < 2
    undo.click()
    expect(done).to_have_count(0)
    expect(undo).to_have_count(0)
