"""What a file is, told from its content; and the sentences for files that cannot be read."""

from collections.abc import Callable

import pytest

from shared.domain.history.report import Imported, LineWarning, condensed
from shared.errors import KindUnknown, UnknownTimeZone, UnreadableFile

Read = Callable[..., Imported]


STRONG = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"


@pytest.mark.parametrize("data", [b"", b"  \r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_that_it_is_empty(read: Read, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        read(data)


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"SQLite format 3\0", b"%PDF-1.7", b"\x1f\x8b\x08"])
def test_an_archive_a_database_or_a_picture_says_what_to_do_instead(read: Read, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"unpack|CSV"):
        read(data)


@pytest.mark.parametrize(
    "text",
    ["hello", "Date,Time,Measurement,Value,Unit,Comment\n", "a;b;c\n1;2;3\n", "<html></html>", "sep=;\n", '""\n'],
)
def test_a_file_of_no_known_app_is_of_unknown_kind(read: Read, text: str) -> None:
    with pytest.raises(KindUnknown, match="Strong, Hevy, FitNotes and JEFIT"):
        read(text)


def test_json_that_is_no_vigor_export_is_of_unknown_kind(read: Read) -> None:
    with pytest.raises(KindUnknown, match="Vigor"):
        read('{"workouts": []}', content_type="application/json")


@pytest.mark.parametrize(
    "text",
    ['{"vigor_export": 1', "[1]", '{"vigor_export": NaN}', '{"a": ' + "[" * 100_000, '{"a": 1} x', "{1: 2}", "nonsense",
     '{"a": 1' + "0" * 5000 + "}", '{"a" 1}', '{"a": 1 "b": 2}', '{"logs": [1 2]}'],
)  # fmt: skip
def test_broken_json_is_an_unreadable_file(read: Read, text: str) -> None:
    with pytest.raises(UnreadableFile):
        read(text, content_type="application/json")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "Europe"])
def test_a_zone_that_does_not_exist_is_refused(read: Read, zone: str) -> None:
    with pytest.raises(UnknownTimeZone, match="IANA"):
        read(STRONG + "2024-03-05,A,1h,Squat,1,100,5,0,0,,,\n", timezone=zone)


def test_progress_is_told_and_ends_at_the_whole(read: Read) -> None:
    told: list[tuple[int, int]] = []
    rows = "".join(f"2024-03-05 18:10:00,A,1h,Squat,{n},100,5,0,0,,,\n" for n in range(1, 5001))
    read(STRONG + rows, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert len(told) >= 3
    assert told[-1] == (5001, 5001)


def test_few_warnings_stay_as_they_are_and_many_are_grouped_with_every_line_named() -> None:
    few = [LineWarning(3, "b"), LineWarning(2, "a")]
    assert condensed(few) == [LineWarning(2, "a"), LineWarning(3, "b")]
    many = [LineWarning(line, "planned") for line in [*range(2, 500), 700]] + [LineWarning(600, "other")]
    assert condensed(many) == [LineWarning(2, "planned (lines 2–499, 700)"), LineWarning(600, "other")]
    each_its_own = [LineWarning(line, f"reason {line}") for line in range(1, 1001)]
    grouped = condensed(each_its_own, limit=10)
    assert len(grouped) == 10
    assert grouped[-1].message.endswith("(lines 10–1000)")
