"""The last administrator cannot be lost, not even where a promotion was cut off half way."""

from pathlib import Path

import pytest

from shared import wiring
from shared.auth.devices import Visit
from shared.storage.store import StoreUnavailable
from tests.functions.conftest import Api
from tests.support import key_settings

PROMOTED, DEMOTED = {"role": "admin"}, {"role": "user"}


async def away(*_: object, **__: object) -> None:
    raise StoreUnavailable


async def test_whoever_was_not_made_administrator_after_all_does_not_count(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, anna = await api.admin(), await api.member()
    with monkeypatch.context() as cut_off:
        cut_off.setattr(api.app.sessions, "change_account", away)
        assert (await chief("PATCH", f"manage/users/{anna.id}", PROMOTED)).status == 503
    assert (await chief("PATCH", f"manage/users/{chief.id}", DEMOTED)).json["code"] == "last_admin"
    assert (await chief("DELETE", f"manage/users/{chief.id}")).json["code"] == "last_admin"


async def test_a_promotion_that_was_cut_off_at_its_end_is_asked_for_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, anna = await api.admin(), await api.member()
    with monkeypatch.context() as cut_off:
        cut_off.setattr(api.app.admins, "add", away)
        assert (await chief("PATCH", f"manage/users/{anna.id}", PROMOTED)).status == 503
    assert (await anna("GET", "manage/tiers")).status == 200
    assert (await chief("PATCH", f"manage/users/{chief.id}", DEMOTED)).json["code"] == "last_admin"
    assert (await chief("PATCH", f"manage/users/{anna.id}", PROMOTED)).status == 200
    assert (await chief("PATCH", f"manage/users/{chief.id}", DEMOTED)).status == 200


async def test_an_administrator_who_is_disabled_does_not_count_until_enabled_again(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    for change in (PROMOTED, {"disabled": True}):
        assert (await chief("PATCH", f"manage/users/{anna.id}", change)).status == 200
    assert (await anna("GET", "me")).status == 401
    assert (await chief("PATCH", f"manage/users/{chief.id}", DEMOTED)).json["code"] == "last_admin"
    assert (await chief("PATCH", f"manage/users/{anna.id}", {"disabled": False})).json["role"] == "admin"
    assert (await chief("PATCH", f"manage/users/{chief.id}", DEMOTED)).status == 200


async def test_nobody_becomes_administrator_by_registering_the_address_of_the_settings(api: Api) -> None:
    body = {
        "email": "Chief@Example.com", "username": "anna", "password": "a long enough sentence",
        "consent": {"terms": True, "health_data": True},
    }  # fmt: skip
    assert (await api.nobody("POST", "auth/register", body)).json["user"]["role"] == "user"
    assert await api.app.people.ensure_admin(email="chief@example.com", password="quite another sentence") is False
    assert not await api.app.admins.any()


async def test_a_start_says_so_where_somebody_else_has_the_address_and_nobody_administers(tmp_path: Path) -> None:
    store = {"VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite"), **key_settings()}
    issuer = '[{"issuer": "https://login.example", "client_id": "vigor", "admin_subject": "boss"}]'
    password = "a long enough sentence"
    app = await wiring.start({**store, "VIGOR_OIDC_ISSUERS": issuer})
    await app.people.register(
        email="chief@example.com", username="anna", password=password, display_name=None, visit=Visit()
    )
    await app.close()
    told = []
    for address in ("chief@example.com", "boss@example.com", "boss@example.com", "chief@example.com"):
        app = await wiring.start({**store, "VIGOR_ADMIN_EMAIL": address, "VIGOR_ADMIN_PASSWORD": password})
        told.append(" ".join(app.notices))
        await app.close()
    assert told[0].startswith("Nobody administers Vigor: the address in VIGOR_ADMIN_EMAIL is another account's.")
    assert told[1].startswith("Administrator: boss@example.com")
    assert told[2:] == ["", ""]
