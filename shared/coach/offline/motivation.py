"""A word of encouragement for the day, from where the person really stands."""

from datetime import date

from shared.coach.offline.motivation_words import WORDS, MotivationWords
from shared.coach.offline.phrases import Voice
from shared.domain.analysis.facts import Facts
from shared.domain.progression_rules import number
from shared.domain.words import WrittenIn


def motivation(facts: Facts, *, day: date, language: WrittenIn = "en") -> str:
    """One or two sentences from `standing_facts`, the same all day long, and the same in every language. They claim
    nothing that the facts do not say."""
    voice, words = Voice(f"motivation|{day.isoformat()}"), WORDS[language]
    return f"{voice.pick('opening', _openings(facts, words))} {voice.pick('closing', _closings(facts, words))}"


def rest_instead(language: WrittenIn = "en") -> str:
    """What is said in place of encouragement while an alarming word in the chat is open."""
    return WORDS[language].rest


def _openings(facts: Facts, words: MotivationWords) -> list[str]:
    since, streak = facts.number("days_since"), facts.find("streak")
    if since is None:
        return list(words.empty)
    if since >= number("P6.repeat_from_days"):
        return [phrase.format(days=facts.text("days_since")) for phrase in words.away]
    found: list[str] = []
    records = facts.starting("record:")
    if records:
        latest = records[-1]
        found += [p.format(amount=words.amount(latest), record=words.record_of(latest)) for p in words.record]
    if streak is not None and float(streak.value) >= number("A.streak_days"):
        found += [phrase.format(amount=words.amount(streak)) for phrase in words.streak]
    rising = [f for f in facts.starting("trend:") if not isinstance(f.value, str) and f.value > 0]
    if rising:
        best = max(rising, key=lambda fact: float(fact.value))
        found += [phrase.format(lift=words.lift(best), size=words.size(best)) for phrase in words.rising]
    return found or list(words.ordinary)


def _closings(facts: Facts, words: MotivationWords) -> list[str]:
    title, minutes = facts.text("next_title"), facts.find("next_minutes")
    if title is None:
        return list(words.no_plan)
    if facts.find("deload") is not None:
        return [phrase.format(title=title) for phrase in words.light]
    length = words.length.format(amount=words.amount(minutes)) if minutes else ""
    return [phrase.format(title=title, length=length) for phrase in words.following]
