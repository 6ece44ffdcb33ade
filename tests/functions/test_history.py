"""History files over HTTP: counted, reported by line, added once, undone without a trace, restored without a loss."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.domain.catalogue import catalogue
from shared.domain.history.reader import read_history
from shared.importing import keep_import
from shared.storage.repositories.documents import user_partition
from tests.functions.conftest import PASSWORD, Api, Response, Someone
from tests.functions.test_training import a_log, with_plan

STRONG = (
    "Date;Workout Name;Duration;Exercise Name;Set Order;Weight;Reps;Distance;Seconds;Notes;Workout Notes;RPE\n"
    "2026-03-01 10:00:00;Push;1h;Bench Press (Barbell);1;80,5;5;0;0;;;8\n"
    "2026-03-01 10:00:00;Push;1h;Grandfather's Anvil Lift;1;40;8;0;0;;;\n"
    "2026-03-03 10:00:00;Legs;1h;Squat (Barbell);1;heavy;5;0;0;;;\n"
    "2026-03-03 10:00:00;Legs;1h;Squat (Barbell);2;100;5;0;0;;;\n"
)
HEVY = (
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index",'
    '"set_type","weight_kg","reps","distance_km","duration_seconds","rpe"\n'
    '"Day","1 Sept. 2026, 10:00","1 Sept. 2026, 11:00","","Deadlift (Barbell)",,"",0,"normal",120,5,,,8\n'
)
FITNOTES = "Date,Exercise,Category,Weight (kgs),Reps,Distance,Distance Unit,Time,Comment\n2026-03-02,Deadlift,Back,150.0,3,,,,\n"
JEFIT = (
    "### WORKOUT SESSIONS ###\n_id,mydate,starttime,starttimie,total_time\n7,2024-03-05,1709661600,,3600\n#####\n\n"
    '### EXERCISE LOGS ###\nbelongsession,ename,logs\n7,Deadlift,"100x5,100xmany,60x8"\n#####\n'
)


async def send(person: Someone, file: str, query: str = "?unit=kg", content_type: str = "text/csv") -> Response:
    return await person("POST", f"workouts/imports{query}", file.encode(), Content_Type=content_type)


async def documents(api: Api, person: Someone) -> dict[str, Mapping[str, Any]]:
    """Every document of the person, by id, but for the sessions that calls themselves touch."""
    found: dict[str, Mapping[str, Any]] = {}
    cursor: str | None = None
    while True:
        page = await api.app.store.page(user_partition(person.id), limit=100, cursor=cursor)
        found |= {one.id: one.body for one in page.documents if not one.id.startswith("session:")}
        if (cursor := page.cursor) is None:
            return found


@pytest.mark.parametrize(
    ("kind", "file", "counts", "bad_lines"),
    [
        ("strong", STRONG, (2, 3), [4]),
        ("hevy", HEVY, (1, 1), []),
        ("fitnotes", FITNOTES, (1, 1), []),
        ("jefit", JEFIT, (1, 2), [8]),
    ],
)
async def test_each_kind_is_found_and_counted_and_what_could_not_be_read_has_its_line(
    api: Api, kind: str, file: str, counts: tuple[int, int], bad_lines: list[int]
) -> None:
    anna = await api.member()
    made = await send(anna, file)
    assert made.status == 201, made.json
    assert (made.json["kind"], made.json["workouts"], made.json["sets"]) == (kind, *counts)
    assert [warning["line"] for warning in made.json["warnings"]] == bad_lines
    assert (await anna("GET", f"workouts/imports/{made.json['id']}")).json == made.json
    assert len((await anna("GET", "workouts/logs")).json["items"]) == counts[0]


async def test_a_unit_that_the_file_does_not_state_is_asked_for_and_an_unknown_kind_is_said(api: Api) -> None:
    anna = await api.member()
    before = await documents(api, anna)
    unit, kind = await send(anna, STRONG, ""), await send(anna, "colour,taste\nred,sweet\n")
    assert (unit.status, unit.json["code"]) == (422, "unit_needed")
    assert (kind.status, kind.json["code"]) == (422, "kind_unknown")
    assert await documents(api, anna) == before


async def test_an_exercise_that_the_catalogue_lacks_is_kept_under_its_own_name_and_listed(api: Api) -> None:
    anna = await api.member()
    made = await send(anna, STRONG)
    assert made.json["custom_exercises"] == ["Grandfather's Anvil Lift"]
    names = [
        entry.get("name") for log in (await anna("GET", "workouts/logs")).json["items"] for entry in log["entries"]
    ]
    assert "Grandfather's Anvil Lift" in names


@pytest.mark.parametrize("file", [STRONG, HEVY, FITNOTES, JEFIT])
async def test_the_same_file_twice_adds_nothing_and_undoing_leaves_no_trace(api: Api, file: str) -> None:
    anna = await api.member()
    await anna("POST", "workouts/logs", a_log())
    before = await documents(api, anna)
    first = await send(anna, file)
    once = await documents(api, anna)
    second = await send(anna, file)
    assert (second.json["workouts"], second.json["sets"]) == (0, 0)
    assert second.json["duplicates"] == first.json["workouts"]
    assert (await anna("DELETE", f"workouts/imports/{second.json['id']}")).status == 204
    assert await documents(api, anna) == once
    assert (await anna("DELETE", f"workouts/imports/{first.json['id']}")).status == 204
    assert await documents(api, anna) == before
    assert (await anna("DELETE", f"workouts/imports/{first.json['id']}")).status == 404


@pytest.mark.parametrize("file", [STRONG, HEVY, FITNOTES, JEFIT])
async def test_a_preview_reports_what_an_import_would_bring_and_keeps_nothing(api: Api, file: str) -> None:
    anna = await api.member()
    before = await documents(api, anna)
    preview = await send(anna, file, "?unit=kg&preview=true")
    assert preview.status == 200
    assert await documents(api, anna) == before
    assert (await anna("GET", "workouts/imports")).json["items"] == []
    made = await send(anna, file)
    assert made.status == 201
    assert made.json | {"id": ""} == preview.json | {"id": ""}
    after = (await send(anna, file, "?unit=kg&preview=true")).json
    assert (after["workouts"], after["duplicates"]) == (0, made.json["workouts"])


HOSTILE = [
    "",
    "\ufeff",
    STRONG.splitlines()[0],
    STRONG.replace("2026-03-01 10:00:00", "31.02.2026"),
    STRONG.replace("80,5", "1e999"),
    STRONG.replace("80,5", "NaN"),
    STRONG + '"' * 5001,
    HEVY.replace("120,5", '-120,"5'),
    JEFIT.replace("100xmany", "x" * 3000),
    JEFIT.replace("7,Deadlift", "8,Deadlift"),
    FITNOTES.replace("150.0", "\0"),
    '{"vigor_export": 1,',
    '{"vigor_export": 1, "exported_at": "never", "account": 3, "logs": [{}, 5, null]}',
    "[" * 5000,
]


@pytest.mark.parametrize("at", range(len(HOSTILE)))
async def test_a_hostile_file_ends_in_a_report_or_in_a_sentence_that_says_what_is_wrong(api: Api, at: int) -> None:
    anna = await api.member()
    made = await send(anna, HOSTILE[at], content_type="application/json" if HOSTILE[at][:1] in "{[" else "text/csv")
    if made.status == 201:
        assert made.json["warnings"] or made.json["sets"] > 0
    else:
        assert made.status == 422
        assert len(made.json["detail"]) > 20


async def test_an_export_restores_into_an_empty_account_with_nothing_lost_and_undoes_without_a_trace(api: Api) -> None:
    anna, plan = await with_plan(api)
    await anna("POST", "workouts/logs", a_log(plan_id=plan["id"], day=1))
    assert (await anna("POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": 71.5})).status == 201
    await send(anna, STRONG)
    export = await anna("GET", "me/export")
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    again = await api.member("anna2")
    before = await documents(api, again)
    made = await send(again, export.body.decode(), "", "application/json")
    assert made.status == 201, made.json
    restored = await again("GET", "me/export")
    for part in ("profile", "plans", "logs", "metrics", "messages"):
        assert restored.json[part] == export.json[part], part
    assert (await again("GET", "workouts/next")).status == 200
    assert (await again("DELETE", f"workouts/imports/{made.json['id']}")).status == 204
    assert await documents(api, again) == before


async def test_an_import_cut_short_is_completed_by_the_same_file_and_undone_as_a_whole(api: Api) -> None:
    anna = await api.member()
    before = await documents(api, anna)
    imported = read_history(STRONG.encode(), content_type="text/csv", unit="kg", timezone="UTC", catalogue=catalogue())
    report = await keep_import(api.app, anna.id, imported)
    cut = await api.app.imports.find(anna.id, report.id)
    assert cut is not None
    await api.app.logs.delete(anna.id, imported.logs[1].id)
    await api.app.imports.upsert(anna.id, report.id, cut.value.model_copy(update={"finished": False}))
    again = await send(anna, STRONG)
    assert (again.json["id"], again.json["workouts"], again.json["duplicates"]) == (report.id, 2, 0)
    assert len((await anna("GET", "workouts/logs")).json["items"]) == 2
    assert (await anna("DELETE", f"workouts/imports/{report.id}")).status == 204
    assert await documents(api, anna) == before


async def test_years_of_old_history_raise_no_load_of_the_next_session_by_more_than_a_tenth(api: Api) -> None:
    anna, plan = await with_plan(api)
    names = {one["exercise_id"]: one["name"] for day in plan["days"] for one in day["exercises"]}
    performed = {"kind": "working", "reps": 8, "weight_kg": 10, "rpe": 8}
    entries = [{"exercise_id": key, "sets": [performed] * 3} for key in names]
    assert (await anna("POST", "workouts/logs", a_log(entries=entries))).status == 201
    before = await loads(anna)
    rows = [f"2020-03-{day:02d},{name},x,200.0,12,,,,\n" for day in range(1, 29) for name in names.values()]
    made = await send(anna, FITNOTES.splitlines()[0] + "\n" + "".join(rows))
    assert made.json["workouts"] == 28
    after = await loads(anna)
    assert before
    assert all(after[key] <= load * 1.1 for key, load in before.items())


async def loads(person: Someone) -> dict[str, float]:
    """The loads of the next session in kilograms, by exercise."""
    answer = await person("GET", "workouts/next")
    return {one["exercise_id"]: one["load_kg"] for one in answer.json["exercises"] if one.get("load_kg")}


async def test_imports_are_listed_with_how_far_they_have_come(api: Api) -> None:
    anna = await api.member()
    report = (await send(anna, STRONG)).json
    listed = (await anna("GET", "workouts/imports")).json
    state = {name: report[name] for name in ("id", "kind", "workouts", "sets", "duplicates")}
    at = api.clock().isoformat().replace("+00:00", "Z")
    assert listed == {"items": [{**state, "at": at, "finished": True, "workouts_done": 2}], "next_cursor": None}
    assert (await (await api.member("ben"))("GET", "workouts/imports")).json["items"] == []


async def test_workouts_are_taken_along_as_a_table_that_a_spreadsheet_opens_safely_and_that_comes_back(
    api: Api,
) -> None:
    anna, ben = await api.member(), await api.member("ben")
    done = a_log("log-00000001", notes="=HYPERLINK(1)")
    assert (await anna("POST", "workouts/logs", done)).status == 201
    table = await anna("GET", "me/export?format=csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "vigor-workouts.csv" in table.headers["Content-Disposition"]
    assert b'"\'=HYPERLINK(1)"' in table.body
    assert (await send(ben, table.body.decode("utf-8-sig"), query="")).json["workouts"] == 1
    kept = (await anna("GET", "workouts/logs/log-00000001")).json
    assert (await ben("GET", "workouts/logs/log-00000001")).json == kept
    assert (await anna("GET", "me/export?format=xml")).status == 422
