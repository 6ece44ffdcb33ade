"""Totals of a day: latencies are read back to within the width of their bucket."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.metering.rollup import LATENCY_EDGES_MS, UsageTotals
from shared.metering.usage import UsageRow
from tests.support import FakeClock

latencies = st.lists(st.integers(0, LATENCY_EDGES_MS[-1]), min_size=1, max_size=60)


def totals(of_ms: list[int]) -> UsageTotals:
    summed = UsageTotals(day="2026-11-23", provider="openai", model="m", tier="free")
    now = FakeClock()()
    for ms in of_ms:
        row = UsageRow(
            id="r", at=now, day="2026-11-23", tier="free", purpose="chat", provider="openai", model="m", ms=ms
        )
        summed = summed.with_row(row)
    return summed


@given(latencies)
def test_a_percentile_lies_in_the_bucket_of_the_answer_it_stands_for(of_ms: list[int]) -> None:
    summed = totals(of_ms)
    for share, rank in ((0.5, (len(of_ms) + 1) // 2), (1.0, len(of_ms))):
        true, told = sorted(of_ms)[rank - 1], summed.percentile_ms(share)
        assert any(low <= told <= high and low <= true <= high for low, high in pairwise((0, *LATENCY_EDGES_MS)))
    assert summed.percentile_ms(0.5) <= summed.percentile_ms(0.95)


def test_one_answer_is_told_near_what_it_took_and_none_as_nothing() -> None:
    assert 250 <= totals([310]).percentile_ms(0.95) <= 350
    assert totals([]).percentile_ms(0.5) == 0
    assert totals([90_000]).percentile_ms(0.5) == LATENCY_EDGES_MS[-1]
