"""The small parts of storage: key encoding, etags of remote rows, and the counting of round trips."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage import keys
from shared.storage.counting import Count, CountingStore, counting
from shared.storage.sqlite import SqliteStore
from shared.storage.store import InvalidCursor, InvalidKey, Upsert
from shared.storage.trails import Version, read_etag, read_trail, trail_text

KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
PLAIN = st.text("0123456789ABCXYZabcxyz._:@-", min_size=1, max_size=200)
WRITE_IDS = st.text("0123456789ABCXYZabcxyz_-", min_size=1, max_size=16)
ENGINE_ETAGS = st.sampled_from(
    ["W/\"datetime'2026-11-23T23%3A16%3A00.1234567Z'\"", '"0000d826-0000-0700-0000"', "a-b-c"]
)


@given(KEYS)
def test_a_key_comes_back_from_its_encoding(key: str) -> None:
    encoded = keys.encode(key)
    assert keys.decode(encoded) == key
    assert encoded.isascii()
    assert not set(encoded) & set("/\\#?% '\"+&\t\n")
    assert encoded.strip(".")


@given(PLAIN)
def test_a_plain_key_is_kept_readable(key: str) -> None:
    assert keys.encode(key) == ("~2E" + key[1:] if key.startswith(".") else key)


@given(KEYS, KEYS)
def test_the_encoding_keeps_prefixes_and_tells_keys_apart(one: str, other: str) -> None:
    whole = (one + other)[:40]  # as long as an id of any characters may be
    assert keys.encode(whole).startswith(keys.encode(one[:40]))
    assert (keys.encode(one) == keys.encode(other)) == (one == other)
    assert keys.encode(other).startswith(keys.encode(one)) == other.startswith(one)


@given(st.lists(PLAIN.filter(lambda key: not key.startswith(".")), max_size=10))
def test_plain_keys_sort_as_they_are(some: list[str]) -> None:
    assert sorted(some, key=keys.encode) == sorted(some)


@given(KEYS, KEYS, KEYS, KEYS)
def test_a_span_holds_exactly_the_ids_that_the_query_means(prefix: str, start: str, before: str, key: str) -> None:
    for candidate in (key, prefix + key, start + key):
        if len(candidate) > 40:
            continue
        span = keys.span("user:1", prefix=prefix, start=start, before=before, cursor=None)
        inside = span.low <= keys.encode(candidate) and (span.high is None or keys.encode(candidate) < span.high)
        meant = candidate.startswith(prefix) and keys.encode(start) <= keys.encode(candidate) < keys.encode(before)
        assert inside == meant


@given(KEYS, KEYS, KEYS)
def test_a_cursor_goes_on_right_after_its_document(partition: str, last: str, other: str) -> None:
    cursor = keys.page_cursor(partition, "", last)
    span = keys.span(partition, prefix="", start="", before=None, cursor=cursor)
    assert (span.low <= keys.encode(other)) == (keys.encode(other) > keys.encode(last))
    assert keys.read_walk_cursor(keys.walk_cursor(partition, last)) == (keys.encode(partition), keys.encode(last))
    with pytest.raises(InvalidCursor):
        keys.span(partition + "x", prefix="", start="", before=None, cursor=cursor)


@given(st.text(max_size=60))
def test_no_text_from_outside_breaks_a_cursor(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        keys.span("user:1", prefix="", start="", before=None, cursor=cursor)


@pytest.mark.parametrize("bad", ["a" * 201, "\ud800", "💪" * 42])
def test_bounds_that_no_id_could_have_are_refused(bad: str) -> None:
    for bounds in ({"prefix": bad}, {"start": bad}, {"before": bad}):
        with pytest.raises(InvalidKey):
            keys.span("user:1", **{"prefix": "", "start": "", "before": None, "cursor": None} | bounds)  # type: ignore[arg-type]


@given(ENGINE_ETAGS, st.lists(WRITE_IDS, min_size=1, max_size=8))
def test_an_etag_carries_the_engines_own_and_the_trail(engine_etag: str, trail: list[str]) -> None:
    version = Version(engine_etag, tuple(trail))
    assert read_etag(version.written) == version
    assert read_trail(trail_text(version.trail)) == version.trail


def test_a_trail_remembers_the_last_eight_writes() -> None:
    trail = Version("e", ("w0",)).trail
    for n in range(1, 20):
        trail = Version("e", trail).trail_after(f"w{n}")
    assert trail == tuple(f"w{n}" for n in range(19, 11, -1))


@given(st.text(max_size=80))
def test_no_text_from_outside_becomes_an_etag_that_reaches_a_header(etag: str) -> None:
    try:
        version = read_etag(etag)
    except ValueError:
        return
    assert version.engine_etag.isascii()
    assert version.engine_etag.isprintable()
    assert not set(version.engine_etag.strip('W/"')) & set("*,")


def test_a_star_is_not_smuggled_in_as_an_etag() -> None:
    for star in ("*", '"*"', 'W/"*"'):
        with pytest.raises(ValueError, match="not an etag"):
            read_etag(Version(star, ("w",)).written)


async def test_calls_one_after_another_are_a_trip_each_and_calls_together_are_one(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))
    with counting() as count:
        await store.upsert("user:1", "a", {})
        await asyncio.gather(*(store.find("user:1", id) for id in "abcd"))  # noqa: A001 - the seam's own word
        await store.batch("user:1", [Upsert("b", {}), Upsert("c", {})])
    assert (count.operations, count.round_trips) == (6, 3)
    await store.find("user:1", "a")
    assert (count.operations, count.round_trips) == (6, 3)
    await store.close()


def test_a_call_that_waited_for_another_is_a_trip_more_however_long_a_third_is_under_way() -> None:
    count, long, one, two = Count(), ExitStack(), ExitStack(), ExitStack()
    long.enter_context(count.one())
    one.enter_context(count.one())
    one.close()
    two.enter_context(count.one())
    two.close()
    long.close()
    assert (count.operations, count.round_trips) == (3, 2)


async def test_requests_at_the_same_time_are_counted_apart(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))

    async def request(calls: int) -> tuple[int, int]:
        with counting() as count:
            for _ in range(calls):
                await store.find("user:1", "a")
        return count.operations, count.round_trips

    assert await asyncio.gather(*map(request, range(5))) == [(n, n) for n in range(5)]
    await store.close()


async def test_a_call_that_fails_is_counted_and_ended(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))
    with counting() as count:
        for _ in range(3):
            with pytest.raises(InvalidKey):
                await store.get("user:1", "")
    assert (count.operations, count.round_trips) == (3, 3)
    await store.close()
