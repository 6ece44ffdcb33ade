"""Usernames: the role gives the official name, never the name the role; whoever plays badminton may say so."""

import pytest

from shared.accounts.names import read_username
from shared.errors import InvalidFields

OFFICIAL = (
    "admin", "ADMIN", "Administrator", "superadmin", "a.d.m.i.n", "a-d_m.in", "4dm1n", "adm1n", "admln", "adrnin", "6admin",
    "r00t", "sys.tem", "v1gor", "vig0r.team", "vi9or", "m0derator", "secur1ty", "5upport", "st4ff",
    "badminton-admin", "adminbadminton", "adbadmintonmin", "badmbadmintoninton", "badadmin",
)  # fmt: skip
FOREIGN = (
    "\uff41\uff44\uff4d\uff49\uff4e", "\u0430dmin", "adm\u0456n", "\u03b1dmin", "adm\u0131n", "ADM\u0130N",
    "\U0001d41admin", "ad\u200bmin", "ad\u00admin", "\u202enimda", "\u1e9eusername", "anna\u0301",
)  # fmt: skip
MALFORMED = (
    "an",
    "a" * 31,
    ".anna",
    "anna.",
    "an na",
    "anna@home",
    "an/na",
    "an\\na",
    "an\0na",
    "an\nna",
    "adm!n",
    "",
    "---",
)
WELCOME = (
    "badminton", "badminton.fan", "bad.minton", "Badm1nton_99", "annabel", "carolin", "learner", "burnin", "nimda", "null", "con",
)  # fmt: skip


@pytest.mark.parametrize("name", [*OFFICIAL, *FOREIGN, *MALFORMED])
def test_a_name_that_could_pass_for_an_official_one_or_is_no_plain_handle_is_refused(name: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_username(name)
    assert [one.path for one in refused.value.errors] == ["username"]


@pytest.mark.parametrize("name", WELCOME)
def test_a_name_that_only_sounds_like_one_is_welcome(name: str) -> None:
    assert read_username(name) == name.lower()
