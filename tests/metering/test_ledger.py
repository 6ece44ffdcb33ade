"""The ledger as a value: periods, reservations, settling once, orphans."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.metering.ledger import Ledger
from shared.metering.periods import WINDOWS, periods_at, resets_at

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=2)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def held(now: datetime = NOON, micro_usd: int = 500) -> Ledger:
    return Ledger().at(now).holding("r1", micro_usd, until=now + timedelta(minutes=2), now=now)


def test_a_reservation_counts_one_request_in_every_window_and_holds_its_price() -> None:
    ledger = held()
    assert [ledger.used(window) for window in WINDOWS] == [1, 1, 1]
    assert (ledger.held_micro_usd, ledger.spent_micro_usd, ledger.week_micro_usd) == (500, 0, 500)


def test_settling_replaces_the_worst_price_by_the_real_one_and_twice_changes_nothing() -> None:
    once = held().settling("r1", 120)
    assert (once.held_micro_usd, once.spent_micro_usd, once.used("day")) == (0, 120, 1)
    assert once.settling("r1", 120) == once


def test_releasing_gives_everything_back_and_an_unknown_reservation_changes_nothing() -> None:
    ledger = held().releasing("r1")
    assert [ledger.used(window) for window in WINDOWS] == [0, 0, 0]
    assert ledger.held_micro_usd == 0
    assert ledger.releasing("r1") == ledger


def test_an_orphan_costs_its_owner_nothing_once_its_time_is_up() -> None:
    ledger = held()
    assert ledger.at(SOON - timedelta(seconds=1)).used("day") == 1
    after = ledger.at(SOON)
    assert (after.used("day"), after.held_micro_usd, after.spent_micro_usd) == (0, 0, 0)


def test_an_orphan_that_is_settled_after_all_counts_after_all() -> None:
    late = held().at(SOON).settling("r1", 80)
    assert (late.used("day"), late.spent_micro_usd) == (1, 80)


def test_a_new_day_starts_at_zero_while_week_and_month_go_on() -> None:
    tomorrow = held().settling("r1", 100).at(NOON + timedelta(days=1))
    assert [tomorrow.used(window) for window in WINDOWS] == [0, 1, 1]
    assert tomorrow.spent_micro_usd == 100


def test_a_new_month_forgets_what_was_spent_and_a_new_week_what_was_used_in_it() -> None:
    later = held().settling("r1", 100).at(datetime(2026, 12, 1, tzinfo=UTC))
    assert [later.used(window) for window in WINDOWS] == [0, 0, 0]
    assert (later.spent_micro_usd, later.week_micro_usd) == (0, 0)


def test_a_release_after_midnight_does_not_take_from_the_new_day() -> None:
    before = datetime(2026, 11, 23, 23, 59, 30, tzinfo=UTC)
    ledger = held(before)
    after = ledger.at(before + timedelta(minutes=1)).releasing("r1")
    assert (after.used("day"), after.used("week")) == (0, 0)
    assert after.at(before + timedelta(minutes=1)) == after


@given(moments)
def test_a_period_resets_after_the_moment_and_begins_a_new_key(moment: datetime) -> None:
    for window in WINDOWS:
        boundary = resets_at(window, moment)
        assert boundary > moment
        assert periods_at(boundary).key(window) != periods_at(moment).key(window)
        assert periods_at(boundary - timedelta(microseconds=1)).key(window) == periods_at(moment).key(window)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["hold", "settle", "release"])), max_size=40))
def test_no_order_of_events_takes_a_count_below_zero_or_loses_money(events: list[tuple[str, str]]) -> None:
    ledger = Ledger().at(NOON)
    for rid, event in events:
        if event == "hold" and rid not in ledger.held and rid not in ledger.settled:
            ledger = ledger.holding(rid, 10, until=SOON, now=NOON)
        elif event == "settle" and rid in ledger.held:
            ledger = ledger.settling(rid, 7)
        elif event == "release":
            ledger = ledger.releasing(rid)
        assert ledger.used("day") == len(ledger.held) + ledger.spent_micro_usd // 7
