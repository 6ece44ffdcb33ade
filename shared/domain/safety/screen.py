"""The safety screen: a fixed answer to alarming words, given before any model is asked and before anything is charged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.domain.safety.context import Context
from shared.domain.safety.folding import Words, words_of
from shared.domain.safety.lexicon import LANGUAGES, Action, Language, Mention, Pattern, function_words, lexicon, rules

_PARTS = frozenset({"CHEST", "HEART", "HEAD", "FACE", "CALF"})
_NEAREST = 6
"""So many mentions of a concept are tried around another: a text of alarming words only must not cost its square."""
_NEVER_PAST = frozenset({"SUICIDE", "SELF_HARM"})


@dataclass(frozen=True, slots=True)
class SafetyHit:
    """A rule that a message met, and the fixed text that answers it in the message's language."""

    rule: str
    action: Action
    severity: Literal["life_threatening", "other"]
    language: Language
    reply: str

    @property
    def persists(self) -> bool:
        """Whether the flag stays up until the person says that it is resolved; a refusal ends with its message."""
        return self.action != "refuse"


def screen(text: str) -> SafetyHit | None:
    """The most pressing rule that `text` meets, or None.

    English, German, Spanish and French; accents, case, spacing, invisible characters, digits for letters and single
    typos do not matter. Denials ("no chest pain"), cleared history and relatives' past illnesses are no hits; in doubt
    it is one. Pure, and well under a millisecond for 2,000 characters.
    """
    words = words_of(text)
    mentions = lexicon().mentions(words)
    if not mentions:
        return None
    context = Context(words, mentions)
    for rule in rules():
        for pattern in rule.patterns:
            match = _match(pattern, context)
            if match is not None:
                language = _language(match, words)
                return SafetyHit(rule.id, rule.action, rule.severity, language, rule.replies[language])
    return None


def still_open(history: Sequence[tuple[SafetyHit | None, str]]) -> SafetyHit | None:
    """The flag that is still up after these turns, each the hit its user message raised (or None) and that message.

    A flag stays up, whatever else is talked about, until a later message says plainly that the symptom is gone or that
    a professional has checked it, and for a crisis that the person is safe or with help. A new hit in the same message
    outweighs such words.
    """
    raised: SafetyHit | None = None
    for hit, message in history:
        if hit is not None and hit.persists:
            raised = _graver(raised, hit)
        elif raised is not None and _resolves(message, raised):
            raised = None
    return raised


def _graver(one: SafetyHit | None, other: SafetyHit) -> SafetyHit:
    order = [rule.id for rule in rules()]
    return other if one is None or order.index(other.rule) <= order.index(one.rule) else one


def _resolves(message: str, hit: SafetyHit) -> bool:
    words = words_of(message)
    context = Context(words, lexicon().mentions(words))
    if hit.action == "crisis":
        return context.stated("SAFE")
    return context.gone() or context.stated("CLEARED") or context.found_well()


def _match(pattern: Pattern, context: Context) -> tuple[Mention, ...] | None:
    """The first place where the pattern's concepts meet and are meant."""
    first, *others = pattern.concepts
    if not all(context.all(concept) for concept in pattern.concepts):
        return None
    for mention in context.all(first):
        for match in _meetings((mention,), others, pattern, context):
            if _is_meant(match, pattern, context):
                return match
    return None


def _meetings(
    match: tuple[Mention, ...], others: Sequence[str], pattern: Pattern, context: Context
) -> Iterable[tuple[Mention, ...]]:
    """The ways to complete `match` with the other concepts within reach, in one sentence and one language."""
    if not others:
        yield match
        return
    start, end, reach = min(m.start for m in match), max(m.end for m in match), pattern.within + 2
    nearby = context.near(others[0], end - reach, start + reach)
    for mention in sorted(nearby, key=lambda one: abs(one.start - start))[:_NEAREST]:
        wider = (*match, mention)
        within = max(end, mention.end) - min(start, mention.start) <= reach
        one_sentence = context.words.sentence[mention.start] == context.words.sentence[start]
        if within and one_sentence and _one_language(wider):
            yield from _meetings(wider, others[1:], pattern, context)


def _is_meant(match: tuple[Mention, ...], pattern: Pattern, context: Context) -> bool:
    sentence = context.words.sentence[match[0].start]
    if any(context.in_sentence(name, sentence) for name in pattern.unless):
        return False
    if _binds_elsewhere(match, context) or context.denied(match) or context.of_another(match):
        return False
    return bool(_NEVER_PAST & set(pattern.concepts)) or not context.past(match)


def _binds_elsewhere(match: tuple[Mention, ...], context: Context) -> bool:
    """Whether the symptom stands in another clause with a body part of its own: "my knee hurts, chest is next"."""
    clause = context.words.clause
    if not any(m.concept in _PARTS for m in match) or len({clause[m.start] for m in match}) == 1:
        return False
    return any(context.in_clause("BODY", clause[m.start]) for m in match if m.concept not in _PARTS)


def _one_language(match: Sequence[Mention]) -> bool:
    shared = ~0
    for mention in match:
        shared &= mention.languages
    return bool(shared)


def _language(match: Sequence[Mention], words: Words) -> Language:
    """The language of the match; where several share its words, the one that the rest of the text speaks."""
    shared = ~0
    for mention in match:
        shared &= mention.languages
    possible = [language for bit, language in enumerate(LANGUAGES) if shared >> bit & 1]
    return max(possible, key=lambda language: sum(word in function_words()[language] for word in words.text))
