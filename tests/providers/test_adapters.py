"""The real SDKs against servers that speak the vendors' protocols: what comes back, and what every failure becomes."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from random import Random

import pytest

from shared.config import ProviderAccess
from shared.providers.failures import AccessRefused, TimedOut
from shared.providers.models import ProviderModel, slot_for
from shared.providers.pricing import cost_micro_usd, worst_case_micro_usd
from shared.providers.provider import (
    Message,
    Prompt,
    Provider,
    ProviderBusy,
    ProviderDown,
    ProviderFailure,
    ProviderRefused,
    UnusableReply,
)
from shared.providers.slots import Fleet
from tests.providers.fake_vendors import TOKENS_IN, TOKENS_OUT, FakeVendor, Fault

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
TALK = Prompt(
    "chat", "Be kind.", (Message("user", "Hi"), Message("assistant", "Yo"), Message("user", "Ça va?")), None, 64
)
SHAPED = Prompt("plan", "Be kind.", (Message("user", "Plan"),), SCHEMA, 64)

CHAT = slot_for("chat", "gpt-6-luna", title="Chat")
RESPONSES = slot_for("responses", "gpt-6-luna", title="Responses", dialect="openai-responses")
GEMINI = slot_for("gemini", "gemini-3.5-flash-lite", title="Gemini")
SONAR = slot_for("sonar", "perplexity/sonar", title="Sonar")
DIALECTS = pytest.mark.parametrize("slot", [CHAT, RESPONSES, GEMINI, SONAR], ids=lambda slot: slot.name)


@pytest.fixture
async def vendor() -> AsyncIterator[FakeVendor]:
    async with FakeVendor() as running:
        yield running


@asynccontextmanager
async def provider_at(base_url: str, slot: ProviderModel) -> AsyncIterator[Provider]:
    """The slot's real adapter, pointed at `base_url`."""

    async def configured() -> list[ProviderModel]:
        return [slot]

    fleet = Fleet(
        configured, access={str(slot.vendor): ProviderAccess("a-key", base_url)}, today=lambda: date(2026, 11, 24)
    )
    [found] = await fleet.slots()
    assert found.provider is not None
    try:
        yield found.provider
    finally:
        await fleet.close()


async def failure(vendor: FakeVendor, slot: ProviderModel, fault: Fault, prompt: Prompt = TALK) -> ProviderFailure:
    """What the adapter raises when the vendor behaves so."""
    vendor.fault = lambda: fault
    async with provider_at(vendor.base_url, slot) as provider:
        with pytest.raises(ProviderFailure) as raised:
            await provider.complete(prompt, timeout_s=5.0)
    assert len(vendor.asked) == 1, "an adapter never asks twice"
    return raised.value


@DIALECTS
async def test_a_whole_reply_comes_back_with_its_tokens_and_price(vendor: FakeVendor, slot: ProviderModel) -> None:
    async with provider_at(vendor.base_url, slot) as provider:
        completion = await provider.complete(TALK, timeout_s=5.0)
    assert (completion.text, completion.provider, completion.model) == (vendor.reply, slot.name, slot.model)
    assert (completion.tokens_in, completion.tokens_out) == (TOKENS_IN, TOKENS_OUT)
    assert completion.cost_micro_usd == cost_micro_usd(slot, TOKENS_IN, TOKENS_OUT)


FAILURES: list[tuple[Fault, type[ProviderFailure], bool]] = [
    ("busy", ProviderBusy, False),
    ("busy_seconds", ProviderBusy, False),
    ("overloaded", ProviderBusy, False),
    ("no_credit", AccessRefused, False),
    ("bad_key", AccessRefused, False),
    ("google_bad_key", AccessRefused, False),
    ("forbidden", AccessRefused, False),
    ("gone", AccessRefused, False),
    ("bad_request", ProviderRefused, False),
    ("redirect", ProviderDown, False),
    ("gateway", ProviderDown, True),
    ("broken", ProviderDown, True),
    ("drop", ProviderDown, True),
    ("cut_body", ProviderDown, True),
    ("garbage", ProviderDown, True),
    ("not_an_object", ProviderDown, True),
    ("truncated", UnusableReply, True),
    ("no_finish", UnusableReply, True),
    ("empty", UnusableReply, True),
    ("huge", UnusableReply, True),
    ("filtered", ProviderRefused, True),
    ("declined", ProviderRefused, True),
]


@DIALECTS
@pytest.mark.parametrize(("fault", "kind", "billed"), FAILURES, ids=[fault for fault, _, _ in FAILURES])
async def test_every_failure_becomes_one_of_ours_and_says_whether_it_may_be_billed(
    vendor: FakeVendor, slot: ProviderModel, fault: Fault, kind: type[ProviderFailure], billed: bool
) -> None:
    failed = await failure(vendor, slot, fault)
    assert type(failed) is kind
    assert failed.billed is billed
    assert "secret prose" not in failed.reason


@DIALECTS
@pytest.mark.parametrize("fault", ["not_json", "wrong_schema"])
async def test_a_reply_of_another_shape_is_unusable(vendor: FakeVendor, slot: ProviderModel, fault: Fault) -> None:
    failed = await failure(vendor, slot, fault, SHAPED)
    assert type(failed) is UnusableReply
    assert failed.billed


@DIALECTS
async def test_a_fence_around_json_is_taken_off(vendor: FakeVendor, slot: ProviderModel) -> None:
    vendor.reply, vendor.fault = '{"answer": "yes"}', lambda: "fenced"
    async with provider_at(vendor.base_url, slot) as provider:
        completion = await provider.complete(SHAPED, timeout_s=5.0)
    assert json.loads(completion.text) == {"answer": "yes"}


@DIALECTS
async def test_a_blocked_prompt_is_no_success(vendor: FakeVendor, slot: ProviderModel) -> None:
    assert isinstance(await failure(vendor, slot, "prompt_blocked"), ProviderRefused | UnusableReply)


@DIALECTS
async def test_a_compressed_bomb_is_not_unpacked(vendor: FakeVendor, slot: ProviderModel) -> None:
    assert isinstance(await failure(vendor, slot, "bomb"), UnusableReply | ProviderDown)


@DIALECTS
@pytest.mark.parametrize("fault", ["hang", "drip"])
async def test_a_vendor_that_takes_too_long_is_left_in_time(
    vendor: FakeVendor, slot: ProviderModel, fault: Fault
) -> None:
    async with provider_at(vendor.base_url, slot) as provider:
        await provider.complete(TALK, timeout_s=5.0)  # so that importing the SDK is not what takes long
        vendor.fault = lambda: fault
        with pytest.raises(TimedOut) as raised:
            await asyncio.wait_for(provider.complete(TALK, timeout_s=0.2), 5)
    assert raised.value.billed


@DIALECTS
async def test_what_cannot_be_reached_is_down_and_free(slot: ProviderModel, free_port: int) -> None:
    async with provider_at(f"http://127.0.0.1:{free_port}", slot) as provider:
        with pytest.raises(ProviderDown) as raised:
            await provider.complete(TALK, timeout_s=5.0)
    assert not raised.value.billed


@pytest.fixture
def free_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers, and nobody else gets it
        yield taken.getsockname()[1]


@DIALECTS
@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("busy", None),
        ("busy_seconds", 7.0),
        ("busy_date", 600.0),
        ("busy_milliseconds", 1.5),
        ("busy_google", 13.0),
        ("overloaded", 9.0),
    ],
)
async def test_how_long_a_busy_vendor_wants_to_be_left_alone(
    vendor: FakeVendor, slot: ProviderModel, fault: Fault, seconds: float | None
) -> None:
    failed = await failure(vendor, slot, fault)
    assert isinstance(failed, ProviderBusy)
    assert failed.retry_after_s == seconds


@DIALECTS
@pytest.mark.parametrize("fault", ["no_usage", "odd_usage"])
async def test_uncounted_tokens_are_charged_as_the_most_they_can_be(
    vendor: FakeVendor, slot: ProviderModel, fault: Fault
) -> None:
    vendor.fault = lambda: fault
    async with provider_at(vendor.base_url, slot) as provider:
        completion = await provider.complete(TALK, timeout_s=5.0)
    assert completion.cost_micro_usd == worst_case_micro_usd(slot, TALK)


@DIALECTS
async def test_the_limit_on_the_reply_is_always_sent(vendor: FakeVendor, slot: ProviderModel) -> None:
    async with provider_at(vendor.base_url, slot) as provider:
        await provider.complete(TALK, timeout_s=5.0)
    body = vendor.asked[0].body
    sent = [
        body.get("max_completion_tokens"),
        body.get("max_output_tokens"),
        body.get("generationConfig", {}).get("maxOutputTokens"),
    ]
    assert sent.count(64) == 1


async def test_openai_chat_is_asked_with_the_schema_as_a_strict_constraint(vendor: FakeVendor) -> None:
    vendor.reply = '{"answer": "yes"}'
    async with provider_at(vendor.base_url + "/v1", CHAT) as provider:
        await provider.complete(SHAPED, timeout_s=5.0)
    asked = vendor.asked[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == "Bearer a-key"
    assert asked.body["response_format"]["json_schema"] == {"name": "reply", "strict": True, "schema": SCHEMA}
    assert asked.body["reasoning_effort"] == "none"
    assert asked.body["messages"] == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Plan"}]


async def test_openai_responses_keep_nothing_at_the_vendor(vendor: FakeVendor) -> None:
    vendor.reply = '{"answer": "yes"}'
    async with provider_at(vendor.base_url + "/v1", RESPONSES) as provider:
        await provider.complete(SHAPED, timeout_s=5.0)
    asked = vendor.asked[0]
    assert asked.path == "/v1/responses"
    assert asked.body["store"] is False
    assert asked.body["text"]["format"] == {"type": "json_schema", "name": "reply", "strict": True, "schema": SCHEMA}


async def test_gemini_is_asked_with_the_schema_and_hardly_thinks(vendor: FakeVendor) -> None:
    vendor.reply = '{"answer": "yes"}'
    async with provider_at(vendor.base_url, GEMINI) as provider:
        await provider.complete(SHAPED, timeout_s=5.0)
    asked = vendor.asked[0]
    assert asked.path == "/v1beta/models/gemini-3.5-flash-lite:generateContent"
    assert asked.headers["x-goog-api-key"] == "a-key"
    assert asked.body["generationConfig"]["responseJsonSchema"] == SCHEMA
    assert list(asked.body["generationConfig"]["thinkingConfig"].values()) == ["MINIMAL"]
    assert asked.body["systemInstruction"]["parts"] == [{"text": "Be kind."}]


async def test_an_address_with_a_version_of_its_own_has_its_way(vendor: FakeVendor) -> None:
    async with provider_at(vendor.base_url + "/proxy/v1", GEMINI) as provider:
        await provider.complete(TALK, timeout_s=5.0)
    assert vendor.asked[0].path == "/proxy/v1/models/gemini-3.5-flash-lite:generateContent"


async def test_perplexity_gets_the_schema_in_words(vendor: FakeVendor) -> None:
    vendor.reply = '{"answer": "yes"}'
    async with provider_at(vendor.base_url, SONAR) as provider:
        await provider.complete(SHAPED, timeout_s=5.0)
    asked = vendor.asked[0]
    assert asked.path == "/responses"
    assert json.dumps(SCHEMA, separators=(",", ":")) in asked.body["instructions"]
    assert "response_format" not in asked.body


async def test_a_connection_is_used_again(vendor: FakeVendor) -> None:
    async with provider_at(vendor.base_url, CHAT) as provider:
        first = await provider.complete(TALK, timeout_s=5.0)
        vendor.reply = "Sleep."
        second = await provider.complete(TALK, timeout_s=5.0)
    assert (first.text, second.text) == ("Drink water.", "Sleep.")


@DIALECTS
async def test_who_is_not_awaited_any_more_stops_at_once(vendor: FakeVendor, slot: ProviderModel) -> None:
    vendor.fault = lambda: "hang"
    async with provider_at(vendor.base_url, slot) as provider:
        asking = asyncio.create_task(provider.complete(TALK, timeout_s=30.0))
        await vendor.arrived.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


JUNK: list[object] = [None, True, -1, 1e300, 10**400, "", "STOP", "\ud800", [], [[]], {}, {"a": []}, [None], "x" * 999]


def twisted(answer: object, random: Random) -> object:
    """The answer with junk somewhere, or something missing."""
    if isinstance(answer, dict) and answer and random.random() < 0.85:
        key = random.choice(list(answer))
        rest = {name: value for name, value in answer.items() if name != key}
        return rest if random.random() < 0.1 else answer | {key: twisted(answer[key], random)}
    if isinstance(answer, list) and answer and random.random() < 0.85:
        place = random.randrange(len(answer))
        return [*answer[:place], twisted(answer[place], random), *answer[place + 1 :]]
    return random.choice(JUNK)


@DIALECTS
@pytest.mark.parametrize("prompt", [TALK, SHAPED], ids=["talk", "shaped"])
async def test_whatever_a_vendor_answers_is_a_completion_or_a_failure_of_ours(
    vendor: FakeVendor, slot: ProviderModel, prompt: Prompt
) -> None:
    random = Random(3)
    vendor.reply = '{"answer": "yes"}'
    vendor.twist = lambda answer: twisted(answer, random)
    ends = Counter[str]()
    async with provider_at(vendor.base_url, slot) as provider:
        for _ in range(150):
            try:
                completion = await provider.complete(prompt, timeout_s=20.0)
            except ProviderFailure as failed:
                ends[type(failed).__name__] += 1
            else:
                assert completion.text.encode()
                assert completion.cost_micro_usd > 0
                ends["completion"] += 1
    assert ends["completion"]
    assert ends["UnusableReply"]


@pytest.mark.parametrize("reply", ['{"answer": "\\ud800"}', '{"answer": NaN}', "[" * 99_999])
async def test_json_that_cannot_be_kept_is_unusable(vendor: FakeVendor, reply: str) -> None:
    vendor.reply = reply
    assert isinstance(await failure(vendor, CHAT, "none", SHAPED), UnusableReply)


@pytest.mark.parametrize("slot", [CHAT, RESPONSES], ids=lambda slot: slot.name)
async def test_what_cannot_be_sent_is_refused_and_free(vendor: FakeVendor, slot: ProviderModel) -> None:
    async with provider_at(vendor.base_url, slot) as provider:
        with pytest.raises(ProviderFailure) as raised:
            await provider.complete(Prompt("chat", "Be kind.", (Message("user", "\ud800"),), None, 64), timeout_s=20.0)
    assert not vendor.asked
    assert not raised.value.billed
