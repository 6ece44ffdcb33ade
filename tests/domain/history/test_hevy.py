"""Hevy's exports: units in column names, months in the user's language, notes with line breaks, alike workouts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.domain.history.report import Imported

Read = Callable[..., Imported]


HEADER = (
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index",'
    '"set_type","weight_kg","reps","distance_km","duration_seconds","rpe"\n'
)


def row(
    *,
    title: str = "Legs",
    start: str = "5 Jun 2026, 18:00",
    end: str = "5 Jun 2026, 19:00",
    about: str = "",
    exercise: str = "Squat (Barbell)",
    notes: str = "",
    index: int = 0,
    kind: str = "normal",
    values: str = "100,5,,,",
) -> str:
    return f'"{title}","{start}","{end}","{about}","{exercise}",,"{notes}",{index},"{kind}",{values}\n'


def test_set_types_units_and_times_are_read(read: Read) -> None:
    file = HEADER + "".join(
        [
            row(kind="warmup", values="60,5,,,"),
            row(index=1, values="142.5,3,,,9.5"),
            row(index=2, kind="dropset", values="100,8,,,"),
            row(index=3, kind="failure", values="100,6,,,10"),
            row(exercise="Running", values=",,5.2,1800,"),
        ]
    )
    found = read(file, unit=None, timezone="Europe/Berlin")
    (log,) = found.logs
    assert (log.started_at, log.ended_at) == (
        datetime(2026, 6, 5, 16, tzinfo=UTC),
        datetime(2026, 6, 5, 17, tzinfo=UTC),
    )
    assert [(s.kind, s.weight_kg, s.rpe) for s in log.entries[0].sets] == [
        ("warm_up", 60, None), ("working", 142.5, 9.5), ("drop", 100, None), ("failure", 100, 10),
    ]  # fmt: skip
    assert (log.entries[1].sets[0].distance_m, log.entries[1].sets[0].seconds) == (5200, 1800)
    assert (found.kind, found.sets, found.warnings) == ("hevy", 5, [])


def test_pounds_and_miles_are_converted(read: Read) -> None:
    header = HEADER.replace("weight_kg", "weight_lbs").replace("distance_km", "distance_miles")
    file = header + row(values="220.46,5,,,") + row(exercise="Running", values=",,1,600,")
    entries = read(file, unit=None).logs[0].entries
    assert entries[0].sets[0].weight_kg == pytest.approx(99.999, abs=0.001)
    assert entries[1].sets[0].distance_m == 1609.344


def test_where_both_weight_columns_stand_the_filled_one_counts(read: Read) -> None:
    header = "title,start_time,end_time,exercise_title,set_index,set_type,reps,weight_kg,weight_lbs\n"
    file = header + "A,2024-01-15T10:00:00Z,,Squat,1,1,5,0,100\nA,2024-01-15T10:00:00Z,,Squat,2,1,5,50,110.2\n"
    assert [s.weight_kg for s in read(file, unit=None).logs[0].entries[0].sets] == [pytest.approx(45.359), 50]


@pytest.mark.parametrize(
    "start",
    [
        "1 Sep 2026, 17:00",
        "1 Sept. 2026, 17:00",
        "1. September 2026 um 17:00",
        "1 sept. 2026, 17:00",
        "1 sept 2026, 17:00",
        "1 de set. de 2026, 17:00",
        "1 set 2026, 17:00",
        "1 сент. 2026 г., 17:00",
        "1 Eyl 2026, 17:00",
        "1 wrz 2026, 17:00",
        "1 9월 2026, 17:00",
        "2026년 9월 1일 오후 5:00",
        "2026年9月1日 17:00",
        "1 9月 2026, 17:00",
        "2026年9月1日 下午5:00",
        "Sep 1, 2026, 5:00 PM",
        "1 sep. 2026 5:00 p. m.",
        "01.09.2026, 17:00",
        "1. 9. 2026 17:00",
        "2026-09-01 17:00",
        "1 thg 9, 2026, 17:00",
        "1 ก.ย. 2569 17:00",
        "1 Σεπ 2026, 17:00",
        "1 בספט׳ 2026, 17:00",
        "1. syysk. 2026 klo 17.00",
        "2026. szept. 1. 17:00",
        "1 вер. 2026 р., 17:00",
        "1 zář 2026, 17:00",
        "1 سبتمبر 2026, 17:00",
    ],
)
def test_a_date_in_any_of_these_languages_is_the_same_moment(read: Read, start: str) -> None:
    found = read(HEADER + row(start=start, end=""))
    assert found.warnings == []
    assert found.logs[0].started_at == datetime(2026, 9, 1, 17, tzinfo=UTC)


def test_a_month_name_that_two_languages_share_is_settled_by_the_rest_of_the_file(read: Read) -> None:
    polish = read(HEADER + row(start="3 lis 2026, 10:00", end="") + row(start="3 wrz 2026, 10:00", end=""))
    croatian = read(HEADER + row(start="3 lis 2026, 10:00", end="") + row(start="3 ruj 2026, 10:00", end=""))
    alone = read(HEADER + row(start="3 lis 2026, 10:00", end=""))
    assert [log.started_at.month for log in polish.logs] == [11, 9]
    assert [log.started_at.month for log in croatian.logs] == [10, 9]
    assert (alone.logs, alone.rows_reported) == ([], 1)


@pytest.mark.parametrize("start", ["12 Mär. 2026, 08:15", "12 mar 2026, 08:15", "12 mar. 2026 08:15"])
def test_a_whole_month_word_outweighs_the_stem_of_another_languages(read: Read, start: str) -> None:
    found = read(HEADER + row(start=start, end=""))
    assert [log.started_at.month for log in found.logs] == [3]


def test_a_day_that_could_be_a_month_is_settled_by_the_file_or_reported(read: Read) -> None:
    settled = read(HEADER + row(start="04/03/2026 10:00", end="") + row(start="25/03/2026 10:00", end=""))
    alone = read(HEADER + row(start="04/03/2026 10:00", end=""))
    assert (settled.logs[0].started_at.month, settled.logs[0].started_at.day) == (3, 4)
    assert (alone.logs, alone.rows_reported, "two ways" in alone.warnings[0].message) == ([], 1, True)


def test_line_breaks_in_notes_written_out_or_real_are_kept_and_lines_still_count(read: Read) -> None:
    file = HEADER + row(notes="belt on\\nslow", about="first\nsecond, with a comma") + row(index=1, values="x,5,,,")
    found = read(file)
    assert found.logs[0].entries[0].notes == "belt on\nslow"
    assert found.logs[0].notes == "first\nsecond, with a comma"
    assert [warning.line for warning in found.warnings] == [4]


def test_two_workouts_that_share_title_and_start_stay_two_with_ids_that_survive_another_order(read: Read) -> None:
    first = row(end="5 Jun 2026, 18:50", values="80,8,,,")
    second = row(end="5 Jun 2026, 18:45", values="90,8,,,")
    one, other = read(HEADER + first + second), read(HEADER + second + first)
    assert len(one.logs) == 2
    assert {log.id: log for log in one.logs} == {log.id: log for log in other.logs}
    assert len({log.id for log in one.logs}) == 2


def test_a_later_export_with_more_workouts_gives_the_old_ones_their_ids_again(read: Read) -> None:
    old, new = row(), row(start="9 Jun 2026, 18:00", end="9 Jun 2026, 19:00")
    early, late = read(HEADER + old), read(HEADER + new + old)
    assert early.logs[0].id == late.logs[1].id
    assert early.logs == read(HEADER + old).logs


def test_alternating_supersets_keep_one_entry_an_exercise(read: Read) -> None:
    rows = [row(exercise=name, index=index) for index in range(3) for name in ("Squat (Barbell)", "Plank")]
    assert [len(e.sets) for e in read(HEADER + "".join(rows)).logs[0].entries] == [3, 3]


def test_an_end_before_the_start_is_left_out_and_said(read: Read) -> None:
    found = read(HEADER + row(end="5 Jun 2026, 17:00"))
    assert found.logs[0].ended_at is None
    assert found.warnings[0].line == 2


def test_a_row_that_swallowed_its_neighbour_by_a_missing_quote_is_read_line_by_line(read: Read) -> None:
    broken = row(index=1).replace('"normal"', '"normal')
    found = read(HEADER + row(index=0) + broken + row(index=2) + row(index=3))
    assert found.sets + found.rows_reported == 4
    assert found.sets >= 3


def test_a_header_alone_is_an_empty_history_that_says_so(read: Read) -> None:
    found = read(HEADER)
    assert (found.logs, found.rows, found.warnings[0].line) == ([], 0, 1)
