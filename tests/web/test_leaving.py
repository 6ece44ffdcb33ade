"""Taking everything along and leaving, in a browser: the export holds the history, and a deletion leaves nothing."""

import json
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import page_of
from tests.web.trained import PASSWORD, Account, sign_in

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]

ON_THE_DEVICE = """async () => {
  const db = await new Promise((given) => { indexedDB.open('vigor').onsuccess = ({ target }) => given(target.result); });
  const kept = {};
  for (const store of ['snapshots', 'outbox', 'live']) {
    kept[store] = await new Promise((given) => {
      db.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => given(target.result);
    });
  }
  db.close();
  return { ...kept, session: { ...sessionStorage }, known: localStorage.getItem('vigor.user') };
}"""


def test_who_signs_out_leaves_none_of_their_answers_or_drafts_on_the_device(
    browser: Browser, address: str, complaints: list[str]
) -> None:
    Account(address, "drafter").trained(1)
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
        page = page_of(context, complaints)
        sign_in(page, address, "drafter")
        page.goto(f"{address}/coach")
        page.locator("textarea").fill("A word about my knee")
        page.goto(f"{address}/settings")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        before = page.evaluate(ON_THE_DEVICE)
        assert before["snapshots"]
        assert "A word about my knee" in before["session"].values()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{address}/signin")
        page.wait_for_function(f"async () => (await ({ON_THE_DEVICE})()).snapshots.length === 0")
        assert page.evaluate(ON_THE_DEVICE) == {"snapshots": [], "outbox": [], "live": [], "session": {}, "known": None}
    assert complaints == []


def test_a_person_takes_everything_along_and_leaves(browser: Browser, address: str, complaints: list[str]) -> None:
    leaver = Account(address, "leaver").trained(2)
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
        page = page_of(context, complaints)
        sign_in(page, address, "leaver")
        page.goto(f"{address}/privacy")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Download my data").click()
        everything = json.loads(taken.value.path().read_text(encoding="utf-8"))
        assert len(everything["logs"]) == 4
        assert len(everything["metrics"]) == 2

        page.get_by_role("button", name="Delete account").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Erase everything")).to_be_disabled()
        dialog.get_by_label("Type leaver to confirm").fill("leaver")
        dialog.locator("[name=password]").fill("not the password")
        dialog.get_by_role("button", name="Erase everything").click()
        expect(dialog.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
        dialog.locator("[name=password]").fill(PASSWORD)
        dialog.get_by_role("button", name="Erase everything").click()
        expect(page).to_have_url(f"{address}/signin")
        expect(page.get_by_text("are erased")).to_be_visible()
        assert page.evaluate("() => localStorage.getItem('vigor.user')") is None
        page.locator("[name=identifier]").fill("leaver")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        expect(page.get_by_role("alert")).to_contain_text("Sign-in refused")
    with pytest.raises(HTTPError, match="401"):
        leaver.call("GET", "me")
    assert [one for one in complaints if "401" not in one and "422" not in one] == []
