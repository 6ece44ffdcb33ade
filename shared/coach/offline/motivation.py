"""A word of encouragement for the day, from where the person really stands."""

from datetime import date

from shared.coach.offline.phrases import Voice, size_words, with_unit
from shared.domain.analysis.facts import Facts
from shared.domain.progression_rules import number

REST = (
    "Training can wait: rest until what you told the coach has been checked, and tell the coach when it has. "
    "Your plan and your log stay as they are."
)


def motivation(facts: Facts, *, day: date) -> str:
    """One or two sentences from `standing_facts`, the same all day long. They claim nothing that the facts do not say."""
    voice = Voice(f"motivation|{day.isoformat()}")
    openings = _openings(facts)
    opening = voice.pick("opening", openings)
    return f"{opening} {voice.pick('closing', _closings(facts))}"


def _openings(facts: Facts) -> list[str]:
    since, streak = facts.number("days_since"), facts.find("streak")
    if since is None:
        return [
            "Every log begins with an empty page, and yours is ready.",
            "The first session only has to happen; it does not have to be good.",
            "Nobody is behind on day zero. Start light and see what your body says.",
        ]
    if since >= number("P6.repeat_from_days"):
        away = facts.text("days_since")
        return [
            f"It has been {away} days, and what you built comes back faster than it came.",
            f"After {away} days off, the best session is the one that gets done, easy or not.",
            f"{away} days away change less than they feel like. The next session already reckons with it.",
        ]
    found: list[str] = []
    records = facts.starting("record:")
    if records:
        latest = records[-1]
        found += [f"{with_unit(latest)} on {latest.label}: that was a best, and you did it this week.",
                  f"This week's record stands: {latest.label} with {with_unit(latest)}."]  # fmt: skip
    if streak is not None and float(streak.value) >= number("A.streak_days"):
        found += [f"{with_unit(streak)} without a missed session, rest days and all.",
                  f"A streak of {with_unit(streak)} is built one ordinary session at a time."]  # fmt: skip
    rising = [f for f in facts.starting("trend:") if not isinstance(f.value, str) and f.value > 0]
    if rising:
        best = max(rising, key=lambda fact: float(fact.value))
        found.append(f"{best.label.split(',')[0]} is {size_words(best)} over everything before. The work is showing.")
    return found or [
        "Consistency looks boring from the inside and impressive from the outside.",
        "You do not need a great day to train, only a session that begins.",
        "Small steps that happen beat big ones that are planned.",
    ]


def _closings(facts: Facts) -> list[str]:
    title, minutes = facts.text("next_title"), facts.find("next_minutes")
    if title is None:
        return ["One set leads to the next.", "Show up, warm up, and let the rest follow.", "Keep it simple today."]
    length = f", about {with_unit(minutes)}" if minutes else ""
    if facts.find("deload") is not None:
        return [f"{title} is next, and this week it is meant to be light.", f"Next up is {title}: easy on purpose."]
    return [
        f"{title} is next{length}.",
        f"Next up: {title}{length}.",
        f"When you are ready, {title} is waiting{length}.",
    ]
