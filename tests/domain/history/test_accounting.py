"""Nothing is lost in silence: however a file is damaged, every row is read, or kept as text, or reported by line."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.history.report import Imported
from shared.errors import InvalidFields

Read = Callable[..., Imported]


STRONG = ["Date;Workout Name;Duration;Exercise Name;Set Order;Weight;Reps;Distance;Seconds;Notes;Workout Notes;RPE"] + [
    f"2024-03-{n // 5 + 1:02d} 10:00:00;Day {n // 5};1h;Lift {n % 5};{n % 3 + 1};{n + 1},5;{n % 12 + 1};0;0;;;8"
    for n in range(40)
]
HEVY = [
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type",'
    '"weight_kg","reps","distance_km","duration_seconds","rpe"'
] + [
    f'"Day","{n // 5 + 1} Sept. 2024, 10:00","{n // 5 + 1} Sept. 2024, 11:00","","Lift {n % 5}",,"",{n % 3},"normal",'
    f"{n + 1}.5,{n % 12 + 1},,,8"
    for n in range(40)
]
_MARKS = st.sampled_from([*list('"",;\t x0-.:'), "", "é", "\0", "\x0b", "\u2028", "💪", '""', "1e99", "=1+1"])


@st.composite
def damaged(draw: st.DrawFn, lines: list[str]) -> tuple[str, set[int]]:
    """The file with some characters of some rows cut or replaced, and the places of those rows."""
    hurt = list(lines)
    touched: set[int] = set()
    for _ in range(draw(st.integers(0, 8))):
        row = draw(st.integers(1, len(lines) - 1))
        at = draw(st.integers(0, len(hurt[row])))
        length = draw(st.integers(0, 12))
        hurt[row] = hurt[row][:at] + draw(_MARKS) + hurt[row][at + length :]
        touched.add(row)
    return draw(st.sampled_from(["\n", "\r\n"])).join(hurt), touched


def _account(read: Read, file: str, touched: set[int], lines: list[str]) -> None:
    found = read(file)
    sets = [done for log in found.logs for entry in log.entries for done in entry.sets]
    kept = {done.weight_kg for done in sets}
    notes = "\n".join(
        filter(None, [*(log.notes for log in found.logs), *(e.notes for log in found.logs for e in log.entries)])
    )
    texts = notes + "\n".join([*found.custom_exercises, *(log.title or "" for log in found.logs)])
    told = {warning.line for warning in found.warnings}
    assert found.rows == found.rows_read + found.rows_reported
    assert len(sets) == found.sets <= found.rows_read
    for row in range(1, len(lines)):
        if row not in touched:
            swallowed = f"{row}.5" in texts or f"{row},5" in texts
            assert row + 0.5 in kept or row + 1 in told or swallowed, row


@settings(max_examples=150, deadline=None)
@given(damaged(STRONG))
def test_every_row_of_a_damaged_strong_file_is_accounted_for(read: Read, hurt: tuple[str, set[int]]) -> None:
    _account(read, *hurt, STRONG)


@settings(max_examples=150, deadline=None)
@given(damaged(HEVY))
def test_every_row_of_a_damaged_hevy_file_is_accounted_for(read: Read, hurt: tuple[str, set[int]]) -> None:
    _account(read, *hurt, HEVY)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([STRONG[0], HEVY[0], "### EXERCISE LOGS ###\nbelongsession,ename,logs,mydate",
                     "vigor_log,started_at,exercise_number,set_kind", '{"vigor_export": 1,']),
    st.text(alphabet='\n\r",;x019.-:# {}[]abé\0', max_size=300),
)  # fmt: skip
def test_whatever_follows_a_known_beginning_ends_in_a_report_or_one_of_our_errors(
    read: Read, beginning: str, rest: str
) -> None:
    try:
        found = read(f"{beginning}\n{rest}")
    except InvalidFields as told:
        assert len(told.detail) > 20
    else:
        assert found.rows == found.rows_read + found.rows_reported
        assert found.sets == sum(len(entry.sets) for log in found.logs for entry in log.entries)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_report_or_one_of_our_errors(read: Read, data: bytes) -> None:
    try:
        found = read(data)
    except InvalidFields as told:
        assert told.detail
    else:
        assert found.rows == found.rows_read + found.rows_reported


def test_the_same_file_twice_gives_the_same_logs_and_ids(read: Read) -> None:
    file = "\n".join(STRONG)
    first, second = read(file), read(file)
    assert first == second
    assert len({log.id for log in first.logs}) == len(first.logs) == 8
