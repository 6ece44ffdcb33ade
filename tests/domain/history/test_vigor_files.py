"""Vigor's own files, out and in again: nothing lost in JSON or CSV, and no formula for a spreadsheet to run."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from shared.domain.history.csv_out import HEADER, defused, restored, write_csv
from shared.domain.history.report import Imported
from shared.domain.history.vigor import Account, ConsentGiven, ExportDocument, export_document
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.domain.plan import DraftPlan, Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Injury, Profile, Screening
from shared.errors import KindUnknown, UnreadableFile

Read = Callable[..., Imported]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=40)
names = texts.filter(bool)
halves = st.integers(0, 20).map(lambda n: n / 2)
moments = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(2090, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)  # fmt: skip
ids = st.from_regex(r"\A[A-Za-z0-9._-]{8,64}\Z")
JSON_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
sets = st.builds(
    LoggedSet,
    kind=st.sampled_from(["warm_up", "working", "drop", "failure"]),
    reps=st.none() | st.integers(0, 1000),
    weight_kg=st.none() | st.floats(-300, 1000),
    rpe=st.none() | halves,
    seconds=st.none() | st.floats(0, 86_400),
    distance_m=st.none() | st.floats(0, 1e6),
)
entries = st.builds(
    Entry, exercise_id=st.none() | names, name=names, notes=st.none() | names, sets=st.lists(sets, max_size=4)
)
logs = st.builds(
    lambda span, **given: Log(ended_at=None if span is None else given["started_at"] + span, **given),
    span=st.none() | st.timedeltas(timedelta(0), timedelta(hours=5)),
    id=ids,
    plan_id=st.none() | names,
    day=st.none() | st.integers(1, 7),
    title=st.none() | names,
    started_at=moments,
    notes=st.none() | names,
    session_rpe=st.none() | halves,
    entries=st.lists(entries, max_size=4),
)
log_lists = st.lists(logs, max_size=4, unique_by=lambda log: log.id)
profiles = st.builds(
    Profile,
    days_per_week=st.integers(1, 6),
    birth_year=st.none() | st.integers(1920, 2015),
    height_cm=st.none() | st.floats(80, 260),
    injuries=st.lists(st.builds(Injury, region=st.sampled_from(["knee", "other"]), note=st.none() | texts), max_size=3),
    screening=st.builds(Screening, pregnant=st.none() | st.booleans(), cleared=st.none() | st.booleans()),
)
documents = st.builds(
    export_document,
    st.builds(Account, id=texts, email=texts, username=texts, display_name=st.none() | texts),
    exported_at=moments,
    profile=st.none() | profiles,
    logs=log_lists,
    metrics=st.lists(
        st.builds(
            KeptMetric,
            id=st.from_regex(r"\A[A-Za-z0-9._-]{1,40}\Z"),
            date=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
            weight_kg=st.floats(20, 400),
            measurements_cm=st.none()
            | st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_]{0,9}\Z"), st.floats(1, 300), max_size=5),
        ),
        max_size=3,
    ),
    messages=st.lists(
        st.builds(
            CoachMessage,
            id=st.from_regex(r"\A[0-9]{15}-[0-9a-f]{16}\Z"),
            at=moments,
            role=st.sampled_from(["user", "coach"]),
            text=texts,
        ),
        max_size=3,
    ),
    consents=st.lists(
        st.builds(ConsentGiven, terms=st.just(True), health_data=st.booleans(), version=texts, given_at=moments),
        max_size=2,
    ),
    more=st.dictionaries(names, st.lists(st.dictionaries(texts, JSON_VALUES, max_size=3), max_size=2), max_size=2),
)


def a_plan() -> Plan:
    bench = PlannedExercise(exercise_id="bench", name="Bench", sets=3, reps=RepRange(min=6, max=10), rpe=8, rest_s=120)
    day = PlanDay(day=1, title="Push", estimated_minutes=40, exercises=[bench])
    draft = DraftPlan(
        name="Start", goal="strength", level="beginner", weeks=6, days=[day],
        source=Source(kind="offline", provider="offline", model="engine"),
    )  # fmt: skip
    return Plan(**draft.model_dump(), id="plan-1", created_at=datetime(2026, 1, 2, tzinfo=UTC), active=True)


def a_log(**changes: object) -> Log:
    given = {
        "id": "log-00000001",
        "title": "Push",
        "started_at": datetime(2026, 1, 5, 17, 30, tzinfo=UTC),
        "entries": [Entry(name="Bench", sets=[LoggedSet(reps=5, weight_kg=-20.5)])],
    }
    return Log.model_validate({**given, **changes})


@settings(max_examples=60, deadline=None)
@given(documents, st.sampled_from([None, 2]))
def test_a_document_comes_back_as_it_went_out(read: Read, document: ExportDocument, indent: int | None) -> None:
    found = read(document.model_dump_json(indent=indent).encode(), content_type="application/json")
    assert found.document is not None
    assert found.document.model_copy(update={"logs": found.logs}) == document.model_copy(update={"more": {}})
    assert (found.kind, found.rows_reported, found.warnings) == ("vigor", 0, [])


def test_plans_come_back_too_and_records_are_counted(read: Read) -> None:
    document = export_document(
        Account(id="u1", email="a@example.org", username="ann"),
        exported_at=datetime(2026, 2, 1, tzinfo=UTC),
        profile=Profile(),
        plans=[a_plan()],
        logs=[a_log()],
        metrics=[KeptMetric(id="m1", date=date(2026, 1, 1), resting_hr=55)],
    )
    found = read(document.model_dump_json().encode())
    assert found.document is not None
    assert found.document.plans == [a_plan()]
    assert (found.rows, found.rows_read, found.sets, found.custom_exercises) == (4, 4, 1, ["Bench"])


def test_a_record_that_cannot_be_kept_costs_only_itself_and_is_reported_by_its_line(read: Read) -> None:
    document = export_document(
        Account(id="u1", email="a@example.org", username="ann"),
        exported_at=datetime(2026, 2, 1, tzinfo=UTC),
        logs=[a_log(), a_log(id="log-00000002")],
    )
    raw = json.loads(document.model_dump_json())
    raw["logs"].insert(1, {"id": "x"})
    raw["secrets"] = [1]
    raw["metrics"] = "none"
    lines = json.dumps(raw, indent=1).split("\n")
    found = read("\n".join(lines), content_type="application/json")
    assert [log.id for log in found.logs] == ["log-00000001", "log-00000002"]
    bad = next(at for at, line in enumerate(lines, start=1) if line.strip() == '"id": "x"') - 1
    assert bad in {warning.line for warning in found.warnings}
    assert (found.rows, found.rows_reported, len(found.warnings)) == (4, 2, 3)


def test_a_document_without_its_frame_or_of_another_version_is_refused(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="account"):
        read('{"vigor_export": 1, "exported_at": "2026-01-01T00:00:00Z"}')
    with pytest.raises(KindUnknown, match="version 1"):
        read('{"vigor_export": 2}')


@settings(max_examples=80, deadline=None)
@given(log_lists)
def test_logs_written_as_csv_come_back_without_loss(read: Read, written: list[Log]) -> None:
    found = read(write_csv(written))
    assert found.logs == written
    assert found.rows_reported == 0
    assert found.kind == "vigor"


@given(st.text(alphabet=";\t\r\n '=+-@|\"ab＝\u200b\ufeff", max_size=20) | texts)
def test_defusing_is_undone_exactly_and_leaves_no_cell_that_begins_a_formula(text: str) -> None:
    safe = defused(text)
    assert restored(safe) == text
    assert not safe.startswith(("\t", "\r", "\n"))
    for delimiter in (";", "\t", "\n", "\r"):
        assert all(not cell.strip(' "\u200b\ufeff').startswith(("=", "+", "-", "@")) for cell in safe.split(delimiter))


@pytest.mark.parametrize("blank", ["\n", " ", '"', "\t"])
def test_a_cell_of_nothing_but_blanks_is_read_once_and_not_once_a_blank(blank: str) -> None:
    cell = "x" + blank * 60_000 + "y"
    assert restored(defused(cell)) == cell
    assert defused(f"{cell};=1").endswith(";'=1")


@pytest.mark.parametrize(
    "trick", ['=HYPERLINK("http://x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "a;=1+1", "＝1"]
)
def test_a_formula_in_any_text_is_defused_in_the_file_and_restored_on_import(read: Read, trick: str) -> None:
    log = a_log(title=trick, notes=trick, entries=[Entry(name=trick, notes=trick, sets=[LoggedSet(reps=1)])])
    data = write_csv([log])
    (cells,) = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    assert all(not cell.lstrip(" \t").startswith(("=", "+", "@", "-", "＝")) for cell in cells)
    assert read(data).logs == [log]


def test_the_csv_is_what_excel_expects() -> None:
    data = write_csv([a_log()])
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == ",".join(f'"{name}"' for name in HEADER)
    assert lines[1].endswith('"working",5,-20.5,"","",""')
    assert lines[2:] == [""]


def test_a_csv_row_that_cannot_be_kept_is_reported_and_the_others_stay(read: Read) -> None:
    lines = write_csv([a_log(), a_log(id="log-00000002"), a_log(id="log-00000003")]).decode("utf-8-sig").split("\r\n")
    lines[1] = lines[1].replace(",5,", ",many,")
    lines[2] = lines[2].replace("2026-01-05T17:30:00+00:00", "some day")
    found = read("\n".join(lines))
    assert [log.id for log in found.logs] == ["log-00000003"]
    assert [warning.line for warning in found.warnings] == [2, 3]
    assert (found.rows, found.rows_reported) == (3, 2)
