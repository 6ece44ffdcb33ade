"""What an idle month costs is read off the Bicep files: a change to them shows, and the page says what they say."""

import pytest

from infrastructure.cost import month, table
from tests.infrastructure.conftest import ROOT


def test_the_page_shows_what_the_files_cost(files):
    assert table(files) in (ROOT / "docs" / "deployment.md").read_text("utf-8")


def test_dev_pays_for_nothing_but_one_origin_and_one_alert(files):
    assert {part for part, dollars in month(files, "dev").items() if dollars} == {"Static Web App", "alert rules"}


CHANGES = [
    ("Function App", ("main.bicep", "alwaysReadyInstances int = size == 'prod' ? 1", "alwaysReadyInstances int = size == 'prod' ? 2")),
    ("Static Web App", ("main.bicep", "param webBackend string = 'linked'", "param webBackend string = 'separate'")),
    ("alert rules", ("main.bicep", "watch string = size == 'prod' ? 'full'", "watch string = size == 'prod' ? 'essential'")),
    ("logs", ("main.bicep", "size == 'prod' ? '1' : '0.1'", "size == 'prod' ? '2' : '0.1'")),
    ("visits", ("modules/alerts.bicep", "Frequency: 900", "Frequency: 300")),
]  # fmt: skip


@pytest.mark.parametrize(("part", "change"), CHANGES)
def test_a_change_is_shown_beside_what_it_was(files, broken, part, change):
    shown = table(broken(*change), files)
    (row,) = [line for line in shown.splitlines() if line.startswith(f"| {part}")]
    assert "before: " in row
    assert "before" not in table(files, files)
