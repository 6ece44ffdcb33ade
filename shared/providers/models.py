"""Models as data: one row a slot, what is known of the models a slot may name, and what replaces one that retires."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal, cast, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from shared.auth.account import Tier
from shared.errors import FieldError
from shared.providers.provider import Purpose

Vendor = Literal["openai", "gemini", "perplexity"]
Dialect = Literal["openai-chat", "openai-responses", "gemini"]
Effort = Literal["", "none", "minimal", "low"]

_ModelId = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*(/[A-Za-z0-9._:-]+)*$")]
"""As vendors write them, some with slashes; no address has this form, so that none gets into a request's path."""
_Price = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
_Budget = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderModel:
    """A slot: which model it asks, in which dialect, at which price, how often it may, and until when.

    Prices are US dollars per million tokens and per request; None means unknown, and a slot whose price is unknown is
    never asked. `effort` is how much the model may think before it answers ("" = do not say). `schema_by` says how it
    learns the shape of a reply: "constraint" by the vendor's constrained output, "instructions" in words.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    title: Annotated[str, Field(min_length=1, max_length=60)]
    vendor: Vendor
    dialect: Dialect
    model: _ModelId
    enabled: bool = True
    priority: Annotated[int, Field(ge=1, le=100)] = 50
    price_in_usd: _Price | None = None
    price_out_usd: _Price | None = None
    price_request_usd: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.0
    weekly_budget_usd: _Budget = 10.0
    monthly_budget_usd: _Budget = 40.0
    timeout_s: Annotated[float, Field(ge=0.5, le=60, allow_inf_nan=False)] = 12.0
    retires_on: date | None = None
    successor: _ModelId | None = None
    effort: Effort = ""
    schema_by: Literal["constraint", "instructions"] = "constraint"
    tiers: tuple[Tier, ...] = get_args(Tier)
    purposes: tuple[Purpose, ...] = get_args(Purpose)
    max_input_bytes: Annotated[int, Field(ge=1_000, le=250_000)] = 200_000
    max_output: Annotated[int, Field(ge=16, le=32_000)] = 8_000

    @property
    def key_setting(self) -> str:
        """The setting that holds the vendor's key."""
        return f"{self.vendor.upper()}_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """What is known of a model id: the dearest published price (US dollars, cache writes included), and its end."""

    vendor: Vendor
    dialect: Dialect
    price_in_usd: float
    price_out_usd: float
    price_request_usd: float = 0.0
    effort: Effort = ""
    schema_by: Literal["constraint", "instructions"] = "constraint"
    retires_on: date | None = None
    successor: str | None = None


# Read on 2026-11-23 from the vendors' own model, pricing and deprecation pages. OpenAI's input price is that of writing
# the prompt cache (1.25 times the plain one), since the vendor decides when it writes; a prompt never reaches the
# 272,000 tokens above which it doubles. Perplexity's is the dearest of its two tables plus the dearest search fee.
# Perplexity compiles a schema on first use, for up to half a minute, and ours differ from person to person.
KNOWN_MODELS: Mapping[str, KnownModel] = {
    "gpt-6-luna": KnownModel(
        vendor="openai", dialect="openai-chat", price_in_usd=0.125, price_out_usd=0.5, effort="none"
    ),
    "gpt-6.1-terra": KnownModel(
        vendor="openai", dialect="openai-chat", price_in_usd=1.25, price_out_usd=5.0, effort="none"
    ),
    "gpt-6.1-sol": KnownModel(
        vendor="openai", dialect="openai-chat", price_in_usd=2.5, price_out_usd=10.0, effort="none"
    ),
    "gpt-4o-mini": KnownModel(
        vendor="openai",
        dialect="openai-chat",
        price_in_usd=0.15,
        price_out_usd=0.6,
        retires_on=date(2027, 1, 14),
        successor="gpt-6-luna",
    ),
    "gpt-4o": KnownModel(
        vendor="openai",
        dialect="openai-chat",
        price_in_usd=2.5,
        price_out_usd=10.0,
        retires_on=date(2027, 1, 14),
        successor="gpt-6.1-terra",
    ),
    "gemini-3.5-flash-lite": KnownModel(
        vendor="gemini", dialect="gemini", price_in_usd=0.3, price_out_usd=2.5, effort="minimal"
    ),
    "gemini-3.8-flash": KnownModel(
        vendor="gemini", dialect="gemini", price_in_usd=0.75, price_out_usd=3.75, effort="low"
    ),
    "gemini-2.5-flash-lite": KnownModel(
        vendor="gemini", dialect="gemini", price_in_usd=0.1, price_out_usd=0.4, effort="none"
    ),
    "gemini-2.5-flash": KnownModel(
        vendor="gemini",
        dialect="gemini",
        price_in_usd=0.3,
        price_out_usd=2.5,
        effort="none",
        retires_on=date(2026, 12, 1),
        successor="gemini-3.5-flash-lite",
    ),
    "perplexity/sonar": KnownModel(
        vendor="perplexity",
        dialect="openai-responses",
        price_in_usd=1.0,
        price_out_usd=2.5,
        price_request_usd=0.012,
        schema_by="instructions",
    ),
    "sonar": KnownModel(
        vendor="perplexity",
        dialect="openai-chat",
        price_in_usd=1.0,
        price_out_usd=1.0,
        price_request_usd=0.012,
        schema_by="instructions",
        retires_on=date(2026, 9, 27),
        successor="perplexity/sonar",
    ),
}


class InvalidModel(ValueError):
    """A row that cannot be a slot; `errors` names each field and what is wrong with it."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Effective:
    """The slot as it is asked today, what was changed about it, and why it cannot be asked if it cannot."""

    slot: ProviderModel
    note: str | None
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class Retirement:
    """A model that the vendor switches off on `on`; `successor` is None where nothing priced would take over."""

    slot: str
    model: str
    on: date
    successor: str | None


def slot_for(name: str, model: str, **settings: Any) -> ProviderModel:
    """A slot that asks a model of `KNOWN_MODELS`, with its prices; `settings` are further fields of the slot."""
    known = asdict(KNOWN_MODELS[model])
    return ProviderModel(name=name, model=model, **(known | settings))


DEFAULT_MODELS: tuple[ProviderModel, ...] = (
    slot_for("gemini", "gemini-3.5-flash-lite", title="Gemini Flash", priority=1),
    slot_for("perplexity", "perplexity/sonar", title="Perplexity Sonar", priority=2, timeout_s=15.0),
    slot_for("openai-mini", "gpt-6-luna", title="OpenAI mini", priority=3),
    slot_for("openai", "gpt-6.1-terra", title="OpenAI", priority=4),
)
"""The slots of a fresh installation. The names stay whatever model is current: Gemini 2.5 Flash, Sonar's chat, GPT-4o
mini and GPT-4o are gone or going, so each slot names what its vendor says to use instead."""


def to_json(slot: ProviderModel) -> dict[str, Any]:
    """The row as JSON values; `from_json` reads it back."""
    return cast("dict[str, Any]", _adapter().dump_python(slot, mode="json"))


def from_json(row: Mapping[str, Any]) -> ProviderModel:
    """The slot that a row of JSON values describes; raises `InvalidModel`."""
    try:
        slot = _adapter().validate_python(dict(row))
    except ValidationError as rejected:
        raise InvalidModel(
            tuple(
                FieldError(".".join(str(part) for part in error["loc"]) or "row", error["msg"])
                for error in rejected.errors(include_url=False, include_input=False)
            )
        ) from rejected
    if slot.successor == slot.model:
        raise InvalidModel((FieldError("successor", "A model cannot be its own successor"),))
    if (slot.vendor == "gemini") != (slot.dialect == "gemini"):
        raise InvalidModel((FieldError("dialect", f"{slot.vendor} does not speak {slot.dialect}"),))
    return slot


def changed(slot: ProviderModel, changes: Mapping[str, Any]) -> ProviderModel:
    """The slot after an admin's changes (JSON values); raises `InvalidModel`.

    A change of model brings its known prices, dialect and end along, unless the changes give their own. The prices of a
    model nobody knows are unknown then, not those of the model before: a price that is too low would overspend.
    """
    row = to_json(slot)
    model = changes.get("model", slot.model)
    if model != slot.model:
        known = KNOWN_MODELS.get(model) if isinstance(model, str) else None
        if known is None:
            row |= {"price_in_usd": None, "price_out_usd": None, "retires_on": None, "successor": None, "effort": ""}
        else:
            row |= asdict(known)
    return from_json(row | dict(changes))


def effective(slot: ProviderModel, *, today: date) -> Effective:
    """The slot as it is to be asked on `today`: from its shutdown day on, a model gives way to its successor."""
    note = None
    seen = {slot.model}
    while slot.retires_on is not None and today >= slot.retires_on:
        known = KNOWN_MODELS.get(slot.successor or "")
        gone = f"{slot.model} was switched off on {slot.retires_on}"
        if known is None or slot.successor is None:
            return Effective(slot, note, f"{gone} and has no successor whose price is known")
        if slot.successor in seen or known.vendor != slot.vendor:
            return Effective(slot, note, f"{gone} and {slot.successor} cannot take its place")
        seen.add(slot.successor)
        slot = replace(slot, model=slot.successor, **asdict(known))
        note = f"{gone}; {slot.model} answers instead"
    if slot.price_in_usd is None or slot.price_out_usd is None:
        return Effective(slot, note, f"the price of {slot.model} is unknown")
    return Effective(slot, note, None)


def retiring(slots: Iterable[ProviderModel], today: date, within_days: int) -> list[Retirement]:
    """The models in use that are switched off within so many days from `today`, soonest first."""
    last = today + timedelta(days=within_days)
    found = []
    for configured in slots:
        now = effective(configured, today=today).slot
        if now.enabled and now.retires_on is not None and now.retires_on <= last:
            then = effective(now, today=now.retires_on)
            successor = then.slot.model if then.obstacle is None else None
            found.append(Retirement(now.name, now.model, now.retires_on, successor))
    return sorted(found, key=lambda retirement: retirement.on)


@functools.cache
def _adapter() -> TypeAdapter[ProviderModel]:
    return TypeAdapter(ProviderModel)
