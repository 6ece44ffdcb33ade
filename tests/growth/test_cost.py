"""docs/cost.md is what the script computes, and the arithmetic behaves as a bill does."""

from dataclasses import replace

import pytest

from benchmarks.cost import PAGE, bill, measured, page, people_until
from benchmarks.cost_inputs import HABITS


def test_the_page_is_what_the_script_computes_from_the_measurements() -> None:
    assert PAGE.read_text() == page(measured()), "run: make cost"


def test_every_habit_was_measured_and_every_measurement_has_its_habit() -> None:
    assert measured().keys() == HABITS.keys()


def test_nobody_costs_next_to_nothing_and_a_thousand_less_than_an_always_on_service() -> None:
    idle, thousand = bill(measured(), 0), bill(measured(), 1000)
    assert idle.with_tables < 0.05
    assert idle.with_cosmos < 0.05
    assert thousand.with_cosmos + thousand.capped < 150


@pytest.mark.parametrize("store", ["with_tables", "with_cosmos"])
def test_the_people_of_an_always_on_services_price_are_where_the_bill_crosses_it(store: str) -> None:
    people = people_until(measured(), 150, store)
    assert getattr(bill(measured(), people), store) <= 150 < getattr(bill(measured(), people + 1000), store)


@pytest.mark.parametrize("part", ["functions", "tables", "cosmos", "telemetry", "models"])
def test_more_people_cost_more(part: str) -> None:
    bills = [getattr(bill(measured(), users), part) for users in (1000, 100_000, 1_000_000)]
    assert bills == sorted(bills)
    assert bills[0] < bills[-1]


def test_twice_the_request_units_cost_twice_as_much() -> None:
    twice = {what: replace(one, request_units=2 * one.request_units) for what, one in measured().items()}
    once_, doubled = bill(measured(), 100_000), bill(twice, 100_000)
    assert 1.5 * once_.cosmos < doubled.cosmos <= 2 * once_.cosmos
    assert doubled.tables == once_.tables
