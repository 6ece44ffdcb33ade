"""Half a simulated year of ten lifters of different kinds: no promise of the progression is ever broken."""

import pytest

from benchmarks.prove_progression import simulate

HALF_A_YEAR = 182


@pytest.mark.parametrize("seed", range(10))
def test_no_session_of_half_a_year_breaks_a_promise(seed):
    year = simulate(seed, days=HALF_A_YEAR)
    assert year.broken == []
    assert year.counted["sessions"] > 20
    assert year.counted["first times"] > 0


def test_the_same_seed_lives_the_same_life():
    assert simulate(3, days=30).counted == simulate(3, days=30).counted
