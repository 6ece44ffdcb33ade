"""FitNotes' flat rows, and JEFIT's sections with packed sets."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.domain.history.report import Imported
from shared.errors import KindUnknown, UnitNeeded, UnreadableFile

Read = Callable[..., Imported]


FITNOTES = "Date,Exercise,Category,Weight ({}),Reps,Distance,Distance Unit,Time,Comment\n"
IOS = (
    "Name,StartTime,EndTime,BodyWeight,Exercise,Equipment,Reps,Weight,Time,Distance,Status,IsWarmup,RPE,RIR,"
    "Categories,Note\n"
)


def jefit(
    logs: str, *, sessions: str = "7,2024-03-05,1709661600,,3600\n", settings: str = "", columns: str = ""
) -> str:
    parts = [
        f"### SETTING ##########\nrow_id,mass,length\n1,{settings},cm\n" if settings else "",
        f"### WORKOUT SESSIONS ###\n_id,mydate,starttime,starttimie,total_time\n{sessions}#####\n\n",
        f"### EXERCISE LOGS ###\nbelongsession,ename,logs{columns}\n{logs}#####\n",
    ]
    return "".join(parts)


def test_a_day_of_fitnotes_is_one_workout_at_noon(read: Read) -> None:
    file = FITNOTES.format("kgs") + (
        '2026-03-02,Deadlift,Back,150.0,3,,,,"Felt strong"\n'
        "2026-03-02,Plank,Abs,0.0,,,,0:01:30,\n"
        "2026-03-02,Rowing,Cardio,,,200.0,m,0:01:48,\n"
        "2026-03-04,Squat,Legs,100.0,5,,,,\n"
    )
    found = read(file, unit=None, timezone="Pacific/Auckland")
    first, second = found.logs
    assert (first.title, first.started_at) == (None, datetime(2026, 3, 1, 23, tzinfo=UTC))
    assert first.entries[0].notes == "Felt strong"
    assert [entry.sets[0].seconds for entry in first.entries] == [None, 90, 108]
    assert first.entries[2].sets[0].distance_m == 200
    assert second.entries[0].sets[0].weight_kg == 100
    assert (found.kind, found.sets, found.warnings) == ("fitnotes", 4, [])


def test_fitnotes_units_come_from_the_header_the_row_or_the_caller(read: Read) -> None:
    bare = "Date,Exercise,Category,Weight,Reps,Distance,Distance Unit,Time\n2026-03-02,Squat,Legs,100,5,,,\n"
    beside = bare.replace("Weight,", "Weight,Weight Unit,").replace("100,", "100,lbs,")
    with pytest.raises(UnitNeeded):
        read(bare, unit=None)
    assert read(beside, unit=None).logs[0].entries[0].sets[0].weight_kg == pytest.approx(45.359)
    pounds = FITNOTES.format("lbs") + "2026-03-02,Squat,Legs,100,5,,,,\n"
    assert read(pounds, unit=None).logs[0].entries[0].sets[0].weight_kg == pytest.approx(45.359)


def test_the_ios_layout_has_workouts_warm_ups_and_planned_sets(read: Read) -> None:
    file = IOS + (
        'Push,2025-02-23T10:13:53Z,2025-02-23T11:08:47Z,"94,0",Bench Press,Barbell,8,"60,0",,,Done,true,,,Chest,\n'
        'Push,2025-02-23T10:13:53Z,2025-02-23T11:08:47Z,"94,0",Bench Press,Barbell,6,"82,5",,,Done,no,,2,Chest,easy\n'
        'Push,2025-02-23T10:13:53Z,2025-02-23T11:08:47Z,"94,0",Bench Press,Barbell,6,"82,5",,,Planned,false,,,Chest,\n'
    )
    found = read(file)
    (log,) = found.logs
    assert [(s.kind, s.weight_kg, s.rpe) for s in log.entries[0].sets] == [("warm_up", 60, None), ("working", 82.5, 8)]
    assert (log.title, log.ended_at) == ("Push", datetime(2025, 2, 23, 11, 8, 47, tzinfo=UTC))
    assert (found.rows_reported, found.warnings[0].line) == (1, 4)


def test_packed_sets_are_unpacked_under_their_session(read: Read) -> None:
    found = read(jefit('7,"Squat","100x5,102.5x5,102.5x4"\n7,"Pull Up","0x12,0x10"\n'))
    (log,) = found.logs
    assert (log.started_at, log.ended_at) == (
        datetime(2024, 3, 5, 18, tzinfo=UTC),
        datetime(2024, 3, 5, 19, tzinfo=UTC),
    )
    assert [(s.weight_kg, s.reps) for s in log.entries[0].sets] == [(100, 5), (102.5, 5), (102.5, 4)]
    assert [(s.weight_kg, s.reps) for s in log.entries[1].sets] == [(None, 12), (None, 10)]
    assert (found.kind, found.sets, found.rows) == ("jefit", 5, 5)


def test_each_packed_set_that_is_none_is_reported_with_its_line(read: Read) -> None:
    found = read(jefit('7,"Squat","100x5,fivexten,60x,x8,70,60x8x2,NaNxNaN"\n7,"Deadlift",""\n'))
    assert (found.sets, found.rows, found.rows_reported) == (1, 7, 6)
    assert [warning.line for warning in found.warnings] == [8] * 6


def test_the_settings_tell_the_unit(read: Read) -> None:
    file = jefit('7,"Squat","100x5"\n', settings=" lbs")
    assert read(file, unit=None).logs[0].entries[0].sets[0].weight_kg == pytest.approx(45.359)
    with pytest.raises(UnitNeeded):
        read(jefit('7,"Squat","100x5"\n'), unit=None)


def test_a_line_that_only_looks_like_a_banner_is_read_once(read: Read) -> None:
    with pytest.raises(KindUnknown):
        read("##A" + " " * 60_000 + "b")


def test_a_log_of_a_missing_session_is_reported_unless_it_has_a_date_of_its_own(read: Read) -> None:
    found = read(jefit('9,"Squat","100x5,100x5"\n7,"Squat","90x5"\n'))
    assert (found.sets, found.rows_reported, "session" in found.warnings[0].message) == (1, 2, True)
    dated = read(jefit('9,"Squat","100x5",2024-03-09\n', columns=",mydate"))
    assert dated.logs[0].started_at == datetime(2024, 3, 9, 12, tzinfo=UTC)


def test_the_misspelt_start_column_and_the_bare_date_are_used_where_the_first_is_empty(read: Read) -> None:
    sessions = "7,2024-03-05,,1709661600,60\n8,2024-03-06,,,\n9,never,,,\n"
    found = read(jefit('7,"Squat","90x5"\n8,"Squat","90x5"\n9,"Squat","90x5"\n', sessions=sessions))
    assert [log.started_at.hour for log in found.logs] == [18, 12]
    assert (found.rows_reported, len(found.warnings)) == (1, 2)


def test_a_filler_weight_of_a_body_weight_exercise_is_no_weight(read: Read) -> None:
    found = read(jefit('7,"Pull Up","1x12,1x10"\n7,"Squat","1x5"\n'))
    assert [s.weight_kg for s in found.logs[0].entries[0].sets] == [None, None]
    assert found.logs[0].entries[1].sets[0].weight_kg == 1


def test_a_decimal_comma_inside_a_packed_set_is_reported_rather_than_read_wrong(read: Read) -> None:
    found = read(jefit('7,"Squat","82,5x5,80x5"\n'))
    assert [s.weight_kg for s in found.logs[0].entries[0].sets if s.weight_kg == 5] == []
    assert found.rows_reported >= 1


def test_a_packed_cardio_entry_is_reported_whole(read: Read) -> None:
    found = read(jefit('7,"Treadmill","0x0,0x0,0x0,0x10,0x60"\n'))
    assert (found.sets, found.rows_reported, len(found.warnings)) == (0, 5, 1)


def test_logs_without_their_columns_are_an_unreadable_file(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="ename"):
        read("### EXERCISE LOGS ###\na,b\n1,2\n")
