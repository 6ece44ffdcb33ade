"""The phrasings of the day's encouragement in each language, side by side, so that all of them say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.coach.offline.phrases import size_words, with_unit
from shared.domain.analysis.facts import Fact
from shared.domain.words import WrittenIn

Phrases = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MotivationWords:
    """Templates by what they are said of; each has as many phrases in one language as in the other.

    `amount` and `size` write a fact's value with its unit, `size` without its sign; `lift` names the exercise of a fact
    about one, `record_of` also the repetitions of a record.
    """

    empty: Phrases
    away: Phrases
    record: Phrases
    streak: Phrases
    rising: Phrases
    ordinary: Phrases
    no_plan: Phrases
    light: Phrases
    following: Phrases
    length: str
    rest: str
    amount: Callable[[Fact], str]
    size: Callable[[Fact], str]
    lift: Callable[[Fact], str]
    record_of: Callable[[Fact], str]


def _german_name(fact: Fact) -> str:
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - only where somebody reads German

    known = catalogue().exercises.get(fact.key.split(":")[1])
    written = fact.label.split(",")[0]
    return known.translations["de"].name if known and "de" in known.translations else written


def _german_record(fact: Fact) -> str:
    reps = int(fact.key.rsplit(":", 1)[1])
    return f"{_german_name(fact)}, {reps} {'Wiederholung' if reps == 1 else 'Wiederholungen'}"


_GERMAN_UNITS: Mapping[str, tuple[str, str]] = {"days": ("Tag", "Tage"), "minutes": ("Minute", "Minuten")}
"""One and several; units that are not here are written alike in both languages."""


def _german_amount(fact: Fact) -> str:
    if isinstance(fact.value, str):
        return fact.value
    value = f"{fact.value:,}".translate(str.maketrans(",.", ".,"))
    if fact.unit is None:
        return value
    one, several = _GERMAN_UNITS.get(fact.unit, (fact.unit, fact.unit))
    return f"{value} {one if fact.value == 1 else several}"


def _german_size(fact: Fact) -> str:
    value = fact.value if isinstance(fact.value, str) else abs(fact.value)
    return _german_amount(fact.model_copy(update={"value": value}))


WORDS: Mapping[WrittenIn, MotivationWords] = {
    "en": MotivationWords(
        empty=(
            "Every log begins with an empty page, and yours is ready.",
            "The first session only has to happen; it does not have to be good.",
            "Nobody is behind on day zero. Start light and see what your body says.",
        ),
        away=(
            "It has been {days} days, and what you built comes back faster than it came.",
            "After {days} days off, the best session is the one that gets done, easy or not.",
            "{days} days away change less than they feel like. The next session already reckons with it.",
        ),
        record=(
            "{amount} on {record}: that was a best, and you did it this week.",
            "This week's record stands: {record} with {amount}.",
        ),
        streak=(
            "{amount} without a missed session, rest days and all.",
            "A streak of {amount} is built one ordinary session at a time.",
        ),
        rising=("{lift} is {size} over everything before. The work is showing.",),
        ordinary=(
            "Consistency looks boring from the inside and impressive from the outside.",
            "You do not need a great day to train, only a session that begins.",
            "Small steps that happen beat big ones that are planned.",
        ),
        no_plan=("One set leads to the next.", "Show up, warm up, and let the rest follow.", "Keep it simple today."),
        light=("{title} is next, and this week it is meant to be light.", "Next up is {title}: easy on purpose."),
        following=(
            "{title} is next{length}.",
            "Next up: {title}{length}.",
            "When you are ready, {title} is waiting{length}.",
        ),
        length=", about {amount}",
        rest=(
            "Training can wait: rest until what you told the coach has been checked, and tell the coach when it has. "
            "Your plan and your log stay as they are."
        ),
        amount=with_unit,
        size=size_words,
        lift=lambda fact: fact.label.split(",")[0],
        record_of=lambda fact: fact.label,
    ),
    "de": MotivationWords(
        empty=(
            "Jedes Trainingsbuch beginnt mit einer leeren Seite, und deine ist bereit.",
            "Die erste Einheit muss nur stattfinden; gut sein muss sie nicht.",
            "Am Anfang ist niemand im Rückstand. Fang leicht an und schau, was dein Körper sagt.",
        ),
        away=(
            "Es sind {days} Tage vergangen, und was du aufgebaut hast, kommt schneller zurück, als es kam.",
            "Nach {days} Tagen Pause ist die beste Einheit die, die stattfindet, leicht oder nicht.",
            "{days} Tage Pause ändern weniger, als es sich anfühlt. Die nächste Einheit rechnet schon damit.",
        ),
        record=(
            "{record} mit {amount}: Das war eine Bestleistung, und du hast sie diese Woche geschafft.",
            "Der Rekord dieser Woche steht: {record} mit {amount}.",
        ),
        streak=(
            "{amount} ohne verpasste Einheit, Ruhetage eingerechnet.",
            "Deine Serie zählt {amount}, gebaut aus lauter gewöhnlichen Einheiten.",
        ),
        rising=("{lift} liegt {size} über allem davor. Die Arbeit zeigt sich.",),
        ordinary=(
            "Dranbleiben sieht von innen langweilig aus und von außen beeindruckend.",
            "Du brauchst zum Training keinen großartigen Tag, nur eine Einheit, die anfängt.",
            "Kleine Schritte, die du gehst, schlagen große, die du nur planst.",
        ),
        no_plan=(
            "Ein Satz zieht den nächsten nach sich.",
            "Komm hin, wärm dich auf, der Rest ergibt sich.",
            "Halt es heute einfach.",
        ),
        light=(
            "Deine nächste Einheit steht an, und diese Woche soll sie leicht sein.",
            "Als Nächstes kommt eine Einheit, die mit Absicht leicht ist.",
        ),
        following=(
            "Deine nächste Einheit steht an{length}.",
            "Als Nächstes ist deine geplante Einheit dran{length}.",
            "Wenn du so weit bist, wartet die nächste Einheit auf dich{length}.",
        ),
        length=", etwa {amount}",
        rest=(
            "Das Training kann warten: Ruh dich aus, bis abgeklärt ist, was du dem Coach erzählt hast, und sag ihm dann "
            "Bescheid. Dein Plan und dein Trainingsbuch bleiben, wie sie sind."
        ),
        amount=_german_amount,
        size=_german_size,
        lift=_german_name,
        record_of=_german_record,
    ),
}
"""German names no plan's title: those are kept in English, and the page shows the title in its own language beside."""
