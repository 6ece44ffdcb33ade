"""Answers to what people ask most, out of their own facts and a little general knowledge; never an invented number."""

from collections.abc import Callable
from datetime import date

from shared.coach.offline.asked import Asked
from shared.coach.offline.basics import (
    age,
    belly,
    cardio,
    effort,
    frequency,
    illness,
    nutrition,
    overload,
    period,
    rest,
    results,
    sleep,
    stretching,
    time,
    volume,
    warm_up,
)
from shared.coach.offline.knowledge import knowledge
from shared.coach.offline.motivation import motivation
from shared.coach.offline.phrases import Voice, date_words, joined, size_words, with_unit
from shared.coach.offline.questions import Topic, understood
from shared.coach.offline.refusals import crash_diet, drugs, excess, fracture
from shared.coach.offline.substitutions import form, instead, pain
from shared.domain.analysis.facts import Facts
from shared.domain.constraints import constraints_of
from shared.domain.plan import Plan
from shared.domain.profile import Profile


def answer(question: str, facts: Facts, profile: Profile, *, plan: Plan | None, today: date) -> str:
    """An answer from `facts` (see `standing_facts`) and general knowledge, the same for the same question and day.

    It never names an exercise that the person's equipment, injuries or exclusions refuse, and where it does not
    understand, it says so and what it can do.
    """
    asked = Asked(
        understood(question),
        facts,
        knowledge(profile),
        profile,
        constraints_of(profile, year=today.year),
        plan,
        today,
        Voice(f"{question}|{today.isoformat()}"),
    )
    teller = _TELLERS.get(asked.question.topic) if asked.question.topic else None
    if teller is None and asked.question.exercises:
        teller = form
    return (teller or _fallback)(asked)


def _soreness(asked: Asked) -> str:
    days, pick = asked.known("soreness"), asked.voice.pick
    opening = pick(
        "soreness",
        [
            "Soreness after something new is normal.",
            "Sore muscles mean unaccustomed work, not good or bad work.",
            "Muscles complain most about what they have not done for a while.",
        ],
    )
    advice = pick(
        "soreness advice",
        [
            "Easy movement helps, and you can train: warm up well and see whether it eases.",
            "A walk or a few light sets do more for it than lying still; train if it eases while you warm up.",
            "You need not wait until it is gone: warm up, start light, and go on if it loosens.",
        ],
    )
    return (
        f"{opening} It usually lasts {days}. {advice} "
        "Sharp pain, swelling, or dark urine is something else: stop and see a doctor at once."
    )


def _plateau(asked: Asked) -> str:
    named = {exercise.id: exercise.name for exercise in asked.question.exercises}
    stuck = [fact for fact in asked.facts.starting("plateau:") if not named or fact.key.split(":")[1] in named]
    if named and not stuck:
        opening = f"By the log {joined(list(named.values()))} has not stood still for long enough to call it a plateau."
    elif stuck:
        seen = joined([f"{fact.label.split(',')[0]} ({with_unit(fact)} since its best)" for fact in stuck[:3]])
        opening = asked.voice.pick("plateau", [f"The log agrees: {seen}.", f"Yes, the log shows it: {seen}."])
    elif asked.facts.number("sessions_ever"):
        opening = asked.voice.pick(
            "plateau",
            [
                "By the log none of your main lifts has stopped for long enough to call it a plateau.",
                "The log shows no plateau: every main lift has moved recently enough.",
            ],
        )
    else:
        opening = "There is nothing in the log yet to judge it by."
    every = asked.known("deload_every")
    advice = [
        "What helps, in this order: sleep and enough food, every set logged with its effort so that loads are neither too "
        f"easy nor too hard, a deload every {every}, and only then another variant or more sets.",
        "First look at sleep and food, then log the effort of every set so that the loads can fit. "
        f"If a deload every {every} does not free it either, change the variant or the range of repetitions.",
        f"Most stalls end with rest: a deload every {every}, decent nights, enough to eat. Only after that is it worth "
        "changing the exercise or adding sets.",
    ]
    return f"{opening} {asked.voice.pick('plateau advice', advice)}"


def _deload(asked: Asked) -> str:
    every, load = asked.known("deload_every"), asked.known("deload_load")
    effort = asked.general.text("deload_rpe")
    now = "This week is a deload in your plan. " if asked.facts.find("deload") else ""
    options = [
        f"A deload is a lighter week every {every}: the same days and exercises, half the sets, about {load} of the load, "
        f"effort at most RPE {effort}. It comes by itself when your plan or your log says so, and breaks no streak.",
        f"Every {every} a week goes by with half the sets, about {load} of the load and effort up to RPE {effort}, on the "
        "same days. It is planned for you, or called by the log when you tire, and breaks no streak.",
        f"Think of it as a week of practice: same exercises, half the sets, about {load} of the load, nothing over RPE "
        f"{effort}. One is due every {every}, and your next session says so when it has come.",
    ]
    return f"{now}{asked.voice.pick('deload', options)}"


def _missed(asked: Asked) -> str:
    since = asked.facts.find("days_since")
    away = f"Your last session was {with_unit(since)} ago. " if since is not None and since.value else ""
    repeat, cut = asked.known("layoff_from"), asked.known("layoff_cut")
    calm = asked.voice.pick(
        "missed",
        [
            "A missed session changes nothing: do the next one when you can, and do not make up for it.",
            "Nothing is lost. Go on with the next session, and leave the missed one where it is.",
            "Life comes first now and then. Take up the next session as it stands, without doubling anything.",
        ],
    )
    back = asked.voice.pick(
        "missed back",
        [
            f"After {repeat} off or more, your loads come down by {cut} at first and climb back quickly; the next session "
            "already reckons with it.",
            f"Only after {repeat} off are loads eased, by {cut} to begin with, and the next session does that by itself.",
        ],
    )
    return f"{away}{calm} {back}"


def _next(asked: Asked) -> str:
    title = asked.facts.text("next_title")
    if title is None:
        return "You have no plan to train by yet. Generate one, and I will tell you what comes next and why."
    minutes = asked.facts.find("next_minutes")
    rows = []
    for fact in asked.facts.starting("next:"):
        load = asked.facts.find(f"next_load:{fact.key.removeprefix('next:')}")
        rows.append(f"{fact.label}, {fact.value}{f' at {with_unit(load)}' if load else ''}")
    length = f", about {with_unit(minutes)}" if minutes else ""
    light = " This week is a deload, so it is light on purpose." if asked.facts.find("deload") else ""
    return f"Next is {title}{length}: {'; '.join(rows)}.{light}"


def _why(asked: Asked) -> str:
    """The reasons that stand beside the next session's loads."""
    named = {exercise.id for exercise in asked.question.exercises}
    rows = [fact for fact in asked.facts.starting("next:") if not named or fact.key.removeprefix("next:") in named]
    if not rows:
        return "Every load comes from your own log, and the next session says beside each why it is what it is."
    reasons = " ".join(f"{fact.label}: {fact.explanation}" for fact in rows[:3])
    opening = asked.voice.pick("why", ["From your log.", "This is how it was worked out.", "The log says why."])
    return f"{opening} {reasons}"


def _records(asked: Asked) -> str:
    named = {exercise.id for exercise in asked.question.exercises}
    estimates = [f for f in asked.facts.starting("e1rm:") if not named or f.key.removeprefix("e1rm:") in named]
    fresh = asked.facts.starting("record:")
    if not estimates and not fresh:
        return (
            "The log holds no set yet that a one-repetition maximum could be estimated from. Log weight, reps and RPE."
        )
    parts = []
    if estimates:
        listed = joined([f"{fact.label.split(',')[0]} {with_unit(fact)}" for fact in estimates[:4]])
        parts.append(f"Your estimated one-repetition maxima: {listed}.")
    if fresh:
        parts.append(f"New this week: {joined([f'{fact.label} with {with_unit(fact)}' for fact in fresh[:3]])}.")
    return " ".join(parts)


def _progress(asked: Asked) -> str:
    if not asked.facts.number("sessions_ever"):
        return "There is no session in the log yet. After the first ones I can tell you what changed, and why."
    parts = [f"In the last week you did {_sessions(asked)}."]
    last = asked.facts.find("last_session")
    if last is not None:
        parts.append(f"Your last one was on {date_words(last)}.")
    trends = asked.facts.starting("trend:")
    for fact in trends[:3]:
        value = float(fact.value) if not isinstance(fact.value, str) else 0.0
        way = "up" if value > 0 else "down" if value < 0 else "level with"
        size = "" if value == 0 else f" {size_words(fact)} against"
        parts.append(f"{fact.label.split(',')[0]} is {way}{size} everything before.")
    adherence = asked.facts.find("adherence")
    if adherence is not None:
        parts.append(f"Adherence to the plan: {with_unit(adherence)}.")
    return " ".join(parts)


def _motivation(asked: Asked) -> str:
    return motivation(asked.facts, day=asked.today)


def _thanks(asked: Asked) -> str:
    return asked.voice.pick("thanks", ["You are welcome.", "Any time.", "Glad it helped. See you at the next session."])


def _greeting(asked: Asked) -> str:
    return f"Hello. {motivation(asked.facts, day=asked.today)}"


def _fallback(asked: Asked) -> str:
    title, last = asked.facts.text("next_title"), asked.facts.find("last_session")
    known = []
    if last is not None:
        known.append(f"your last session was on {date_words(last)}")
    if title is not None:
        known.append(f"next is {title}")
    facts = f" What I do know: {joined(known)}." if known else ""
    opening = asked.voice.pick(
        "fallback",
        ["I am not sure I understood that.", "I am not sure what you mean.", "That one I am not sure about."],
    )
    return (
        f"{opening} I can tell you what comes next and why, how you are doing, what to do instead of "
        f"an exercise, how to do one, and about rest, warm-up, soreness, plateaus and deloads.{facts}"
    )


_TELLERS: dict[Topic, Callable[[Asked], str]] = {
    "drugs": drugs,
    "crash_diet": crash_diet,
    "excess": excess,
    "fracture": fracture,
    "why": _why,
    "pain": pain,
    "instead": instead,
    "form": form,
    "soreness": _soreness,
    "plateau": _plateau,
    "deload": _deload,
    "missed": _missed,
    "next": _next,
    "records": _records,
    "progress": _progress,
    "rest": rest,
    "warm_up": warm_up,
    "volume": volume,
    "effort": effort,
    "nutrition": nutrition,
    "sleep": sleep,
    "cardio": cardio,
    "frequency": frequency,
    "overload": overload,
    "stretching": stretching,
    "illness": illness,
    "results": results,
    "age": age,
    "period": period,
    "time": time,
    "belly": belly,
    "motivation": _motivation,
    "thanks": _thanks,
    "greeting": _greeting,
}


def _sessions(asked: Asked) -> str:
    fact = asked.facts.find("sessions")
    count = float(fact.value) if fact is not None and not isinstance(fact.value, str) else 0.0
    return "one session" if count == 1 else f"{count:g} sessions"
