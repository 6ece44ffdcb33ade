"""The story of a session, a week or a month, told from its facts alone."""

from collections.abc import Callable, Sequence

from shared.coach.offline.phrases import Voice, counted, date_words, joined, size_words, with_unit
from shared.domain.analysis.facts import Fact, Facts
from shared.domain.progression_rules import number

_NAMED = 3
"""No more things than that are named in a sentence."""


def narrate(facts: Facts, *, seed: str = "") -> str:
    """A few sentences over `facts`, the same for the same seed. Every number in them is one of the facts."""
    voice = Voice(f"{seed}|{facts.kind}|{facts.title}|{facts.text('date') or facts.text('to')}")
    tellers = _SESSION if facts.kind == "session" else _PERIOD
    if facts.kind != "session" and not facts.number("sessions"):
        return _quiet(facts, voice)
    return " ".join(sentence for tell in tellers if (sentence := tell(facts, voice)))


def _session_opening(facts: Facts, voice: Voice) -> str:
    sets = counted(facts.number("work_sets") or 0, "work set", "work sets")
    count = counted(facts.number("exercises") or 0, "exercise", "exercises")
    day = facts.find("date")
    on = f" on {date_words(day)}" if day else ""
    minutes = facts.find("minutes")
    time = f" in {with_unit(minutes)}" if minutes else ""
    options = [
        f"{facts.title}{on}: {sets} over {count}{time}.",
        f"You did {sets} of {count}{on}{time}.",
        f"{sets[:1].upper()}{sets[1:]} across {count}{time}: that was {facts.title}{on}.",
    ]
    return voice.pick("opening", options)


def _planned(facts: Facts, voice: Voice) -> str:
    planned, done = facts.number("planned_sets"), facts.number("work_sets")
    if planned is None or done is None:
        return ""
    if done >= planned:
        return voice.pick(
            "planned",
            ["Everything planned got done.", "The plan was met in full.", "Not a single planned set is missing."],
        )
    options = [
        f"The plan asked for {planned:g} sets, so a few were left out; that changes nothing for the next loads.",
        f"Of {planned:g} planned sets you did {done:g}, and the next session goes on from what you did.",
    ]
    return voice.pick("planned", options)


def _records(facts: Facts, voice: Voice) -> str:
    records = facts.starting("record:")
    if not records:
        return ""
    named = joined([f"{with_unit(fact)} ({fact.label})" for fact in records[-_NAMED:]])
    options = [f"New best: {named}.", f"Heavier than ever before: {named}.", f"That set a record: {named}."]
    many = [f"New bests: {named}.", f"Records fell: {named}.", f"Heavier than ever before: {named}."]
    return voice.pick("records", options if len(records) == 1 else many)


def _strength(facts: Facts, voice: Voice) -> str:
    changes = [f for f in facts.items if f.key.startswith(("e1rm_change:", "trend:")) and not isinstance(f.value, str)]
    rises = [fact for fact in changes if _number(fact) > 0]
    falls = [fact for fact in changes if _number(fact) <= -5]
    if rises:
        best = max(rises, key=_number)
        name, now = best.label.split(",")[0], facts.find("e1rm:" + best.key.partition(":")[2])
        to = f" to {with_unit(now)}" if now else ""
        options = [
            f"Your estimated 1RM on {name} rose by {size_words(best)}{to}.",
            f"{name} is {size_words(best)} over your best so far{f', estimated at {with_unit(now)}' if now else ''}.",
        ]
        return voice.pick("strength", options)
    if falls:
        worst = min(falls, key=_number)
        name = worst.label.split(",")[0]
        options = [
            f"{name} was {size_words(worst)} under your best, which a single day does not explain.",
            f"{name} stayed {size_words(worst)} below your best; sleep, food and stress show up there first.",
        ]
        return voice.pick("strength", options)
    return ""


def _volume(facts: Facts, voice: Voice) -> str:
    volume, change = facts.find("volume"), facts.find("volume_change")
    if volume is None:
        return ""
    if change is None:
        return voice.pick(
            "volume", [f"In all you moved {with_unit(volume)}.", f"Volume load came to {with_unit(volume)}."]
        )
    if abs(_number(change)) <= number("A.steady_percent"):
        options = [
            f"Volume held steady at {with_unit(volume)}.",
            f"You moved {with_unit(volume)}, about as much as before.",
        ]
    elif _number(change) > 0:
        options = [
            f"Volume rose by {size_words(change)} to {with_unit(volume)}.",
            f"You moved {with_unit(volume)}, {size_words(change)} more than before.",
        ]
    else:
        options = [
            f"Volume was {size_words(change)} lower, at {with_unit(volume)}.",
            f"You moved {with_unit(volume)}, {size_words(change)} less than before.",
        ]
    return voice.pick("volume", options)


def _effort(facts: Facts, voice: Voice) -> str:
    effort = facts.find("mean_rpe")
    if effort is None:
        return ""
    if _number(effort) >= number("A.hard_rpe"):
        options = [f"Your sets averaged {_rpe(effort)}: very hard. Keeping a repetition in reserve pays off over weeks.",
                   f"At a mean of {_rpe(effort)} there was little left; a touch less effort still builds as much."]  # fmt: skip
    elif _number(effort) <= number("A.easy_rpe"):
        options = [
            f"Effort averaged {_rpe(effort)}, so there was room to spare.",
            f"A mean of {_rpe(effort)} leaves plenty in reserve.",
        ]
    else:
        options = [
            f"Effort averaged {_rpe(effort)}, right where it does its work.",
            f"With a mean of {_rpe(effort)} the sets were hard enough.",
        ]
    return voice.pick("effort", options)


def _first_times(facts: Facts, voice: Voice) -> str:
    names = [fact.label for fact in facts.starting("first:")][:_NAMED]
    if not names:
        return ""
    options = [f"{joined(names)} is in the log for the first time: a starting point, not a verdict.",
               f"With {joined(names)} the log now has something to build on."]  # fmt: skip
    return voice.pick("first", options[1:] if len(names) > 1 else options)


def _quiet(facts: Facts, voice: Voice) -> str:
    options = [
        f"{facts.title} hold no session. The next one picks up where the log left off, with loads eased if the break was long.",
        f"Nothing was logged in {facts.title[0].lower()}{facts.title[1:]}. One easy session is enough to be back in the rhythm.",
        f"{facts.title} were quiet. Nothing is lost: loads are worked out afresh from your last session.",
    ]
    return voice.pick("quiet", options)


def _period_opening(facts: Facts, voice: Voice) -> str:
    sessions = facts.number("sessions") or 0
    sets = counted(facts.number("work_sets") or 0, "work set", "work sets")
    kept, planned = facts.number("kept"), facts.number("planned")
    asked = f", {kept:g} of {planned:g} planned" if kept is not None and planned is not None else ""
    span, count = facts.title, counted(sessions, "session", "sessions")
    options = [
        f"{span}: {count}{asked}, with {sets}.",
        f"You trained {counted(sessions, 'time', 'times')} in {span[0].lower()}{span[1:]}{asked}, {sets} in all.",
        f"{count[:1].upper()}{count[1:]}{asked}, and {sets}: those were {span[0].lower()}{span[1:]}.",
    ]
    return voice.pick("opening", options)


def _drift(facts: Facts, voice: Voice) -> str:
    drift = facts.find("effort_drift")
    if drift is None or abs(_number(drift)) < number("A.effort_drift_rpe"):
        return ""
    if _number(drift) > 0:
        options = [f"Sets felt {_points(drift)} harder than before, which is worth watching.",
                   f"Effort crept up by {_points(drift)}: sleep and food first, then load."]  # fmt: skip
    else:
        options = [f"Sets felt {_points(drift)} easier than before.", f"Effort came down by {_points(drift)}."]
    return voice.pick("drift", options)


def _muscles(facts: Facts, voice: Voice) -> str:
    over, under = facts.starting("muscle_over:"), facts.starting("muscle_under:")
    if over:
        fact = max(over, key=_number)
        return voice.pick("muscles", [f"{_muscle(fact)} got {with_unit(fact)} a week, {fact.explanation}: less would do as much.",
                                      f"{_muscle(fact)} is {fact.explanation}, at {with_unit(fact)}."])  # fmt: skip
    if not under:
        return voice.pick(
            "muscles", ["Every major muscle got its weekly sets.", "Weekly sets are in range for all major muscles."]
        )
    lowest = sorted(under, key=_number)[:_NAMED]
    named = joined([f"{_muscle(fact).lower()} ({with_unit(fact)})" for fact in lowest])
    options = [f"Short of the weekly range: {named}.", f"More sets would help here: {named}."]
    return voice.pick("muscles", options)


def _plateaus(facts: Facts, voice: Voice) -> str:
    stuck = facts.starting("plateau:")[:1]
    if not stuck:
        return ""
    name = stuck[0].label.split(",")[0]
    options = [f"{name} has not set a new best for {with_unit(stuck[0])}: a lighter week, or another rep range, often frees it.",
               f"For {with_unit(stuck[0])} there has been no new best on {name}; time to change something small."]  # fmt: skip
    return voice.pick("plateau", options)


def _streak(facts: Facts, voice: Voice) -> str:
    streak = facts.find("streak")
    if streak is None or _number(streak) < _NAMED:
        return ""
    options = [
        f"Your streak stands at {with_unit(streak)}, planned rest included.",
        f"{with_unit(streak)} in a row without a missed session.",
    ]
    return voice.pick("streak", options)


def _number(fact: Fact) -> float:
    return 0.0 if isinstance(fact.value, str) else float(fact.value)


def _rpe(fact: Fact) -> str:
    return f"RPE {fact.value:g}" if not isinstance(fact.value, str) else fact.value


def _points(fact: Fact) -> str:
    return f"{abs(_number(fact)):g} RPE"


def _muscle(fact: Fact) -> str:
    return fact.label.rpartition(", ")[2].capitalize()


_SESSION: Sequence[Callable[[Facts, Voice], str]] = (
    _session_opening, _planned, _records, _strength, _volume, _effort, _first_times,
)  # fmt: skip
_PERIOD: Sequence[Callable[[Facts, Voice], str]] = (
    _period_opening, _records, _strength, _volume, _drift, _muscles, _plateaus, _streak,
)  # fmt: skip
