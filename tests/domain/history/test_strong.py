"""Strong's exports: both layouts, units that are asked for, marks of set order, and the traps of spreadsheets."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.domain.history.report import Imported
from shared.errors import UnitNeeded

Read = Callable[..., Imported]


OLD = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
NEW = (
    "Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);"
    "Seconds;Notes;Workout Notes\n"
)


def test_a_workout_becomes_a_log_with_its_sets_in_order(read: Read) -> None:
    file = OLD + (
        '2024-03-05 18:10:00,"Push",1h 5m,"Bench Press (Barbell)",W,40.0,10,0,0,"","Slept well",\n'
        '2024-03-05 18:10:00,"Push",1h 5m,"Bench Press (Barbell)",1,80.0,5,0,0,"tight grip",,8\n'
        '2024-03-05 18:10:00,"Push",1h 5m,"Bench Press (Barbell)",D,60.0,9,0,0,,,\n'
        '2024-03-05 18:10:00,"Push",1h 5m,"Bench Press (Barbell)",F,60.0,6,0,0,,,9.5\n'
        '2024-03-05 18:10:00,"Push",1h 5m,"Plank",1,0,0,0,45,,,\n'
        '2024-03-05 18:10:00,"Push",1h 5m,"Rowing",1,0,0,2,600,,,\n'
    )
    found = read(file)
    (log,) = found.logs
    bench, plank, rowing = log.entries
    assert (log.title, log.notes, log.started_at) == ("Push", "Slept well", datetime(2024, 3, 5, 18, 10, tzinfo=UTC))
    assert log.ended_at == datetime(2024, 3, 5, 19, 15, tzinfo=UTC)
    assert (bench.exercise_id, bench.notes) == ("barbell-bench-press", "tight grip")
    assert [(s.kind, s.weight_kg, s.reps, s.rpe) for s in bench.sets] == [
        ("warm_up", 40, 10, None),
        ("working", 80, 5, 8),
        ("drop", 60, 9, None),
        ("failure", 60, 6, 9.5),
    ]
    assert (plank.sets[0].seconds, plank.sets[0].weight_kg, plank.sets[0].reps) == (45, None, None)
    assert rowing.sets[0].distance_m == 2000
    assert (found.kind, found.sets, found.custom_exercises) == ("strong", 6, ["Rowing"])
    assert found.warnings == []


def test_a_file_without_a_unit_asks_for_it_and_pounds_become_kilograms(read: Read) -> None:
    file = OLD + "2024-03-05 18:10:00,A,1h,Squat,1,225,5,0,0,,,\n"
    with pytest.raises(UnitNeeded, match="kilograms or pounds"):
        read(file, unit=None)
    assert read(file, unit="lb").logs[0].entries[0].sets[0].weight_kg == pytest.approx(102.058)


def test_a_file_in_which_no_weight_counts_needs_no_unit(read: Read) -> None:
    file = OLD + "2024-03-05 18:10:00,A,1h,Pull Up,1,0.0,8,0,0,,,\n"
    assert read(file, unit=None).logs[0].entries[0].sets[0].reps == 8


def test_the_semicolon_layout_states_its_unit_and_reads_decimal_commas(read: Read) -> None:
    file = NEW + (
        '"7";"2025-06-01 18:00:00";"Upper";"3720";"Pull Up";"1";"-20,5";"6";"8,5";"";"";"";""\r\n'
        '"7";"2025-06-01 18:00:00";"Upper";"3720";"Pull Up";"Rest Timer";"";"";"";"";"90";"";""\r\n'
        '"7";"2025-06-01 18:00:00";"Upper";"3720";"Run";"1";"";"";"";"5000";"1500";"";""\r\n'
    ).replace("\n", "\r\n")
    found = read(file, unit=None)
    pull_up, run = found.logs[0].entries
    assert (pull_up.sets[0].weight_kg, pull_up.sets[0].rpe) == (-20.5, 8.5)
    assert run.sets[0].distance_m == 5000
    assert (found.sets, found.rows_read, found.rows_reported) == (2, 3, 0)


def test_the_file_s_own_unit_wins_over_the_caller_s_and_says_so(read: Read) -> None:
    file = NEW + "1;2025-06-01 18:00:00;Upper;60;Squat;1;100;5;;;;;\n"
    found = read(file, unit="lb")
    assert found.logs[0].entries[0].sets[0].weight_kg == 100
    assert [warning.line for warning in found.warnings] == [1]


def test_a_unit_beside_each_weight_is_used_row_by_row(read: Read) -> None:
    header = (
        "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes\n"
    )
    file = header + (
        "2019-01-11 12:31:54;Leg;Deadlift;1;20;kg;5;;;;0;\n"
        "2019-01-11 12:31:54;Leg;Deadlift;2;100;lbs;5;;;;0;\n"
        "2019-01-11 12:31:54;Leg;Run;1;;;;;1,5;mi;600;\n"
    )
    entries = read(file, unit=None).logs[0].entries
    assert [s.weight_kg for s in entries[0].sets] == [20, pytest.approx(45.359)]
    assert entries[1].sets[0].distance_m == pytest.approx(2414.016)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("yesterday,A,1h,Squat,1,100,5,0,0,,,", "date"),
        ("2024-02-30 10:00:00,A,1h,Squat,1,100,5,0,0,,,", "date"),
        ("2024-03-05 18:10:00,A,1h,,1,100,5,0,0,,,", "no name"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,heavy,5,0,0,,,", "weight"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,Infinity,5,0,0,,,", "not a number"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,nan,5,0,0,,,", "not a number"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,1e10,5,0,0,,,", "outside"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,100,1001,0,0,,,", "outside"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,100,-3,0,0,,,", "outside"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,100,5,0,90000,,,", "outside"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,0,0,0,0,,,", "planned"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,100,,0,0,,,", "planned"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,82,5,5,0,0,,,8", "cells"),
        ("2024-03-05 18:10:00,A,1h,Squat,1,100", "cut short"),
    ],
)
def test_a_row_that_cannot_be_read_is_reported_with_its_line_and_the_rest_is_kept(
    read: Read, row: str, why: str
) -> None:
    good = "2024-03-05 18:10:00,A,1h,Squat,1,100,5,0,0,,,\n"
    found = read(OLD + good + row + "\n" + good.replace(",1,100", ",2,100"))
    assert found.sets == 2
    assert [warning.line for warning in found.warnings] == [3]
    assert why in found.warnings[0].message
    assert (found.rows, found.rows_read, found.rows_reported) == (3, 2, 1)


def test_an_unreadable_rpe_costs_only_itself(read: Read) -> None:
    found = read(OLD + "2024-03-05 18:10:00,A,1h,Squat,1,100,5,0,0,,,eight\n")
    assert found.logs[0].entries[0].sets[0].rpe is None
    assert (found.sets, found.rows_reported, found.warnings[0].line) == (1, 0, 2)


def test_reps_written_as_fractions_are_whole_and_a_part_rep_is_noted(read: Read) -> None:
    found = read(
        OLD + "2024-03-05 18:10:00,A,1h,Squat,1,100,5.0,0,0,,,\n2024-03-05 18:10:00,A,1h,Squat,2,100,4.5,0,0,,,\n"
    )
    assert [s.reps for s in found.logs[0].entries[0].sets] == [5, 4]
    assert [warning.line for warning in found.warnings] == [3]


def test_weight_on_an_assisted_exercise_is_assistance(read: Read) -> None:
    found = read(OLD + "2024-03-05 18:10:00,A,1h,Pull Up (Assisted),1,30,8,0,0,,,\n")
    assert found.logs[0].entries[0].sets[0].weight_kg == -30


def test_a_byte_order_mark_utf_16_and_windows_1252_are_all_read(read: Read) -> None:
    file = OLD + "2024-03-05 18:10:00,Früh,1h,Squat,1,100,5,0,0,,,\n"
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        assert read(file.encode(encoding)).logs[0].title == "Früh"


def test_excel_s_own_first_line_and_blank_lines_are_no_rows(read: Read) -> None:
    found = read("sep=,\n\n" + OLD + "\n2024-03-05 18:10:00,A,1h,Squat,1,100,x,0,0,,,\n,,,,,,,,,,,\n")
    assert (found.rows, found.warnings[0].line) == (1, 5)


def test_dates_of_every_spelling_fall_into_the_same_workout(read: Read) -> None:
    spellings = [
        "2024-01-15 10:30:00", "2024-01-15T10:30:00Z", "2024-01-15T10:30", "2024-01-15T16:00:00+05:30",
        "01/15/2024 10:30", "15 Jan 2024 10:30", '"Jan 15, 2024 10:30 AM"', "15.01.2024 10:30", "2024/01/15 10:30",
    ]  # fmt: skip
    rows = [f"{date},Morning,1h,Squat,{place},100,5,0,0,,,\n" for place, date in enumerate(spellings, start=1)]
    found = read(OLD + "".join(rows))
    assert found.warnings == []
    assert [len(log.entries[0].sets) for log in found.logs] == [len(spellings)]


def test_times_without_a_zone_are_local_and_ids_do_not_depend_on_the_zone_or_unit(read: Read) -> None:
    file = OLD + "2024-07-05 18:10:00,A,1h,Squat,1,100,5,0,0,,,\n2024-07-06,A,1h,Squat,1,100,5,0,0,,,\n"
    here, there = read(file, timezone="America/New_York"), read(file, timezone="Asia/Tokyo", unit="lb")
    assert here.logs[0].started_at == datetime(2024, 7, 5, 22, 10, tzinfo=UTC)
    assert there.logs[1].started_at == datetime(2024, 7, 6, 3, 0, tzinfo=UTC)
    assert [log.id for log in here.logs] == [log.id for log in there.logs]


def test_the_same_exercise_twice_in_a_workout_is_two_entries(read: Read) -> None:
    rows = "".join(f"2024-03-05 18:10:00,A,1h,{name},{order},50,5,0,0,,,\n" for name, order in
                   [("Squat", 1), ("Squat", 2), ("Plank", 1), ("Squat", 1)])  # fmt: skip
    found = read(OLD + rows)
    assert [(e.exercise_id, len(e.sets)) for e in found.logs[0].entries] == [
        ("barbell-back-squat", 2),
        ("plank", 1),
        ("barbell-back-squat", 1),
    ]


def test_what_exceeds_a_log_s_limits_is_split_and_said(read: Read) -> None:
    many_sets = "".join(f"2024-03-05 18:10:00,A,1h,Squat,{n},50,5,0,0,,,\n" for n in range(1, 251))
    many_exercises = "".join(f"2024-03-06 18:10:00,B,1h,Exercise {n},1,50,5,0,0,,,\n" for n in range(120))
    long = f"2024-03-07 18:10:00,{'T' * 300},1h,{'N' * 200},1,50,5,0,0,{'n' * 3000},,\n"
    found = read(OLD + many_sets + many_exercises + long)
    assert found.sets == sum(len(e.sets) for log in found.logs for e in log.entries) == 371
    assert [len(e.sets) for e in found.logs[0].entries] == [100, 100, 50]
    assert [len(log.entries) for log in found.logs[1:4]] == [50, 50, 20]
    assert len({log.id for log in found.logs}) == len(found.logs) == 5
    assert [warning.line for warning in found.warnings] == [2, 252, 372, 372, 372]


def test_a_quote_that_never_closes_costs_its_own_line_only(read: Read) -> None:
    good = "2024-03-05 18:10:00,A,1h,Squat,{},100,5,0,0,,,\n"
    bad = '2024-03-05 18:10:00,A,1h,"Squat,9,100,5,0,0,,,\n'
    found = read(OLD + good.format(1) + bad + good.format(2) + good.format(3))
    assert found.sets == 3
    assert [warning.line for warning in found.warnings] == [3]


def test_an_inch_mark_inside_a_name_is_just_a_character(read: Read) -> None:
    good = '2024-03-05 18:10:00,A,1h,4" Deficit Deadlift,{},100,5,0,0,,,\n'
    found = read(OLD + good.format(1) + good.format(2))
    assert (found.sets, found.custom_exercises, found.warnings) == (2, ['4" Deficit Deadlift'], [])
