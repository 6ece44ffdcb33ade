"""Bytes that no honest client sends, over HTTP to workers as they are started: each is refused in its own words, nobody
is told more, and no line of the log repeats them."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.security.hostile import House, Person, a_log, house

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

SITE = "https://vigor.example"
KEPT_OUT = "a-token-that-nobody-may-read"
HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.fixture(scope="module")
def vigor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One worker that is closed to other origins, one that is open to one."""
    with house(tmp_path_factory.mktemp("vigor"), (), ("--cors", SITE)) as started:
        yield started


@pytest.fixture(scope="module")
def anna(vigor: House) -> Person:
    return vigor.member()


ODD_JSON = {
    "a key twice, deep down": b'{"screening": {"cleared": true, "cleared": false}}',
    "a key twice, once escaped": b'{"units": "kg", "unit\\u0073": "lb"}',
    "minus infinity": b'{"height_cm": -Infinity}',
    "a number beyond all": b'{"height_cm": -1E400}',
    "one level too deep": b'{"goals": ' + b"[" * 32 + b"]" * 32 + b"}",
    "U+0000 in a key": b'{"uni\\u0000ts": "kg"}',
    "a pair the wrong way round": b'{"locale": "\\udc00\\ud800"}',
    "half a pair as bytes": b'{"locale": "\xed\xa0\x80"}',
    "UTF-16": '{"units": "kg"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"units": "kg"}'.encode("utf-16-le"),
    "Latin-1": '{"locale": "é"}'.encode("latin-1"),
    "only blanks": b" \r\n\t ",
    "two values": b'{"units": "kg"}{"units": "lb"}',
    "something behind": b'{"units": "kg"}\x00',
    "a comma too many": b'{"units": "kg",}',
    "a comment": b'{"units": "kg" /* or lb */}',
    "a line break in a text": b'{"units": "k\ng"}',
    "hexadecimal": b'{"session_minutes": 0x2D}',
    "a leading zero": b'{"session_minutes": 045}',
}


@pytest.mark.parametrize("kind", ODD_JSON)
def test_json_is_read_to_the_letter(anna: Person, kind: str) -> None:
    answer = anna("PATCH", "me", ODD_JSON[kind])
    assert (answer.status, answer.json["code"]) == (400, "unreadable_body"), answer.body


def test_thirty_two_levels_are_still_read(anna: Person) -> None:
    assert anna("PATCH", "me", b'{"goals": ' + b"[" * 31 + b"]" * 31 + b"}").status == 422
    for value in (b"null", b"[]", b'"units"', b"true"):
        assert anna("PATCH", "me", value).status == 422


NO_SUCH_VALUE: list[tuple[str, Any]] = [
    ("started_at", "1700000000"), ("started_at", 1_700_000_000), ("started_at", "2026-01-20"), ("started_at", True),
    ("started_at", "2026-01-20T10:00:00"), ("started_at", "2026-01-20_10:00:00Z"), ("started_at", "20260120T100000Z"),
    ("started_at", "2026-W04-2T10:00:00Z"), ("started_at", "2026-02-29T10:00:00Z"), ("started_at", "0000-01-01T00:00:00Z"),
    ("started_at", "9999-12-31T23:59:59-14:00"), ("started_at", "2026-01-20T10:00:00+25:00"), ("started_at", None),
    ("session_rpe", 7.5000000001), ("session_rpe", "7.5"), ("session_rpe", True), ("session_rpe", 10.5),
    ("day", 1.0), ("day", True), ("day", "1"), ("day", 12_345_678_901_234_567_890),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), NO_SUCH_VALUE)
def test_a_value_is_what_it_is_written_as(anna: Person, name: str, value: Any) -> None:
    answer = anna("POST", "workouts/logs", a_log("odd-log-0001", **{name: value}))
    assert (answer.status, [one["path"] for one in answer.json["errors"]]) == (422, [name])
    assert anna("GET", "workouts/logs/odd-log-0001").status == 404


@pytest.mark.parametrize("day", ["1700006400", 20_260_120, "2026-01-20T00:00:00Z", "2026-1-2", "２０２６-01-20"])
def test_a_day_is_a_day(anna: Person, day: Any) -> None:
    assert anna("POST", "progress/metrics", {"date": day, "weight_kg": 70}).status == 422


def test_what_is_well_written_is_taken_for_what_it_is(anna: Person) -> None:
    for at, (given, kept) in enumerate(
        {
            "2024-02-29T23:30:00-01:00": "2024-03-01T00:30:00Z",
            "2026-01-20t10:00:00z": "2026-01-20T10:00:00Z",
            "2026-01-20 10:00:00.5+14:00": "2026-01-19T20:00:00.500000Z",
        }.items()
    ):
        made = anna("POST", "workouts/logs", a_log(f"well-log-{at}", started_at=given))
        assert (made.status, made.json["started_at"]) == (201, kept)


@pytest.mark.parametrize(
    "query",
    ["limit=1&limit=2", "limit=1&LIMIT=1", "limit=-1", "limit=1e1", "limit=%EF%BC%91", "limit=1.0", "limit=%2B1", "limit=1_0",
     "limit=%201", "limit=1%00", "cursor=a&cursor=b", "cursor=%F0%9F%98%80", "cursor=" + "A" * 1001],
)  # fmt: skip
def test_a_query_is_read_to_the_letter(anna: Person, query: str) -> None:
    answer = anna("GET", f"workouts/logs?{query}")
    assert (answer.status, answer.json["code"]) == (422, "invalid_fields")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "x"])
def test_a_compressed_body_is_refused_whatever_is_in_it(anna: Person, coding: str) -> None:
    for body in (b'{"units": "kg"}', gzip.compress(b'{"units": "kg"}'), gzip.compress(b"a" * 10_000_000)):
        answer = anna("PATCH", "me", body, Content_Encoding=coding)
        assert (answer.status, answer.json["code"]) == (415, "wrong_media_type")
    assert anna("PATCH", "me", b'{"units": "kg"}', Content_Encoding="identity").status == 200


BROKEN = {
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "two lengths in one": b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": b"Content-Length: +2\r\n\r\n{}",
    "a length beyond all": b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "a length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/me HTTP/1.1\r\n\r\n",
    "chunks under another name": b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks before a colon": b"Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a chunk without a length": b"Transfer-Encoding: chunked\r\n\r\n" + KEPT_OUT.encode() + b"\r\n0\r\n\r\n",
    "a folded header": b"X-A: b\r\n " + KEPT_OUT.encode() + b"\r\n\r\n",
    "a zero in a header": b"X-Vigor-Authorization: Bearer " + KEPT_OUT.encode() + b"\x00\r\n\r\n",
    "a return in a header": b"X-Vigor-Authorization: Bearer " + KEPT_OUT.encode() + b"\rX\r\n\r\n",
    "a header without end": b"X-Vigor-Authorization: Bearer " + KEPT_OUT.encode() * 1000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_of_what_is_no_http_nothing_is_repeated_to_anybody(vigor: House, kind: str) -> None:
    start = b"PATCH /api/me HTTP/1.1\r\nHost: vigor\r\nContent-Type: application/json\r\nConnection: close\r\n"
    said = vigor.workers[0].raw(start + BROKEN[kind])
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == b"400"
    assert body == b"", "what follows is no second answer"
    assert b"server:" not in head.lower()
    told = vigor.log.read_text()
    assert KEPT_OUT not in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "no/such/route", 404), ("PUT", "me", 404), ("OPTIONS", "me", 404), ("TRACE", "me", 404), ("GET", "me", 401),
     ("GET", "plans/..%2F..%2Fme", 401), ("GET", "health/live", 200), ("POST", "auth/login", 400)],
)  # fmt: skip
def test_every_answer_of_the_api_is_kept_in_its_place(vigor: House, method: str, path: str, status: int) -> None:
    answer = vigor.workers[0].ask(method, path, X_Secret="mirror")
    assert answer.status == status
    assert answer.headers | HEADERS == answer.headers
    assert {"server", "x-powered-by", "access-control-allow-origin"}.isdisjoint(answer.headers)
    assert b"mirror" not in answer.body
    if status == 200:
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_only_the_origin_that_was_named_is_answered_and_caches_hear_that_it_matters(vigor: House) -> None:
    closed, opened = vigor.workers
    asking = {"Access_Control_Request_Method": "GET"}
    for origin in (
        SITE,
        f"{SITE}.evil",
        f"{SITE}/",
        f"{SITE}:444",
        "null",
        "*",
        f"{SITE}, https://evil",
        "http://vigor.example",
    ):
        for answer in (
            closed.ask("GET", "openapi.json", Origin=origin),
            closed.ask("OPTIONS", "me", Origin=origin, **asking),
        ):
            assert "access-control-allow-origin" not in answer.headers
        for answer in (
            opened.ask("GET", "openapi.json", Origin=origin),
            opened.ask("OPTIONS", "me", Origin=origin, **asking),
        ):
            assert answer.headers.get("access-control-allow-origin") == (SITE if origin == SITE else None)
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers["vary"] == "Origin"


EXPORT = {
    "vigor_export": 1,
    "exported_at": "2026-01-01T00:00:00Z",
    "account": {"id": "x", "email": "x@y.z", "username": "x"},
}
TOO_MUCH = {
    "records": {**EXPORT, "logs": [0] * 100_001},
    "parts": {**EXPORT, **{f"part{at}": 0 for at in range(100)}},
    "values in a record": {**EXPORT, "logs": [{f"a{at}": 0 for at in range(100_002)}]},
    "values in the profile": {**EXPORT, "profile": {f"a{at}": 0 for at in range(100_002)}},
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_a_file_of_more_than_a_life_holds_is_refused_before_it_is_looked_through(anna: Person, kind: str) -> None:
    answer = anna("POST", "workouts/imports", TOO_MUCH[kind])
    assert (answer.status, answer.json["code"]) == (422, "unreadable_file")
    assert "no export has" in answer.json["detail"]


def test_of_what_is_not_restored_nothing_is_looked_at(anna: Person) -> None:
    file = {**EXPORT, "logs": [a_log("restored-0001")], "more": {"usage": [0] * 200_000}}
    report = anna("POST", "workouts/imports?preview=true", json.dumps(file).encode())
    assert (report.status, report.json["workouts"], report.json["warnings"]) == (200, 1, [])
