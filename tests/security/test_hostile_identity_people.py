"""A checker outside the house: names, addresses and passwords as people mistype them and others imitate them, over HTTP."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functions.conftest import PASSWORD
from tests.security.identity_house import NATIVE, House, house, plain

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

OTHER = "another sentence entirely"


@pytest.fixture(scope="module")
def vigor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two workers behind one trusted proxy."""
    with house(tmp_path_factory.mktemp("vigor"), VIGOR_TRUSTED_HOPS="1") as running:
        yield running


NAMES = (
    ("\u212aate", 422), (" anna1", 422), ("anna1 ", 422), ("anna1\n", 422), ("\u3000anna1", 422), ("anna1\u00a0", 422),
    ("an\u200bna1", 422), ("anna1\u202e", 422), ("\uff41nna1", 422), ("\u017ftaff", 422), ("adbadmintonmin", 422),
    ("an\0na1", 400), ("Anna1", 201), ("anna1", 409), ("ANNA1", 409), ("b4dm1nton", 201),
)  # fmt: skip
ADDRESSES = (
    ("Bea@Example.com", 201), ("bea@example.com", 409), (" BEA@EXAMPLE.COM ", 409), ("b.ea@example.com", 201),
    ("bea+gym@example.com", 201), ("be\u0430@example.com", 201), ("jose\u0301@example.com", 201), ("jos\u00e9@example.com", 409),
    ("bea@ex\u00e4mple.com", 201), ("bea@xn--exmple-cua.com", 409), ("bea\0@example.com", 400), ("bea\u202e@example.com", 422),
    ("\u200bbea@example.com", 422), ("bea@example.com\r\nBcc: all@example.com", 422), ("bea@example.com,x@example.com", 422),
    ("bea@[127.0.0.1]", 422), ('"be a"@example.com', 422), ("bea'or'1'='1@example.com", 201),
)  # fmt: skip


def test_a_name_and_an_address_are_somebodys_whatever_their_case_and_never_mended_into_anothers(vigor: House) -> None:
    for number, (name, status) in enumerate(NAMES):
        assert vigor.register(f"name{number}", username=name).status == status, ascii(name)
    for number, (address, status) in enumerate(ADDRESSES):
        assert vigor.register(f"address{number}", email=address).status == status, ascii(address)
    for identifier, status in (
        ("ANNA1", 200),
        (" anna1 ", 200),
        ("\u212aate", 401),
        ("anna1\0", 400),
        ("bea@EXAMPLE.com", 200),
    ):
        assert vigor.sign_in(identifier).status == status, ascii(identifier)


def test_a_display_name_keeps_what_scripts_need_and_loses_what_hides_or_turns(vigor: House) -> None:
    for number, (typed, shown) in enumerate(
        (
            ("\u0645\u06cc\u200c\u0631\u0648\u0645", "\u0645\u06cc\u200c\u0631\u0648\u0645"),
            ("a\u202eb\u2028\u200bc", "abc"),
            ("\u200d", "shown2"),
        )
    ):
        assert vigor.person(f"shown{number}", display_name=typed)["user"]["display_name"] == shown


def test_a_password_is_what_was_typed_in_any_normal_form_and_nothing_like_it(vigor: House) -> None:
    composed = "  caf\u00e9 by the grey sea  "
    vigor.person("anna.exact", password=unicodedata.normalize("NFD", composed))
    for typed, status in (
        (composed, 200), (unicodedata.normalize("NFD", composed), 200), (composed.strip(), 401), (composed.upper(), 401),
        (composed.replace("\u00e9", "e"), 401),
    ):  # fmt: skip
        assert vigor.sign_in("anna.exact", typed).status == status, ascii(typed)
    sentence = "xq zw plo mnt vrk " * 15
    for length, status in ((11, 422), (12, 201), (256, 201), (257, 422)):
        assert vigor.register(f"length{length}", password=sentence[:length]).status == status, length
    assert (
        vigor.register(
            "smiling", password="\U0001f600\U0001f601\U0001f602\U0001f923" * 2 + "\U0001f603\U0001f604\U0001f605"
        ).status
        == 422
    )


def test_who_is_unknown_wrong_or_disabled_cannot_be_told_apart_by_answer_headers_or_work(tmp_path: Path) -> None:
    with house(tmp_path, 1) as vigor:
        vigor.person("anna")
        out = vigor.person("ben")
        vigor.ask("PATCH", f"manage/users/{out['user']['id']}", {"disabled": True}, vigor.chief())
        before = len(vigor.logged())
        answers = [
            vigor.sign_in(who, password)
            for who, password in (
                ("anna", OTHER), ("anna@example.com", OTHER), ("nobody", OTHER), ("nobody@example.com", OTHER), ("ben", OTHER),
                ("ben@example.com", PASSWORD), ("no name at all", OTHER), ("no address@", OTHER), ("\u00e4nna", OTHER),
            )
        ]  # fmt: skip
        assert {json.dumps(plain(one)) for one in answers} == {json.dumps(plain(answers[0]))}
        assert answers[0].status == 401
        work = [(one["store_round_trips"], one["store_operations"]) for one in vigor.logged()[before:]]
        assert len(work) == len(answers)
        assert len(set(work)) == 1, work


def test_forwarded_addresses_count_from_the_right_and_a_guesser_locks_no_owner_out(vigor: House) -> None:
    vigor.person("anna.hops")

    def guessed(forwarded: str, password: str = OTHER, **more: str) -> int:
        headers = {**NATIVE, "X-Forwarded-For": forwarded, **more}
        return vigor.sign_in("anna.hops", password, headers).status

    assert guessed("192.0.2.7", PASSWORD) == 200
    forged = [guessed(f"10.{n}.0.1, 203.0.113.{n}") for n in range(12)]
    assert forged[:5] == [401] * 5
    assert 429 in forged[5:], "the made-up part counts for nothing"
    assert guessed("192.0.2.8", PASSWORD) == 200, "the owner's own network"
    for odd in ("", ",", "1.2.3.4:5", "[2001:db8::1]:9", "fe80::1%eth0", "999.1.1.1", "::ffff:1.2.3.4", "a" * 4000):
        assert guessed(odd, PASSWORD) == 200, odd
