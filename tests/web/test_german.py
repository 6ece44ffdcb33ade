"""The German client calls exercises what German lifters do: on the pages that name them, and without a network."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import page_of, picture
from tests.web.people import Person, in_charge, joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
SETS = [{"kind": "working", "reps": 5, "weight_kg": 80, "rpe": 8}]
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def test_a_german_reads_german_names_and_cues_and_still_does_offline_after_a_reload(
    browser: Browser, address: str
) -> None:
    heard: list[str] = []
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE") as context:
        person = joined(context, address, "lena")
        person.keep(SETS)
        catalogue = in_german(person)
        page = page_of(context, heard)
        page.goto(f"{address}/today")
        planned = names(page, catalogue)
        expect(page.get_by_role("heading", level=2, name="Ganzkörper A")).to_be_visible()
        expect(page.get_by_text("Einheit", exact=False).first).to_be_visible()
        expect(page.locator("main p[lang=en]:visible")).to_have_count(0)

        page.goto(f"{address}/plan")
        name = names(page, catalogue)[0]
        expect(page.locator("main")).to_contain_text("Locker gehen, marschieren oder Rad fahren")
        page.locator("main li summary").first.click()
        expect(page.locator("main li").first).to_contain_text(catalogue[name]["cues"][0])
        picture(page, "german-plan-phone")

        page.goto(f"{address}/history")
        page.locator("main a[href^='/history/']:not([href$='/new'])").first.click()
        expect(page.get_by_role("heading", name="Kniebeuge", exact=True)).to_be_visible()

        page.goto(f"{address}/today")
        in_charge(page)
        assert names(page, catalogue) == planned
        context.set_offline(True)
        page.reload()
        assert names(page, catalogue) == planned
        picture(page, "german-today-offline-phone")
        page.get_by_role("button", name="Training starten").click()
        expect(page.get_by_role("heading", level=2).first).to_have_text(planned[0])
        page.reload()
        expect(page.get_by_role("heading", level=2).first).to_have_text(planned[0])
        page.get_by_role("button", name="Übung hinzufügen").click()
        page.get_by_role("searchbox").fill("bankdrueck")
        expect(page.get_by_role("dialog").get_by_role("listitem").first).to_contain_text("Bankdrücken")
        picture(page, "german-picker-phone")
    assert [one for one in heard if OFFLINE not in one] == []


def test_equipment_is_asked_for_in_german(browser: Browser, address: str) -> None:
    with browser.new_context(locale="de-DE") as context:
        joined(context, address, "jonas")
        page = page_of(context, [])
        page.goto(f"{address}/settings")
        page.get_by_text("Ausrüstung", exact=True).first.click()
        expect(page.get_by_role("checkbox", name="Langhantel mit Scheiben")).to_be_checked()
        expect(page.get_by_role("checkbox", name="Latzug")).not_to_be_checked()


def in_german(person: Person) -> dict[str, dict[str, Any]]:
    """The German words of every exercise, by the German name."""
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while cursor is not None:
        page = person.ask("GET", f"exercises?limit=100&cursor={cursor}").json()
        found |= {one["translations"]["de"]["name"]: one["translations"]["de"] for one in page["items"]}
        cursor = page["next_cursor"]
    return found


def names(page: Page, catalogue: dict[str, dict[str, Any]]) -> list[str]:
    """What the exercises on this page are called, once all of them are in German."""
    headings = page.locator("main li h3")
    expect(headings.first).to_be_visible()
    expect(page.locator("main li h3[lang=en]")).to_have_count(0)
    shown = headings.all_inner_texts()
    assert [one for one in shown if one not in catalogue] == []
    return shown
