"""Whoever edits the SQLite file under the running app is told of by `GET manage/audit`, at the entry where it happened."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.reset_usage import reset_usage, tidy
from tests.functions.conftest import BEGUN, Api, Someone, StartApi

CHANGES = 6
ALL = CHANGES + len(BEGUN)


class File:
    """The store's file as somebody sees it who opens it with a tool of their own; entries by number, from 1."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.run = connection.execute
        self.ids: list[str] = [
            row[0]
            for row in self.run(
                "SELECT id FROM documents WHERE partition = 'audit' AND id LIKE 'entry:%' ORDER BY id DESC"
            )
        ]

    def body(self, number: int) -> dict[str, Any]:
        (text,) = self.run(
            "SELECT body FROM documents WHERE partition = 'audit' AND id = ?", (self.ids[number - 1],)
        ).fetchone()
        return dict(json.loads(text))

    def write(self, number: int, text: str) -> None:
        self.run("UPDATE documents SET body = ? WHERE partition = 'audit' AND id = ?", (text, self.ids[number - 1]))

    def put(self, id: str, body: dict[str, Any]) -> None:  # noqa: A002 - the store's own word
        self.run("INSERT OR REPLACE INTO documents VALUES ('audit', ?, 'made-by-hand', ?)", (id, json.dumps(body)))

    def remove(self, *numbers: int) -> None:
        for number in numbers:
            self.run("DELETE FROM documents WHERE partition = 'audit' AND id = ?", (self.ids[number - 1],))

    def head_at(self, number: int) -> None:
        entry = self.body(number)
        self.put("head", {"v": 1, "seq": entry["seq"], "seal": entry["seal"]})


@contextmanager
def opened(api: Api) -> Iterator[File]:
    with closing(sqlite3.connect(api.app.settings.sqlite_path)) as connection:
        yield File(connection)
        connection.commit()


def a_value_changed(file: File) -> None:
    file.run("UPDATE documents SET body = json_set(body, '$.after.day', 99) WHERE id = ?", (file.ids[4],))


def a_field_added(file: File) -> None:
    file.write(5, json.dumps({**file.body(5), "remark": "approved by the board"}))


def another_moment(file: File) -> None:
    file.write(5, json.dumps({**file.body(5), "at": "2020-01-01T00:00:00Z"}))


def half_a_character(file: File) -> None:
    file.write(5, json.dumps({**file.body(5), "action": "\ud800", "seal": "\udfff"}))


def not_json(file: File) -> None:
    file.write(5, "no more")


def not_an_object(file: File) -> None:
    file.write(5, "[1, 2]")


def no_bytes(file: File) -> None:
    file.write(5, "")


def removed(file: File) -> None:
    file.remove(5)


def ids_swapped(file: File) -> None:
    one, other = file.body(4), file.body(5)
    file.write(4, json.dumps(other))
    file.write(5, json.dumps(one))


def copied_between(file: File) -> None:
    file.put(f"{file.ids[4]}x", file.body(5))


def copied_behind_the_first(file: File) -> None:
    file.put("entry:999999999999", file.body(1))


def copied_before_the_newest(file: File) -> None:
    file.put("entry:000000000001", file.body(ALL))


def moved_to_another_id(file: File) -> None:
    body = file.body(5)
    file.remove(5)
    file.put(f"{file.ids[4]}x", body)


def an_old_head(file: File) -> None:
    file.head_at(5)


def the_newest_gone_with_the_head(file: File) -> None:
    file.remove(ALL)
    file.head_at(ALL - 1)


def the_newest_gone_with_the_head_and_the_copy(file: File) -> None:
    file.remove(ALL)
    file.head_at(ALL - 1)
    file.run("DELETE FROM documents WHERE partition = 'system' AND id = 'audit-head'")


def all_gone(file: File) -> None:
    file.run("DELETE FROM documents WHERE partition = 'audit'")
    file.run("DELETE FROM documents WHERE partition = 'system' AND id = 'audit-head'")


def only_the_head_gone(file: File) -> None:
    file.run("DELETE FROM documents WHERE partition = 'audit' AND id = 'head'")
    file.run("DELETE FROM documents WHERE partition = 'system' AND id = 'audit-head'")


MEDDLING: dict[Callable[[File], None], int] = {
    a_value_changed: 5, a_field_added: 5, another_moment: 5, half_a_character: 5, not_json: 5, not_an_object: 5, no_bytes: 5,
    removed: 5, ids_swapped: 5, copied_between: 4, copied_behind_the_first: 1, copied_before_the_newest: ALL,
    moved_to_another_id: 5, an_old_head: 6, the_newest_gone_with_the_head: ALL,
    the_newest_gone_with_the_head_and_the_copy: ALL, all_gone: 1, only_the_head_gone: 1,
}  # fmt: skip


async def the_chief_after_changes(api: Api) -> Someone:
    chief = await api.admin()
    for day in range(CHANGES):
        await chief("PUT", "manage/tiers/free", {"day": day, "week": 9, "month": 9, "budget_usd": 1})
    assert (await chief("GET", "manage/audit")).json["chain"]["whole"]
    return chief


@pytest.mark.parametrize("meddle", MEDDLING, ids=lambda meddle: meddle.__name__)
async def test_whoever_edits_the_file_is_found_at_the_place(api: Api, meddle: Callable[[File], None]) -> None:
    chief = await the_chief_after_changes(api)
    with opened(api) as file:
        meddle(file)
    answer = await chief("GET", "manage/audit")
    assert answer.status == 200, answer.json
    assert (answer.json["chain"]["whole"], answer.json["chain"]["broken_at"]) == (False, MEDDLING[meddle])


async def test_new_entries_do_not_cover_up_that_older_ones_are_gone(api: Api, start_api: StartApi) -> None:
    chief = await the_chief_after_changes(api)
    with opened(api) as file:
        file.remove(ALL, ALL - 1)
        file.head_at(ALL - 2)
    again = await start_api()  # a process that has not seen them
    chief = await again.admin()
    for day in range(4):
        await chief("PUT", "manage/tiers/free", {"day": day, "week": 9, "month": 9, "budget_usd": 1})
    chain = (await chief("GET", "manage/audit")).json["chain"]
    assert (chain["whole"], chain["broken_at"]) == (False, ALL)


async def test_a_copy_of_the_head_does_not_pass_for_the_end_of_what_was_removed_for_its_age(api: Api) -> None:
    await api.app.audit.append("tier.change", actor_id="chief")
    with opened(api) as file:
        (witness,) = file.run("SELECT body FROM documents WHERE id = 'audit-head'").fetchone()
    for _ in range(3):
        await api.app.audit.append("tier.change", actor_id="chief")
    with opened(api) as file:
        file.remove(1)
        file.put("base", json.loads(witness))
    assert (await api.app.audit.check()).broken_at == 1


async def test_the_night_does_not_forget_what_was_made_to_look_old(api: Api) -> None:
    chief = await the_chief_after_changes(api)
    with opened(api) as file:
        another_moment(file)
    assert (await tidy(api.app))["audit_entries_removed"] == 0
    api.clock.move(days=1096)
    assert (await tidy(api.app))["audit_entries_removed"] == 4  # those before it, which are old indeed
    check = await api.app.audit.check()
    assert (check.entries, check.broken_at) == (ALL - 5, 5)
    assert chief.id


async def test_an_entry_put_where_old_ones_were_removed_is_found(api: Api) -> None:
    for _ in range(3):
        await api.app.audit.append("tier.change", actor_id="chief")
    with opened(api) as file:
        oldest, where = file.body(1), file.ids[0]
    api.clock.move(days=10)
    for _ in range(3):
        await api.app.audit.append("tier.change", actor_id="chief")
    assert await api.app.audit.prune(before=api.clock() - timedelta(days=5)) == 3
    assert (await api.app.audit.check()).broken_at is None
    with opened(api) as file:
        file.put(where, oldest)
    assert (await api.app.audit.check()).broken_at == 4


@dataclass
class Timer:
    """The tick that the host hands to a timer's function."""

    past_due: bool = False


async def test_the_night_raises_an_alarm_where_nobody_looked(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    await the_chief_after_changes(api)
    caplog.set_level(logging.INFO, "vigor.timer")

    async def night() -> tuple[int, Any]:
        await reset_usage(Timer())  # type: ignore[arg-type]
        (line,) = [one for one in caplog.records if '"reset_usage"' in one.message]
        caplog.clear()
        return line.levelno, json.loads(line.message)["trail"]

    whole = {"entries": ALL, "broken_at": None, "checked_to": None}
    assert await night() == (logging.INFO, whole)
    with opened(api) as file:
        a_value_changed(file)
    assert await night() == (logging.ERROR, {**whole, "entries": ALL - 5, "broken_at": 5})
