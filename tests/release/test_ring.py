"""A ring is rotated in three steps; none of them leaves a ring that the app refuses, or drops the key in use."""

import io
import json

import pytest

from release import ring
from shared.config import read_keys


def test_the_three_steps_leave_the_new_key_alone() -> None:
    first = ring.added([])
    both = ring.added(first)
    new = both[1]["kid"]
    assert both[0] == first[0]
    turned = ring.used(both, new)
    assert [key["kid"] for key in turned] == [new, first[0]["kid"]]
    assert ring.dropped(turned, first[0]["kid"]) == [both[1]]
    assert [key.kid for key in read_keys("VIGOR_SIGNING_KEYS", json.dumps(turned))] == [new, first[0]["kid"]]


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["drop", "k1"], '[{"kid": "k1", "key": "a"}]', "in use"),
        (["use", "k9"], '[{"kid": "k1", "key": "a"}]', "holds no key 'k9'"),
        (["add"], "secret that is none", "no key ring"),
        (["use", "k1"], '{"kid": "k1"}', "no key ring"),
    ],
)
def test_what_would_lock_people_out_is_refused(
    arguments: list[str], given: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert ring.main(arguments) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, "secret" in told.err) == ("", False)
