"""Passwords as they may be chosen: what is refused, for which reason, and what is welcome."""

from typing import Any

import pytest
import zxcvbn_rs_py

from shared.accounts.password_rules import MOST_STRETCHES, STRETCH, check_password
from shared.auth.breached import build, was_breached
from shared.auth.passwords import Passwords
from shared.config import SecretKey
from shared.errors import InvalidFields
from tests.functions.conftest import PASSWORD, Api
from tests.support import RINGS


def reason(password: str) -> str | None:
    """Why Anna may not have this password, or None."""
    try:
        check_password(password, username="annaschmidt", email="anna.schmidt@example.com")
    except InvalidFields as refused:
        return refused.errors[0].message
    return None


@pytest.mark.parametrize("password", ["password1234", "PASSWORD1234", "qwertyuiop123", "iloveyou1234", "123456789012"])
def test_a_breached_password_is_refused_in_any_case(password: str) -> None:
    assert "breach" in (reason(password) or "")


@pytest.mark.parametrize(
    "password",
    [
        "football2025!!", "annaschmidt1", "annaschmidt2026", "vigorvigorvigor", "Vigor2026!aaa", "deadlift2026!!",
        "workout workout", "Fitness! Gym? 99",
    ],
)  # fmt: skip
def test_a_guessable_password_is_refused(password: str) -> None:
    assert "too easy" in (reason(password) or "")


def test_too_short_and_too_long_are_refused() -> None:
    assert "at least 12" in (reason("xK9#pq2!vLm") or "")
    assert "at most 256" in (reason("long" * 65) or "")


@pytest.mark.parametrize(
    "password",
    [
        "blue kettle nine march",
        "vigor is my new coach",
        "gym rats eat 12 eggs",
        "8401 9273 5521 0047",
        "über-größe kräftig",
        "tr0ub4dor&3xyz!",
        "nine geese over the harbour " * 8,
    ],
)
def test_sentences_and_any_script_are_welcome(password: str) -> None:
    assert reason(password) is None


@pytest.mark.parametrize("length", [25, 100, 256])
def test_a_long_text_of_nothing_but_substitutes_is_judged_by_stretches_and_holds_no_worker_up(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    judge = zxcvbn_rs_py.zxcvbn

    def noted(part: str, **more: Any) -> Any:
        judged.append(part)
        return judge(part, **more)

    monkeypatch.setattr(zxcvbn_rs_py, "zxcvbn", noted)
    reason(("4@8({[<369&#!1/|0$5+7%2" * 12)[:length])
    assert judged
    assert max(map(len, judged)) <= STRETCH
    assert len(judged) <= MOST_STRETCHES


@pytest.mark.parametrize(
    "password",
    [
        "P@$$w0rd1!23P@$$w0rd1!23P@$$w0rd1!23",
        "1234567890!@#$%1234567890!@#$%",
        "annaschmidt1@annaschmidt2!annaschmidt3$4560",
    ],
)
def test_substitutes_make_no_long_password_of_a_weak_one(password: str) -> None:
    assert reason(password) is not None


def test_a_filter_knows_all_it_was_built_from_and_little_else() -> None:
    from shared.auth import breached

    held = build(f"password number {n}" for n in range(2000))
    assert all(breached._contains(held, f"Password Number {n}") for n in range(2000))
    assert sum(breached._contains(held, f"other {n}") for n in range(5000)) < 25


def test_a_good_password_is_rarely_taken_for_a_breached_one() -> None:
    assert sum(was_breached(f"violet harbour {n} lantern") for n in range(5000)) < 25


async def test_the_rules_hold_for_a_change_too_and_name_the_field(api: Api) -> None:
    anna = await api.member("anna")
    answer = await anna("POST", "auth/password", {"current_password": PASSWORD, "new_password": "password1234"})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "new_password")


async def test_whose_pepper_is_gone_costs_as_much_work_as_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(RINGS.pepper)
    phc, _ = await passwords.hash(PASSWORD)
    hashed: list[bytes] = []

    def peppered(password: str, _: SecretKey) -> bytes:
        hashed.append(password.encode())
        return hashed[-1]

    monkeypatch.setattr("shared.auth.passwords._peppered", peppered)
    assert not await passwords.matches(PASSWORD, phc, "gone")
    assert len(hashed) == 1
    passwords.close()
