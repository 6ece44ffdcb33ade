"""OpenAI's SDK as a provider: OpenAI itself, and Perplexity, which differs by data; chat completions and responses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.providers.built_once import BuiltOnce
from shared.providers.failures import TimedOut
from shared.providers.models import Dialect, ProviderModel, Vendor
from shared.providers.provider import Completion, Prompt, ProviderDown, ProviderRefused, UnusableReply
from shared.providers.replies import Used, count, instructions, member, objects, read_object, whole_reply
from shared.providers.transport import failure_within, vendor_client

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_ADDRESSES: Mapping[tuple[Vendor, Dialect], str] = {
    ("openai", "openai-chat"): "https://api.openai.com/v1",
    ("openai", "openai-responses"): "https://api.openai.com/v1",
    ("perplexity", "openai-chat"): "https://api.perplexity.ai",
    ("perplexity", "openai-responses"): "https://api.perplexity.ai/v1",
}


class OpenAIConnection:
    """One key at one address: the SDK's client, built when first needed."""

    def __init__(self, vendor: Vendor, dialect: Dialect, *, api_key: str, base_url: str) -> None:
        """An empty `base_url` means the vendor's own address for that dialect."""
        self._api_key = api_key
        self._base_url = base_url or _ADDRESSES[vendor, dialect]
        self._client = BuiltOnce(self._build)

    async def client(self) -> "AsyncOpenAI":
        """The SDK's client."""
        return await self._client.get()

    def warm(self) -> None:
        """Import the SDK and build the client in the background."""
        self._client.warm()

    async def close(self) -> None:
        """Let go of connections."""
        if self._client.built is not None:
            await self._client.built.close()

    def _build(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI  # noqa: PLC0415 - the import takes most of a second; only who has a key pays

        return AsyncOpenAI(
            api_key=self._api_key, base_url=self._base_url, max_retries=0, timeout=None, http_client=vendor_client()
        )


@dataclass(frozen=True, slots=True)
class OpenAIAdapter:
    """One slot over a connection."""

    model: ProviderModel
    connection: OpenAIConnection

    @property
    def name(self) -> str:
        """The slot's name."""
        return self.model.name

    async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
        """Ask once, within `timeout_s` seconds; raises one of the `ProviderFailure`s."""
        ask, read = (
            (_ask_responses, _read_response) if self.model.dialect == "openai-responses" else (_ask_chat, _read_chat)
        )
        client = None
        try:
            async with asyncio.timeout(timeout_s):
                client = await self.connection.client()
                body = await ask(client, self.model, prompt)
        except TimeoutError as late:
            raise TimedOut(f"no whole answer within {timeout_s:.1f} s", billed=client is not None) from late
        text, used = read(read_object(body))
        return whole_reply(prompt, self.model, text, used)

    async def close(self) -> None:
        """Let go of connections."""
        await self.connection.close()


async def _ask_chat(client: "AsyncOpenAI", model: ProviderModel, prompt: Prompt) -> bytes:
    asked: dict[str, Any] = {
        "model": model.model,
        "messages": [{"role": "system", "content": instructions(prompt, model)}],
    }
    asked["messages"] += [{"role": message.role, "content": message.text} for message in prompt.messages]
    asked["max_completion_tokens" if model.vendor == "openai" else "max_tokens"] = prompt.max_output
    if model.effort:
        asked["reasoning_effort"] = model.effort
    if prompt.schema is not None and model.schema_by == "constraint":
        asked["response_format"] = _constraint(prompt.schema)
    return await _sent(client, "/chat/completions", asked)


async def _ask_responses(client: "AsyncOpenAI", model: ProviderModel, prompt: Prompt) -> bytes:
    asked: dict[str, Any] = {"model": model.model, "instructions": instructions(prompt, model)}
    asked["input"] = [{"role": message.role, "content": message.text} for message in prompt.messages]
    asked["max_output_tokens"] = prompt.max_output
    if model.effort:
        asked["reasoning"] = {"effort": model.effort}
    if model.vendor == "openai":
        asked["store"] = False
    if prompt.schema is not None and model.schema_by == "constraint":
        if model.vendor == "openai":
            constraint = _constraint(prompt.schema)
            asked["text"] = {"format": {"type": "json_schema", **constraint["json_schema"]}}
        else:
            asked["response_format"] = _constraint(prompt.schema)
    return await _sent(client, "/responses", asked)


async def _sent(client: "AsyncOpenAI", path: str, asked: Mapping[str, Any]) -> bytes:
    """The body of a 2xx answer. The SDK wraps what the transport raised; what it raises itself came before sending.

    `post` rather than `create`, which spends a third of its time walking types that are right already, and reads
    replies without checking them.
    """
    import httpx2  # noqa: PLC0415 - imported when the client was built
    import openai  # noqa: PLC0415 - likewise

    try:
        answer: httpx2.Response = await client.post(path, cast_to=httpx2.Response, body=asked)
    except openai.OpenAIError as failed:
        ours = failure_within(failed)
        raise ours or ProviderDown(f"the SDK failed ({type(failed).__name__})", billed=True) from failed
    except ValueError as unsendable:
        raise ProviderRefused(f"it cannot be sent ({type(unsendable).__name__})", billed=False) from unsendable
    return answer.content


def _constraint(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}


def _read_chat(answer: Mapping[str, Any]) -> tuple[str, Used]:
    choice = next(iter(objects(answer.get("choices"))), {})
    message = member(choice, "message")
    if message.get("refusal"):
        raise ProviderRefused("the model declined", billed=True)
    match choice.get("finish_reason"):
        case "stop":
            pass
        case "content_filter":
            raise ProviderRefused("its content filter declined", billed=True)
        case "length":
            raise UnusableReply("the reply is cut at its length limit", billed=True)
        case other:
            raise UnusableReply(f"the reply ended for no good reason ({str(other)[:40]})", billed=True)
    text = message.get("content")
    usage = member(answer, "usage")
    return text if isinstance(text, str) else "", Used(
        count(usage.get("prompt_tokens")),
        count(usage.get("completion_tokens")),
        member(usage, "cost").get("total_cost"),
    )


def _read_response(answer: Mapping[str, Any]) -> tuple[str, Used]:
    content = [
        part
        for item in objects(answer.get("output"))
        if item.get("type") == "message"
        for part in objects(item.get("content"))
    ]
    reason = member(answer, "incomplete_details").get("reason")
    if reason == "content_filter" or any(part.get("type") == "refusal" for part in content):
        raise ProviderRefused("the model or its filter declined", billed=True)
    if answer.get("status") == "failed":
        raise ProviderDown("the answer says it failed", billed=True)
    if answer.get("status") != "completed":
        raise UnusableReply(f"the reply is cut ({str(reason or answer.get('status'))[:40]})", billed=True)
    text = "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    usage = member(answer, "usage")
    return text, Used(
        count(usage.get("input_tokens")), count(usage.get("output_tokens")), member(usage, "cost").get("total_cost")
    )
