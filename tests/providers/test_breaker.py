"""When a provider is given a rest, for how long, and how workers share what they know of it."""

import asyncio
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from shared.providers.breaker import LONGEST_REST_S, Breakers, NoHints, Pass, SharedHints
from shared.providers.failures import AccessRefused
from shared.providers.hints import READ_EVERY_S, StoreHints
from shared.providers.provider import ProviderBusy, ProviderDown, ProviderFailure, ProviderRefused, UnusableReply
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Page, StoreUnavailable
from tests.providers.stand_ins import Clock

DOWN = ProviderDown("broken", billed=True)


def worker(clock: Clock, hints: SharedHints | None = None, seed: int = 1) -> Breakers:
    return Breakers(now=clock.now, random=Random(seed), hints=hints or NoHints())


async def admitted(breakers: Breakers) -> Pass:
    leave = await breakers.admit("a")
    assert leave is not None
    return leave


def bypassed(breakers: Breakers, *names: str) -> Pass:
    leave = breakers.bypass(list(names))
    assert leave is not None
    return leave


async def fail(breakers: Breakers, failure: ProviderFailure = DOWN, times: int = 3) -> None:
    for _ in range(times):
        breakers.failed(await admitted(breakers), failure)


async def test_three_failures_in_a_row_open_it() -> None:
    breakers = worker(Clock())
    await fail(breakers, times=2)
    assert breakers.health("a").state == "closed"
    await fail(breakers, times=1)
    assert breakers.health("a").state == "open"
    assert await breakers.admit("a") is None


async def test_a_good_record_does_not_make_it_slower() -> None:
    breakers = worker(Clock())
    for _ in range(20):
        breakers.succeeded(await admitted(breakers))
    await fail(breakers, times=3)
    assert breakers.health("a").state == "open"


async def test_half_of_the_last_calls_failing_opens_it() -> None:
    breakers = worker(Clock())
    for _ in range(3):
        breakers.succeeded(await admitted(breakers))
        await fail(breakers, times=1)
        if breakers.health("a").state == "open":
            break
    assert breakers.health("a").state == "open"


async def test_failures_of_long_ago_do_not_count() -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers, times=2)
    breakers.succeeded(await admitted(breakers))
    clock.passes(31)
    await fail(breakers, times=1)
    assert breakers.health("a").state == "closed"


@pytest.mark.parametrize(
    "failure", [ProviderRefused("400", billed=False), UnusableReply("cut", billed=True)], ids=["refused", "unusable"]
)
async def test_what_says_nothing_about_health_does_not_count(failure: ProviderFailure) -> None:
    breakers = worker(Clock())
    await fail(breakers, failure, times=50)
    assert breakers.health("a").state == "closed"


@pytest.mark.parametrize(("asked_s", "rests_s"), [(30.0, 30.0), (1.0, 5.0), (None, 5.0)])
async def test_busy_opens_it_at_once_for_as_long_as_asked(asked_s: float | None, rests_s: float) -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers, ProviderBusy("429", retry_after_s=asked_s), times=1)
    clock.passes(rests_s - 0.1)
    assert await breakers.admit("a") is None
    clock.passes(0.2)
    assert (await admitted(breakers)).probe


async def test_a_refused_key_opens_it_at_once_until_it_is_changed() -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers, AccessRefused("HTTP 401"), times=1)
    clock.passes(300)
    assert await breakers.admit("a") is None
    assert breakers.health("a").last_error == "HTTP 401"
    breakers.reset("a")
    assert breakers.health("a").last_error is None
    assert not (await admitted(breakers)).probe


async def test_after_its_rest_one_caller_tries_it_and_a_whole_answer_closes_it() -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers)
    clock.passes(10)
    assert breakers.health("a").state == "half_open"
    probe = await admitted(breakers)
    assert await breakers.admit("a") is None, "one probe at a time"
    breakers.succeeded(probe)
    assert breakers.health("a").state == "closed"
    assert not (await admitted(breakers)).probe


async def test_an_undecided_probe_leaves_it_to_the_next_caller() -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers)
    clock.passes(10)
    breakers.undecided(await admitted(breakers))
    assert breakers.health("a").state == "half_open"
    clock.passes(3)
    assert (await admitted(breakers)).probe


async def test_each_failed_probe_doubles_the_rest_up_to_two_minutes() -> None:
    clock = Clock()
    breakers = worker(clock)
    await fail(breakers)
    rests = []
    for _ in range(8):
        until = breakers.health("a").until
        assert until is not None
        rests.append((until - clock.now()).total_seconds())
        clock.passes(rests[-1] + 0.1)
        breakers.failed(await admitted(breakers), DOWN)
    assert 5 <= rests[0] <= 6.25
    assert all(later > earlier for earlier, later in pairwise(rests[:5]))
    assert rests[-1] == LONGEST_REST_S


async def test_workers_do_not_come_back_in_step() -> None:
    rests = set()
    for seed in range(10):
        breakers = worker(Clock(), seed=seed)
        await fail(breakers)
        rests.add(breakers.health("a").until)
    assert len(rests) == 10


async def test_latecomers_of_an_outage_do_not_lengthen_it() -> None:
    clock = Clock()
    breakers = worker(clock)
    leaves = [await admitted(breakers) for _ in range(50)]
    for leave in leaves:
        breakers.failed(leave, ProviderBusy("429", retry_after_s=None))
    clock.passes(5.1)
    breakers.failed(await admitted(breakers), DOWN)
    until = breakers.health("a").until
    assert until is not None
    assert (until - clock.now()).total_seconds() <= 12.5, "the second rest, not the fiftieth"


async def test_siblings_learn_of_an_opening_within_five_seconds(store: SqliteStore) -> None:
    clock = Clock()
    first, second = (worker(clock, StoreHints(store, clock.now)) for _ in range(2))
    await second.refresh()
    await fail(first, ProviderBusy("429", retry_after_s=60), times=1)
    await first.close()
    clock.passes(READ_EVERY_S)
    await second.refresh()
    assert second.health("a").state == "open"
    assert second.health("a").last_error == "429"


async def test_of_all_workers_one_tries_a_provider_again(store: SqliteStore) -> None:
    clock = Clock()
    workers = [worker(clock, StoreHints(store, clock.now), seed) for seed in range(8)]
    for each in workers:
        await fail(each)
        await each.close()
    clock.passes(10)
    leaves = await asyncio.gather(*(each.admit("a") for each in workers))
    assert sum(leave is not None for leave in leaves) == 1


async def test_who_finds_it_recovered_tells_the_others(store: SqliteStore) -> None:
    clock = Clock()
    first, second = (worker(clock, StoreHints(store, clock.now), seed) for seed in (1, 2))
    for each in (first, second):
        await fail(each)
        await each.close()
    clock.passes(10)
    first.succeeded(await admitted(first))
    await first.close()
    leave = await second.admit("a")
    assert leave == Pass("a", probe=False)
    assert second.health("a").state == "closed"


async def test_a_probe_that_died_with_its_worker_is_taken_over(store: SqliteStore) -> None:
    clock = Clock()
    first, second = (worker(clock, StoreHints(store, clock.now), seed) for seed in (1, 2))
    for each in (first, second):
        await fail(each)
        await each.close()
    clock.passes(10)
    assert await first.admit("a") is not None
    assert await second.admit("a") is None
    clock.passes(31)
    assert await second.admit("a") is not None


async def test_the_store_is_written_only_when_something_changes(store: SqliteStore) -> None:
    clock = Clock()
    breakers = worker(clock, StoreHints(store, clock.now))
    for _ in range(20):
        await breakers.refresh()
        breakers.succeeded(await admitted(breakers))
    await breakers.close()
    assert (await store.page("system", prefix="breaker:")).documents == []


async def test_a_change_made_where_it_was_never_asked_ends_its_rest_everywhere(store: SqliteStore) -> None:
    clock = Clock()
    asking, managing = (worker(clock, StoreHints(store, clock.now), seed) for seed in (1, 2))
    await fail(asking, AccessRefused("HTTP 404"), times=1)
    await asking.close()
    clock.passes(1)
    managing.reset("a")
    await managing.close()
    clock.passes(READ_EVERY_S)
    await asking.refresh()
    assert asking.health("a").state == "closed"


async def test_an_older_version_s_hint_is_passed_over(store: SqliteStore) -> None:
    await store.insert("system", "breaker:a", {"state": "ajar"})
    clock = Clock()
    breakers = worker(clock, StoreHints(store, clock.now))
    await breakers.refresh()
    assert breakers.health("a").state == "closed"


class AwayStore(SqliteStore):
    """A store that cannot be reached."""

    async def page(self, *_: object, **__: object) -> Page:
        raise StoreUnavailable

    async def find(self, *_: object, **__: object) -> None:
        raise StoreUnavailable


async def test_without_the_store_a_worker_decides_alone(tmp_path: Path) -> None:
    clock = Clock()
    breakers = worker(clock, StoreHints(AwayStore(tmp_path / "x"), clock.now))
    await breakers.refresh()
    await fail(breakers)
    await breakers.close()
    assert breakers.health("a").state == "open"
    clock.passes(10)
    assert (await admitted(breakers)).probe


async def answers(breakers: Breakers, *shares: float) -> None:
    """Whole answers, each after so large a share of its time, as long as anybody may ask."""
    for share in shares:
        leave = await breakers.admit("a")
        if leave is not None:
            breakers.succeeded(leave, share_of_time=share)


async def test_answering_late_more_often_than_not_opens_it() -> None:
    breakers = worker(Clock())
    await answers(breakers, 0.9, 0.9, 0.1, 0.1, 0.9)
    assert breakers.health("a").state == "open"
    assert "late" in str(breakers.health("a").last_error)


async def test_being_late_half_of_the_time_or_a_few_times_only_does_not_open_it() -> None:
    breakers = worker(Clock())
    await answers(breakers, *[0.9] * 4)
    assert breakers.health("a").state == "closed"
    breakers = worker(Clock())
    await answers(breakers, *[0.1, 0.9] * 20)
    assert breakers.health("a").state == "closed"


async def test_late_answers_of_long_ago_do_not_count() -> None:
    clock = Clock()
    breakers = worker(clock)
    for _ in range(10):
        await answers(breakers, 0.9)
        clock.passes(11)
    assert breakers.health("a").state == "closed"


async def test_a_late_vendor_is_tried_again_with_all_the_time_it_needs_and_closes_on_an_answer() -> None:
    clock = Clock()
    breakers = worker(clock)
    await answers(breakers, *[0.9] * 5)
    leave = bypassed(breakers, "a")
    assert leave == Pass("a", probe=False, brief=False, bypass=True), "it is better than nobody"
    breakers.undecided(leave)
    clock.passes(10)
    leave = await admitted(breakers)
    assert leave == Pass("a", probe=True, brief=False)
    breakers.succeeded(leave, share_of_time=0.9)
    assert breakers.health("a").state == "closed"
