"""What of a reply's text is JSON: as it stands, inside a fence or words, or after a slip that leaves no doubt."""

import json

import pytest

from shared.providers.models import slot_for
from shared.providers.provider import Message, Prompt, UnusableReply
from shared.providers.replies import Used, whole_reply

MODEL = slot_for("openai", "gpt-6-luna", title="O")
SCHEMA = {
    "type": "object",
    "properties": {"why": {"type": "string"}, "rows": {"type": "array", "items": {"type": "integer"}}},
    "required": ["why", "rows"],
}
PROMPT = Prompt("plan", "Answer.", (Message("user", "Hello"),), SCHEMA, 100)
WHOLE = '{"why": "a, }b{", "rows": [1, 2]}'


def read(text: str) -> object:
    """What a caller reads of a reply."""
    return json.loads(whole_reply(PROMPT, MODEL, text, Used(1, 1)).text)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}```",
        f"Here is {{your}} plan:\n\n```json\n{WHOLE}\n```\nEnjoy!",
        f"Sure. {WHOLE} Have fun {{really}}.",
        '{"why": "a, }b{", "rows": [1, 2,],}',
    ],
    ids=["as it stands", "fence", "bare fence", "fence in words", "words", "trailing commas"],
)
def test_the_object_in_a_reply_is_found(text: str) -> None:
    assert read(text) == {"why": "a, }b{", "rows": [1, 2]}


def test_a_slip_after_an_object_inside_does_not_make_that_the_answer() -> None:
    nested = {"type": "object", "properties": {"days": {"type": "array", "items": SCHEMA}}, "required": ["days"]}
    reply = f'{{"days": [{WHOLE},],}}'
    prompt = Prompt("plan", "Answer.", (Message("user", "Hello"),), nested, 100)
    assert json.loads(whole_reply(prompt, MODEL, reply, Used(1, 1)).text) == {"days": [json.loads(WHOLE)]}


def test_a_raw_line_break_in_a_string_is_read_as_one() -> None:
    assert read('{"why": "first\nsecond", "rows": []}') == {"why": "first\nsecond", "rows": []}


def test_a_reply_that_is_json_stays_as_it_was_written() -> None:
    assert whole_reply(PROMPT, MODEL, f" {WHOLE}\n", Used(1, 1)).text == f" {WHOLE}\n"


@pytest.mark.parametrize(
    "text",
    [
        WHOLE[:-2],
        f"```json\n{WHOLE[:-1]}\n```",
        "There is no plan.",
        "{" * 10_000,
        '{"why": "x", "rows": [NaN]}',
        '{"why": "\\ud83d", "rows": []}',
        '{"why": "\\ud83d", "rows": [],}',
        "[1, 2]",
    ],
    ids=["cut", "cut in a fence", "prose", "braces", "no number", "half a character", "and mended", "a list"],
)
def test_what_is_no_whole_object_is_unusable(text: str) -> None:
    with pytest.raises(UnusableReply):
        read(text)
