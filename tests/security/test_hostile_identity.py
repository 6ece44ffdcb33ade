"""A checker outside the house: forged and odd credentials, and the ways to become an administrator, over HTTP."""

import json
import subprocess
import sys
import time
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import PASSWORD
from tests.oidc.issuer import Issuer, running_issuer
from tests.security.identity_house import CHIEF, CONSENT, NATIVE, House, bearer, house, told
from tests.security.test_access_tokens import ALPHABET, HEADER, KEY, OLD, claims_of, sealed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

ROOT = Path(__file__).parents[2]


def ring(**keys: bytes) -> str:
    """`VIGOR_SIGNING_KEYS` with these, the first of which signs."""
    return json.dumps([{"kid": kid, "key": b64encode(key).decode()} for kid, key in keys.items()])


@pytest.fixture(scope="module")
def vigor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two workers over one store."""
    with house(tmp_path_factory.mktemp("vigor")) as running:
        yield running


def test_an_access_token_ends_with_its_time_and_its_overtime_is_a_twentieth_of_its_life(
    vigor: House, tmp_path: Path
) -> None:
    def ended(where: House, claims: dict[str, Any], ago_s: int) -> int:
        now = int(time.time())
        old = {"iat": now - ago_s - 60, "nbf": now - ago_s - 60, "auth_time": now - ago_s - 60, "exp": now - ago_s}
        return where.me(sealed(HEADER, claims | old))

    anna = vigor.person("anna.time")
    claims = claims_of(anna["access_token"])
    assert (anna["expires_in"], claims["exp"] - claims["iat"]) == (600, 600)
    assert [ended(vigor, claims, ago_s) for ago_s in (-1, 31)] == [200, 401]
    with house(tmp_path, 1, VIGOR_ACCESS_TTL_S="2") as hasty:
        anna = hasty.person("anna")
        claims = claims_of(anna["access_token"])
        assert (anna["expires_in"], claims["exp"] - claims["iat"]) == (2, 2)
        assert [ended(hasty, claims, ago_s) for ago_s in (-5, 1)] == [200, 401]


def test_keys_given_as_a_setting_sign_and_one_that_left_the_ring_lets_nobody_in(tmp_path: Path) -> None:
    with house(tmp_path, VIGOR_SIGNING_KEYS=ring(k1=KEY, k0=OLD)) as vigor:
        anna = vigor.person("anna")
        claims = claims_of(anna["access_token"])
        older = sealed({**HEADER, "kid": "k0"}, claims, key=OLD)
        assert [vigor.me(one) for one in (sealed(HEADER, claims), older)] == [200, 200]
        crossed = [
            sealed(HEADER, claims, key=OLD),
            sealed({**HEADER, "kid": "k0"}, claims),
            sealed(HEADER, claims, key=b""),
        ]
        assert [vigor.me(one) for one in crossed] == [401, 401, 401]
    with house(tmp_path, VIGOR_SIGNING_KEYS=ring(k0=OLD)) as vigor:
        assert (vigor.me(anna), vigor.refresh(anna["refresh_token"]).status, vigor.me(older)) == (401, 401, 200)


def test_our_own_header_wins_even_empty_and_one_token_goes_for_no_other(vigor: House) -> None:
    anna = vigor.person("anna.header")
    good, ours, theirs = f"Bearer {anna['access_token']}", "X-Vigor-Authorization", "Authorization"
    for status, headers in (
        (200, [(ours, good.replace("Bearer", "bEARER"))]),
        (200, [(ours, good), (theirs, "Basic Zm9yZWlnbg=="), (theirs, good)]),
        (401, [(ours, ""), (theirs, good)]),
        (401, [(ours, "Basic Zm9yZWlnbg=="), (theirs, good)]),
        (401, [(theirs, anna["access_token"])]),
        (401, [("Cookie", f"access_token={anna['access_token']}; vigor_refresh={anna['refresh_token']}")]),
    ):
        assert vigor.ask("GET", "me", headers=headers).status == status, headers
    assert vigor.ask("GET", f"me?access_token={anna['access_token']}").status == 401
    assert vigor.refresh(anna["access_token"]).status == 401
    assert vigor.sign_in("anna.header", headers={**NATIVE, theirs: "Bearer of-the-proxy", ours: "x"}).status == 200


def test_a_refresh_token_has_one_spelling_and_no_other_ends_the_session(vigor: House) -> None:
    good = vigor.person("anna.spelling")["refresh_token"]
    *_, turn, mac = good.split(".")
    stem = good.removesuffix(f"{turn}.{mac}")
    arabic = "".join(unicodedata.lookup(f"ARABIC-INDIC DIGIT {unicodedata.name(one).split()[-1]}") for one in turn)
    last = ALPHABET[ALPHABET.index(mac[-1]) ^ 1]
    for other in (
        f"{stem}{turn}.{mac[:-1]}{last}", f"{stem}0{turn}.{mac}", f"{stem}{arabic}.{mac}", f"{stem}{int(turn) + 1}.{mac}",
        f"{good}=", f" {good}", f"{good}\n", good.replace("v1", "v2"), "a" * 4096, "", "v1.../../account.1." + mac,
    ):  # fmt: skip
        assert vigor.refresh(other).status == 401, other
    assert vigor.refresh(good).status == 200


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with running_issuer(tmp_path_factory.mktemp("oidc") / "provider.log") as running:
        yield running


def test_an_id_token_signs_in_once_however_it_is_spelled_and_is_no_other_token(tmp_path: Path, issuer: Issuer) -> None:
    with house(tmp_path, VIGOR_OIDC_ISSUERS=issuer.setting()) as vigor:

        def sign_in(id_token: str, at: str = issuer.address) -> int:
            body = {"issuer": at, "id_token": id_token, "nonce": "nonce-of-anna", "consent": CONSENT}
            return vigor.ask("POST", "auth/oidc", body, NATIVE).status

        good = issuer.id_token("anna", nonce="nonce-of-anna")
        for elsewhere in (f"{issuer.address}/", issuer.address.upper(), "http://169.254.169.254", "file:///etc/passwd"):
            assert sign_in(good, at=elsewhere) == 401, elsewhere
        assert vigor.me(good) == vigor.refresh(good).status == 401
        assert sign_in(vigor.person("anna")["access_token"]) == 401
        assert sign_in(good) == 201
        last = ALPHABET[ALPHABET.index(good[-1]) ^ 1]
        for spelling in (good, f"{good}=", f"{good}==", f"{good[:-1]}{last}", f"{good}\n", f" {good}"):
            assert sign_in(spelling) == 401, spelling[-4:]


def test_the_first_administrator_comes_with_proof_and_into_an_empty_store_only(tmp_path: Path) -> None:
    here = tmp_path / "theirs"
    here.mkdir()
    with house(here, 1, VIGOR_ADMIN_EMAIL="", VIGOR_ADMIN_PASSWORD="") as vigor:
        assert vigor.person("stranger", email="boss@example.com")["user"]["role"] == "user"
    with house(here, 1, VIGOR_ADMIN_EMAIL="boss@example.com") as vigor:
        assert told(vigor.sign_in("boss@example.com"))["user"]["role"] == "user"
    with house(here, 1, VIGOR_ADMIN_EMAIL="second@example.com") as vigor:
        assert vigor.sign_in("second@example.com").status == 401
    for one in (
        {"VIGOR_ADMIN_EMAIL": CHIEF},
        {"VIGOR_ADMIN_PASSWORD": PASSWORD},
        {"VIGOR_ADMIN_EMAIL": CHIEF, "VIGOR_ADMIN_PASSWORD": "short"},
    ):
        environ = {"PATH": "/usr/bin", "PORT": "0", "VIGOR_SQLITE_PATH": str(tmp_path / "no.sqlite"), **one}
        run = subprocess.run(
            [sys.executable, "-m", "local_host"],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (run.returncode, "VIGOR_ADMIN_PASSWORD" in run.stderr) == (1, True), run.stderr


def test_a_change_by_an_administrator_needs_a_sign_in_of_ten_minutes_and_a_refresh_is_none(vigor: House) -> None:
    anna, signed_in = vigor.person("anna.fresh"), told(vigor.sign_in(CHIEF))
    claims, path = claims_of(signed_in["access_token"]), f"manage/users/{anna['user']['id']}"
    refreshed = claims_of(told(vigor.refresh(signed_in["refresh_token"]))["access_token"])
    assert (refreshed["auth_time"], refreshed["sid"]) == (claims["auth_time"], claims["sid"])
    for age_s, status in ((580, 200), (601, 401)):
        aged = bearer(sealed(HEADER, {**claims, "auth_time": claims["auth_time"] - age_s}))
        assert vigor.ask("PATCH", path, {"disabled": False}, aged).status == status, age_s
        assert vigor.ask("GET", path, headers=aged).status == 200
    assert vigor.ask("PATCH", path, {"role": "admin"}, bearer(anna)).status == 403
