"""Threads that do errands for event loops: together, each with its own answer, and none for who gave up."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from shared.storage.errands import Errands


class Halves:
    """Halves even numbers, and waits at `gate` before each lot; `lots` are the sizes of the lots it was given."""

    def __init__(self, gate: threading.Event, lots: list[list[int]]) -> None:
        self._gate = gate
        self._lots = lots

    def do(self, errands: Sequence[int]) -> list[int | Exception]:
        self._lots.append(list(errands))
        self._gate.wait()
        if 0 in errands:
            raise ZeroDivisionError("nothing to halve")
        return [ValueError(f"{number} is odd") if number % 2 else number // 2 for number in errands]

    def rest(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def lots() -> list[list[int]]:
    return []


@pytest.fixture
def errands(gate: threading.Event, lots: list[list[int]]) -> Errands[int, int]:
    return Errands(lambda: Halves(gate, lots), name="halves", at_once=3)


async def _asked(errands: Errands[int, int], *numbers: int) -> list["asyncio.Task[int]"]:
    tasks = [asyncio.create_task(errands.done(number)) for number in numbers]
    await asyncio.sleep(0)
    return tasks


def _all(lots: list[list[int]]) -> list[int]:
    return [number for lot in lots for number in lot]


async def test_errands_that_wait_are_done_together_and_each_has_its_answer(
    errands: Errands[int, int], gate: threading.Event, lots: list[list[int]]
) -> None:
    tasks = await _asked(errands, 2, 4, 5, 8, 10, 12)
    gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["1", "2", "5 is odd", "4", "5", "6"]
    assert _all(lots) == [2, 4, 5, 8, 10, 12]
    assert max(map(len, lots)) <= 3
    await errands.close()


async def test_what_breaks_a_lot_breaks_no_later_one(errands: Errands[int, int], gate: threading.Event) -> None:
    gate.set()
    with pytest.raises(ZeroDivisionError):
        await errands.done(0)
    assert await errands.done(2) == 1
    await errands.close()


async def test_an_errand_given_up_before_it_was_begun_is_left_undone(
    errands: Errands[int, int], gate: threading.Event, lots: list[list[int]]
) -> None:
    first, second, third = await _asked(errands, 2, 4, 6)
    while not lots:  # noqa: ASYNC110 - a thread begins it, which knows nothing of the loop
        await asyncio.sleep(0)
    begun = set(lots[0])
    third.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert [await first, await second] == [1, 2]
    await errands.close()
    assert (6 in _all(lots)) == (6 in begun)


async def test_what_waits_is_done_before_the_threads_go(errands: Errands[int, int], gate: threading.Event) -> None:
    tasks = await _asked(errands, *range(2, 22, 2))
    closing = asyncio.create_task(errands.close())
    gate.set()
    await closing
    assert await asyncio.gather(*tasks) == list(range(1, 11))
    with pytest.raises(RuntimeError):
        await errands.done(2)
    await errands.close()


def test_each_event_loop_gets_its_answers_and_one_that_is_gone_holds_nobody_up(
    errands: Errands[int, int], gate: threading.Event, lots: list[list[int]]
) -> None:
    async def give_up() -> None:
        await asyncio.wait_for(errands.done(2), 0.001)

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    gate.set()
    assert asyncio.run(errands.done(4)) == 2
    asyncio.run(errands.close())
