"""Google's `google-genai` SDK as a provider."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.providers.built_once import BuiltOnce
from shared.providers.failures import TimedOut
from shared.providers.models import ProviderModel
from shared.providers.provider import Completion, Prompt, ProviderDown, ProviderRefused, UnusableReply
from shared.providers.replies import Used, count, instructions, member, objects, read_object, whole_reply
from shared.providers.transport import vendor_client

if TYPE_CHECKING:
    import httpx2
    from google.genai import Client

VENDOR_ADDRESS = "https://generativelanguage.googleapis.com"
API_VERSION = "v1beta"
"""The version that has every field we send; an address that ends in a version of its own has its way."""

_VERSION_AT_END = re.compile(r"/(?P<version>v\d+(?:alpha|beta)?\d*)/?\Z")
_DECLINED = frozenset(
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR", "IMAGE_SAFETY"}
)


class GeminiConnection:
    """One key at one address: the SDK's client, built when first needed."""

    def __init__(self, *, api_key: str, base_url: str) -> None:
        """An empty `base_url` means Google's own address."""
        self._api_key = api_key
        address = base_url or VENDOR_ADDRESS
        version = _VERSION_AT_END.search(address)
        self._api_version = version["version"] if version else API_VERSION
        self._base_url = address[: version.start()] if version else address.rstrip("/")
        self._clients = BuiltOnce(self._build)

    async def client(self) -> "Client":
        """The SDK's client."""
        return (await self._clients.get())[0]

    def warm(self) -> None:
        """Import the SDK and build the client in the background."""
        self._clients.warm()

    async def close(self) -> None:
        """Let go of connections; the SDK leaves a client it was given to its giver."""
        if self._clients.built is not None:
            await self._clients.built[1].aclose()

    def _build(self) -> "tuple[Client, httpx2.AsyncClient]":
        from google.genai import Client, types  # noqa: PLC0415 - half a second; only who has a key pays

        carrier = vendor_client()
        options = types.HttpOptions(base_url=self._base_url, api_version=self._api_version, httpx_async_client=carrier)
        return Client(api_key=self._api_key, vertexai=False, http_options=options), carrier


@dataclass(frozen=True, slots=True)
class GeminiAdapter:
    """One slot over a connection."""

    model: ProviderModel
    connection: GeminiConnection

    @property
    def name(self) -> str:
        """The slot's name."""
        return self.model.name

    async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
        """Ask once, within `timeout_s` seconds; raises one of the `ProviderFailure`s."""
        client = None
        try:
            async with asyncio.timeout(timeout_s):
                client = await self.connection.client()
                body = await _ask(client, self.model, prompt)
        except TimeoutError as late:
            raise TimedOut(f"no whole answer within {timeout_s:.1f} s", billed=client is not None) from late
        text, used = _read(read_object(body))
        return whole_reply(prompt, self.model, text, used)

    async def close(self) -> None:
        """Let go of connections."""
        await self.connection.close()


async def _ask(client: "Client", model: ProviderModel, prompt: Prompt) -> str:
    """The body of a 2xx answer, unread: the SDK's own reading leaks whatever exception a strange body causes."""
    from google.genai import errors, types  # noqa: PLC0415 - imported when the client was built

    contents: list[Any] = [
        types.Content(role="model" if message.role == "assistant" else "user", parts=[types.Part(text=message.text)])
        for message in prompt.messages
    ]
    config = types.GenerateContentConfig(
        system_instruction=instructions(prompt, model),
        max_output_tokens=prompt.max_output,
        should_return_http_response=True,
        automatic_continuation=False,  # would send, and pay for, further requests on its own
        thinking_config=_thinking(model),
    )
    if prompt.schema is not None and model.schema_by == "constraint":
        config.response_mime_type = "application/json"
        config.response_json_schema = prompt.schema
    try:
        answer = await client.aio.models.generate_content(model=model.model, contents=contents, config=config)
    except errors.APIError as failed:
        raise ProviderDown(f"the SDK failed ({type(failed).__name__})", billed=True) from failed
    except ValueError as unsendable:
        raise ProviderRefused(f"it cannot be sent ({type(unsendable).__name__})", billed=False) from unsendable
    response = answer.sdk_http_response
    return (response.body if response is not None else None) or ""


def _thinking(model: ProviderModel) -> Any:
    """How much it may think; what it thinks is charged as output."""
    from google.genai import types  # noqa: PLC0415 - imported when the client was built

    match model.effort:
        case "":
            return None
        case "none":
            return types.ThinkingConfig(thinking_budget=0)
        case effort:
            return types.ThinkingConfig(thinking_level=types.ThinkingLevel(effort.upper()))


def _read(answer: Mapping[str, Any]) -> tuple[str, Used]:
    if member(answer, "promptFeedback").get("blockReason"):
        raise ProviderRefused("its filter declined the request", billed=True)
    candidate = next(iter(objects(answer.get("candidates"))), {})
    reason = str(candidate.get("finishReason"))[:40]
    if reason in _DECLINED:
        raise ProviderRefused(f"its filter declined the reply ({reason})", billed=True)
    if reason == "MAX_TOKENS":
        raise UnusableReply("the reply is cut at its length limit", billed=True)
    if reason != "STOP":
        raise UnusableReply(f"the reply ended for no good reason ({reason})", billed=True)
    parts = objects(member(candidate, "content").get("parts"))
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str) and not part.get("thought"))
    return text, _used(member(answer, "usageMetadata"))


def _used(usage: Mapping[str, Any]) -> Used:
    """Tokens charged. Thoughts and tool prompts are counted apart from what was answered and asked, charged alike, and
    left out where there were none."""
    asked, answered = count(usage.get("promptTokenCount")), count(usage.get("candidatesTokenCount"))
    tool_prompt, thoughts = (count(usage.get(key)) or 0 for key in ("toolUsePromptTokenCount", "thoughtsTokenCount"))
    return Used(
        None if asked is None else asked + tool_prompt,
        None if answered is None else answered + thoughts,
    )
