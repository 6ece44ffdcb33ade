"""The main job in a real browser with the documents in Table storage and in Cosmos DB: settings, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.emulators import servers
from tests.support import key_settings
from tests.web.conftest import page_of, running
from tests.web.test_main_job import finish, log_some_sets, register

pytestmark = [
    pytest.mark.web,
    pytest.mark.emulator,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]


@pytest.fixture(params=["tables", "cosmos"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where Vigor is, over an empty store of that engine."""
    chief = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence"}
    engine = servers.azurite(tmp_path) if request.param == "tables" else servers.cosmos(tmp_path)
    with engine as server:
        places = {
            "tables": {"VIGOR_TABLES_CONNECTION": server.tables_connection},
            "cosmos": {
                "VIGOR_COSMOS_ENDPOINT": server.cosmos_endpoint,
                "VIGOR_COSMOS_KEY": servers.COSMOS_KEY,
                "VIGOR_COSMOS_DATABASE": f"d{uuid4().hex}",
            },
        }
        with running(tmp_path, VIGOR_STORE=request.param, **chief, **key_settings(), **places[request.param]) as at:
            yield at
    assert not (tmp_path / "vigor.sqlite").exists()


def test_a_stranger_gets_a_plan_logs_a_session_and_reads_it_back_on_azures_engines(
    browser: Browser, address: str, complaints: list[str]
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB") as context:
        page = page_of(context, complaints)
        register(page, address, "anna")
        page.goto(f"{address}/today")
        page.get_by_role("button", name="Start workout").click()
        log_some_sets(page, 2)
        finish(page)
        page.goto(f"{address}/history")
        expect(page.locator("main")).to_contain_text("2 sets")
        page.locator("main a[href^='/history/']:not([href$='/new'])").first.click()
        page.get_by_role("button", name="Read this session back").click()
        expect(page.locator("main")).to_contain_text("The numbers behind it")
        page.goto(f"{address}/coach")
        page.get_by_role("textbox").fill("What comes next?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("Next is")
    assert complaints == []
