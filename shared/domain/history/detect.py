"""Which app a file comes from, told from its own words and never from its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.history import fitnotes, hevy, strong, vigor_csv
from shared.domain.history.jefit import is_jefit
from shared.domain.history.report import Kind
from shared.domain.history.table import Table, read_table
from shared.errors import KindUnknown

_SENTENCE = (
    "Vigor reads the exports of Strong, Hevy, FitNotes and JEFIT, and its own; export your history from one of these."
)


@dataclass(frozen=True, slots=True)
class Detected:
    """The kind of a file, and its table where the whole file is one."""

    kind: Kind
    table: Table | None


def detect(lines: Sequence[str]) -> Detected:
    """The kind of a text file; raises `KindUnknown`."""
    if is_jefit(lines):
        return Detected("jefit", None)
    table = read_table(lines)
    if table is None:
        raise KindUnknown(f"The file has no header. {_SENTENCE}")
    names = table.columns.keys()
    known: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("vigor", vigor_csv.COLUMNS),
        ("hevy", hevy.COLUMNS),
        ("strong", strong.COLUMNS),
        ("fitnotes", fitnotes.COLUMNS),
        ("fitnotes", fitnotes.WORKOUT_COLUMNS),
    )
    kind = next((kind for kind, columns in known if columns <= names), None)
    if kind is None:
        raise KindUnknown(f"The columns of the file are not those of an app Vigor knows. {_SENTENCE}")
    return Detected(kind, table)
