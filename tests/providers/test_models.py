"""Models as data: what an admin may write, what takes over at a shutdown, and when the check has to speak up."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.providers.models import (
    DEFAULT_MODELS,
    KNOWN_MODELS,
    InvalidModel,
    ProviderModel,
    changed,
    effective,
    from_json,
    retiring,
    slot_for,
    to_json,
)
from shared.providers.pricing import cost_micro_usd, micro_usd, most_tokens_in, worst_case_micro_usd
from shared.providers.provider import Message, Prompt

TODAY = date(2026, 11, 24)
FOUR_O_MINI = slot_for("mini", "gpt-4o-mini", title="Mini")


@pytest.mark.parametrize("slot", DEFAULT_MODELS, ids=lambda slot: slot.name)
def test_a_slot_survives_being_stored(slot: ProviderModel) -> None:
    assert from_json(json.loads(json.dumps(to_json(slot)))) == slot


def test_the_default_slots_keep_their_names_and_order() -> None:
    by_priority = sorted(DEFAULT_MODELS, key=lambda slot: slot.priority)
    assert [slot.name for slot in by_priority] == ["gemini", "perplexity", "openai-mini", "openai"]


@pytest.mark.parametrize("slot", DEFAULT_MODELS, ids=lambda slot: slot.name)
def test_every_default_can_be_asked_today_and_has_a_price(slot: ProviderModel) -> None:
    now = effective(slot, today=TODAY)
    assert now.obstacle is None
    assert now.slot.price_out_usd


def test_no_default_is_switched_off_within_45_days() -> None:
    """Fails in good time: name the model's successor in `KNOWN_MODELS` and make it the default."""
    today = date.today()  # noqa: DTZ011 - the day of the check is what this is about
    assert retiring(DEFAULT_MODELS, today, within_days=45) == []


@pytest.mark.parametrize("model", KNOWN_MODELS)
def test_every_known_model_that_ends_has_a_successor_to_move_to(model: str) -> None:
    known = KNOWN_MODELS[model]
    if known.retires_on is not None:
        moved = effective(slot_for("s", model, title="S"), today=known.retires_on)
        assert moved.obstacle is None
        assert moved.slot.vendor == known.vendor


def test_until_its_last_day_a_model_is_asked() -> None:
    now = effective(FOUR_O_MINI, today=date(2027, 1, 13))
    assert (now.slot.model, now.note) == ("gpt-4o-mini", None)


def test_from_its_shutdown_on_the_successor_answers_at_its_own_price_and_the_slot_says_so() -> None:
    now = effective(FOUR_O_MINI, today=date(2027, 1, 14))
    assert (now.slot.model, now.slot.price_in_usd, now.slot.effort) == ("gpt-6-luna", 0.125, "none")
    assert now.note is not None
    assert "gpt-6-luna answers instead" in now.note


@pytest.mark.parametrize("successor", [None, "gpt-99", "gemini-3.8-flash", "gpt-4o-mini"])
def test_a_successor_that_is_unknown_elsewhere_or_gone_is_refused(successor: str | None) -> None:
    ended = replace(FOUR_O_MINI, successor=successor)
    assert effective(ended, today=date(2027, 1, 14)).obstacle is not None


def test_an_unknown_price_is_refused() -> None:
    obstacle = effective(replace(FOUR_O_MINI, price_out_usd=None), today=TODAY).obstacle
    assert obstacle == "the price of gpt-4o-mini is unknown"


def test_retirements_are_seen_coming_soonest_first() -> None:
    flash = slot_for("flash", "gemini-2.5-flash", title="Flash")
    found = retiring([FOUR_O_MINI, flash, *DEFAULT_MODELS], TODAY, within_days=60)
    assert [(each.slot, each.successor) for each in found] == [
        ("flash", "gemini-3.5-flash-lite"),
        ("mini", "gpt-6-luna"),
    ]
    assert [each.slot for each in retiring([FOUR_O_MINI, flash], TODAY, within_days=45)] == ["flash"]
    after = date(2027, 1, 14) + timedelta(days=1)
    assert retiring([FOUR_O_MINI, flash], after, within_days=45) == []


def test_another_model_brings_its_own_price_and_end() -> None:
    moved = changed(slot_for("s", "gpt-6-luna", title="S"), {"model": "gpt-4o"})
    assert (moved.price_in_usd, moved.price_out_usd, moved.effort) == (2.5, 10.0, "")
    assert moved.retires_on == date(2027, 1, 14)


def test_the_price_of_a_model_nobody_knows_is_unknown_until_it_is_given() -> None:
    slot = slot_for("s", "gpt-6-luna", title="S")
    assert effective(changed(slot, {"model": "gpt-99"}), today=TODAY).obstacle is not None
    priced = changed(slot, {"model": "gpt-99", "price_in_usd": 1, "price_out_usd": 2})
    assert effective(priced, today=TODAY).obstacle is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"price_in_usd": -0.1}, "price_in_usd"),
        ({"price_out_usd": float("nan")}, "price_out_usd"),
        ({"priority": 0}, "priority"),
        ({"timeout_s": 0.1}, "timeout_s"),
        ({"weekly_budget_usd": float("inf")}, "weekly_budget_usd"),
        ({"model": "../../etc"}, "model"),
        ({"model": None}, "model"),
        ({"retires_on": "soon"}, "retires_on"),
        ({"vendor": "elsewhere"}, "vendor"),
        ({"dialect": "gemini"}, "dialect"),
        ({"successor": "gpt-6-luna"}, "successor"),
        ({"api_key": "x"}, "api_key"),
    ],
)
def test_a_row_that_cannot_be_a_slot_is_refused_by_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidModel) as raised:
        changed(slot_for("s", "gpt-6-luna", title="S"), change)
    assert [error.path for error in raised.value.errors] == [path]


prices = st.decimals(min_value=0, max_value=1000, places=6).map(float)
tokens = st.integers(min_value=0, max_value=10_000_000)


@given(price_in=prices, price_out=prices, fee=st.decimals(0, 10, places=6).map(float), asked=tokens, answered=tokens)
def test_a_cost_is_never_below_the_exact_price_and_never_two_micro_dollars_above(
    price_in: float, price_out: float, fee: float, asked: int, answered: int
) -> None:
    model = replace(FOUR_O_MINI, price_in_usd=price_in, price_out_usd=price_out, price_request_usd=fee)
    from fractions import Fraction

    exact = asked * Fraction(str(price_in)) + answered * Fraction(str(price_out)) + 1_000_000 * Fraction(str(fee))
    cost = cost_micro_usd(model, asked, answered)
    assert exact <= cost < exact + 2


@given(text=st.text(max_size=300), turns=st.integers(1, 5), limit=st.integers(1, 8000), answered=st.integers(0, 8000))
def test_the_worst_case_covers_every_reply_within_the_limit(text: str, turns: int, limit: int, answered: int) -> None:
    prompt = Prompt("chat", text, (Message("user", text),) * turns, None, limit)
    spoken = len(text.encode()) * (turns + 1)
    assert most_tokens_in(prompt) >= spoken
    for model in DEFAULT_MODELS:
        assert worst_case_micro_usd(model, prompt) >= cost_micro_usd(model, spoken, min(answered, limit))


def test_the_schema_counts_in_the_worst_case() -> None:
    plain = Prompt("plan", "", (Message("user", "x"),), None, 10)
    shaped = replace(plain, schema={"type": "object", "properties": {"é" * 50: {"enum": ["a" * 500]}}})
    assert most_tokens_in(shaped) - most_tokens_in(plain) > 600


def test_a_budget_is_rounded_to_the_careful_side() -> None:
    assert (micro_usd(10.0), micro_usd(0.1 + 0.2), micro_usd(0.0000019)) == (10_000_000, 300_000, 1)
