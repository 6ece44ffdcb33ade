"""A history brought along in the browser: counted, kept on the account, undone later; and taken along as a table."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.functions.test_history import STRONG
from tests.web.conftest import page_of, picture
from tests.web.test_main_job import register

pytestmark = [
    pytest.mark.web,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]


def test_a_history_is_imported_and_undone_after_a_reload(browser: Browser, address: str, complaints: list[str]) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
        page = page_of(context, complaints)
        register(page, address, "importer")
        page.goto(f"{address}/import")
        page.locator("input[type=file]").set_input_files(
            {"name": "strong.csv", "mimeType": "text/csv", "buffer": STRONG.encode()}
        )
        expect(page.locator("main")).to_contain_text("Kilograms or pounds?")
        page.get_by_text("Kilograms", exact=True).click()
        expect(page.locator("main")).to_contain_text("Nothing is kept yet")
        expect(page.locator("main")).to_contain_text("2workouts")
        picture(page, "import-preview-phone")
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.locator("main")).to_contain_text("Imported from Strong")
        expect(page.locator("main")).to_contain_text("Line 4")
        picture(page, "import-phone")

        page.goto(f"{address}/privacy")
        with page.expect_download() as table:
            page.get_by_role("button", name="Workouts as a table").click()
        assert re.fullmatch(r"vigor-workouts-\d{4}-\d\d-\d\d\.csv", table.value.suggested_filename)
        assert "Grandfather's Anvil Lift" in table.value.path().read_text(encoding="utf-8-sig")

        page.goto(f"{address}/import")
        expect(page.locator("main")).to_contain_text("Earlier imports")
        picture(page, "imports-phone")
        page.get_by_role("button", name="Undo import").click()
        expect(page.locator("main")).not_to_contain_text("Earlier imports")
        page.goto(f"{address}/history")
        expect(page.locator("main")).not_to_contain_text("Push")
    assert [one for one in complaints if "422" not in one and "404" not in one] == []
