"""The fleet: which slots can be asked, over which connections, and what importing it costs."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from shared.config import ProviderAccess
from shared.providers.models import DEFAULT_MODELS, ProviderModel, slot_for
from shared.providers.slots import Fleet

KEY = ProviderAccess("a-key", "http://127.0.0.1:9")


def fleet_of(*models: ProviderModel, access: Mapping[str, ProviderAccess], today: date = date(2026, 11, 24)) -> Fleet:
    async def configured() -> list[ProviderModel]:
        return list(models)

    return Fleet(configured, access=access, today=lambda: today)


async def test_a_slot_without_a_key_is_absent_and_names_the_setting() -> None:
    slots = await fleet_of(*DEFAULT_MODELS, access={"openai": KEY}).slots()
    obstacles = {slot.model.name: slot.obstacle for slot in slots}
    assert obstacles == {
        "gemini": "GEMINI_API_KEY is not set",
        "perplexity": "PERPLEXITY_API_KEY is not set",
        "openai-mini": None,
        "openai": None,
    }
    assert [slot.model.name for slot in slots if slot.provider] == ["openai-mini", "openai"]


async def test_a_slot_that_is_switched_off_cannot_be_asked() -> None:
    off = replace(DEFAULT_MODELS[2], enabled=False)
    [slot] = await fleet_of(off, access={"openai": KEY}).slots()
    assert (slot.provider, slot.obstacle) == (None, "it is switched off")


async def test_past_its_models_end_a_slot_asks_the_successor_and_says_so() -> None:
    old = slot_for("mini", "gpt-4o-mini", title="Mini")
    [slot] = await fleet_of(old, access={"openai": KEY}, today=date(2027, 2, 1)).slots()
    assert slot.provider is not None
    assert slot.model.model == "gpt-6-luna"
    assert slot.note == "gpt-4o-mini was switched off on 2027-01-14; gpt-6-luna answers instead"


async def test_warming_returns_at_once_and_only_touches_who_has_a_key() -> None:
    fleet = fleet_of(*DEFAULT_MODELS, access={"openai": KEY})
    await fleet.warm()
    [slot] = [slot for slot in await fleet.slots() if slot.model.name == "openai"]
    assert slot.provider is not None
    await fleet.close()


def test_importing_the_router_imports_no_sdk_and_no_transport() -> None:
    code = (
        "import sys, shared.providers.router, shared.providers.slots, shared.providers.hints;"
        "print([name for name in ('openai', 'google.genai', 'google', 'aiohttp', 'httpx2', 'httpx') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
