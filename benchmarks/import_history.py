"""An import of 50,000 sets, beside reading the same file with the csv module and writing the same documents bare."""

import asyncio
import csv
import io
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared import wiring
from shared.domain.catalogue import catalogue
from shared.domain.history.reader import read_history
from shared.domain.log import Log
from shared.importing import keep_import, undo_import
from shared.storage.repositories.logs import LOGS_A_BATCH, keeping
from shared.storage.sqlite import SqliteStore

WORKOUTS, SETS, MOST_S = 2500, 20, 20.0
EXERCISES = ("Bench Press (Barbell)", "Squat (Barbell)", "Deadlift (Barbell)", "Pull Up", "Grandfather's Anvil Lift")


def a_history() -> bytes:
    """A Strong export of seven years, a workout a day."""
    lines = ["Date;Workout Name;Duration;Exercise Name;Set Order;Weight;Reps;Distance;Seconds;Notes;Workout Notes;RPE"]
    for workout in range(WORKOUTS):
        day = datetime(2019, 1, 1, 18, tzinfo=UTC) + timedelta(days=workout)
        for number in range(SETS):
            exercise = EXERCISES[number * len(EXERCISES) // SETS]
            lines.append(f"{day:%Y-%m-%d %H:%M:%S};Daily;1h;{exercise};{number % 4 + 1};{40 + workout % 60};8;0;0;;;8")
    return "\n".join(lines).encode()


async def main(folder: Path) -> int:
    """Print the times; 1 where the import took over 20 seconds."""
    file = a_history()
    app = await wiring.current()
    began = time.perf_counter()
    imported = await asyncio.to_thread(
        read_history, file, content_type="text/csv", unit="kg", timezone="UTC", catalogue=catalogue()
    )
    read_s = time.perf_counter() - began
    report = await keep_import(app, "u1", imported)
    whole_s = time.perf_counter() - began
    began = time.perf_counter()
    await undo_import(app, "u1", report.id)
    undo_s = time.perf_counter() - began
    bare_s = await _bare(file, folder, imported.logs)
    print(f"{report.sets} sets of {report.workouts} workouts: read {read_s:.1f} s, read and kept {whole_s:.1f} s,")
    print(f"undone {undo_s:.1f} s; bare csv, JSON and the same inserts {bare_s:.1f} s: {whole_s / bare_s:.1f} times")
    await wiring.close()
    return 0 if whole_s < MOST_S and report.sets == WORKOUTS * SETS else 1


async def _bare(file: bytes, folder: Path, logs: list[Log]) -> float:
    """Seconds that no import can save: parsing the rows, writing the JSON, inserting the documents."""
    began = time.perf_counter()
    rows = list(csv.DictReader(io.StringIO(file.decode()), delimiter=";"))
    json.dumps(rows)
    store = SqliteStore(folder / "bare.sqlite")
    for at in range(0, len(logs), LOGS_A_BATCH):
        await store.batch("user:u1", [op for log in logs[at : at + LOGS_A_BATCH] for op in keeping(log)])
    await store.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["VIGOR_SQLITE_PATH"] = str(Path(name) / "vigor.sqlite")
        sys.exit(asyncio.run(main(Path(name))))
