"""Settings: what is read, what is refused and how, and that the sample lists them all."""

import base64
import json
from pathlib import Path

import pytest

from shared import wiring
from shared.config import SETTINGS, read_settings
from shared.errors import BadSetting
from shared.key_rings import rings_of

ROOT = Path(__file__).parent.parent
RING = json.dumps([{"kid": "k1", "key": base64.b64encode(b"k" * 32).decode()}])


def test_an_empty_environment_is_a_machine_of_ones_own() -> None:
    settings = read_settings({})
    assert (settings.store, str(settings.sqlite_path), settings.providers) == ("sqlite", ".vigor/vigor.sqlite", {})
    assert (settings.access_ttl_s, settings.weekly_budget_usd, settings.on_azure) == (600, 10, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"VIGOR_STORE": "postgres"},
        {"VIGOR_STORE": "tables"},
        {"VIGOR_STORE": "cosmos"},
        {"VIGOR_ACCESS_TTL_S": "3600"},
        {"VIGOR_REFRESH_GRACE_S": "soon"},
        {"VIGOR_TRUSTED_HOPS": "-1"},
        {"VIGOR_WEEKLY_BUDGET_USD": "-1"},
        {"VIGOR_USER_SHARE": "nan"},
        {"VIGOR_SIGNING_KEYS": "secret"},
        {"VIGOR_SIGNING_KEYS": '[{"kid": "k", "key": "c2hvcnQ="}]'},
        {"VIGOR_PEPPER_KEYS": "[]"},
        {"VIGOR_ADMIN_EMAIL": "chief@example.com"},
        {"VIGOR_KEY_VAULT_URL": "vault"},
        {"OPENAI_BASE_URL": "ftp://models", "OPENAI_API_KEY": "k"},
    ],
)
def test_a_wrong_setting_is_refused_by_its_name_and_without_its_secret(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings(wrong)
    assert any(name in str(refused.value) for name in wrong)
    assert "c2hvcnQ" not in str(refused.value)


def test_on_azure_the_key_rings_have_to_be_set() -> None:
    azure = {
        "WEBSITE_SITE_NAME": "vigor",
        "VIGOR_STORE": "tables",
        "VIGOR_TABLES_ENDPOINT": "https://x.table.core.windows.net",
    }
    with pytest.raises(BadSetting, match="VIGOR_SIGNING_KEYS"):
        read_settings(azure)
    assert read_settings({**azure, "VIGOR_SIGNING_KEYS": RING, "VIGOR_PEPPER_KEYS": RING}).on_azure


@pytest.mark.parametrize("key", ["VIGOR_TABLES_CONNECTION", "VIGOR_COSMOS_KEY"])
def test_on_azure_no_store_is_opened_with_a_key(key: str) -> None:
    azure = {"WEBSITE_SITE_NAME": "vigor", "VIGOR_SIGNING_KEYS": RING, "VIGOR_PEPPER_KEYS": RING}
    with pytest.raises(BadSetting, match=key) as refused:
        read_settings({**azure, key: "AccountKey=very-secret"})
    assert "very-secret" not in str(refused.value)


def test_a_vendor_without_a_key_is_absent() -> None:
    settings = read_settings(
        {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "GEMINI_BASE_URL": "http://x"}
    )
    assert list(settings.providers) == ["openai"]
    assert settings.providers["openai"].base_url == "http://127.0.0.1:1/v1"


def test_the_sample_lists_every_setting_with_its_default_and_what_it_does() -> None:
    sample = json.loads((ROOT / "local.settings.sample.json").read_text())
    listed = {name: value for name, value in sample["Values"].items() if name in SETTINGS}
    assert listed == {name: default for name, (default, _) in SETTINGS.items()}
    assert sample["WhatTheyDo"] == {name: what for name, (_, what) in SETTINGS.items()}


@pytest.mark.parametrize("wrong", [{"VIGOR_ADMIN_PASSWORD": "password1234"}, {"VIGOR_ADMIN_EMAIL": "chief at example"}])
async def test_an_administrator_that_cannot_be_made_stops_the_start_with_the_settings_names(
    tmp_path: Path, wrong: dict[str, str]
) -> None:
    good = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence"}
    with pytest.raises(BadSetting, match="VIGOR_ADMIN_EMAIL and VIGOR_ADMIN_PASSWORD") as refused:
        await wiring.start({"VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite"), **good, **wrong})
    assert wrong.get("VIGOR_ADMIN_PASSWORD", "secret") not in str(refused.value)


def test_a_place_that_nothing_can_be_kept_in_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    settings = read_settings({"VIGOR_SQLITE_PATH": str(tmp_path / "taken" / "vigor.sqlite")})
    with pytest.raises(BadSetting, match=r"^VIGOR_SQLITE_PATH: nothing can be kept in \S+taken \(\w.*\)\.$"):
        rings_of(settings)
