"""Exercises in answers: what to do instead, how to do one, and what pain rules out. Nothing illegal is ever named."""

import re
from dataclasses import replace

from shared.coach.offline.asked import Asked
from shared.coach.offline.phrases import joined
from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import Constraints, refusal
from shared.domain.injuries import AVOIDED, avoided_tags, regions_from_text
from shared.domain.substitute import substitute

_NAMED = 2
"""No more exercises than that are replaced in one answer."""
_LACKING = r"(?:don t have|do not have|have no|without|no access to|no)(?: an?| the| any| my)? "


def instead(asked: Asked) -> str:
    """A safe stand-in for each exercise named, sparing what hurts and leaving out what is not at hand."""
    if not asked.question.exercises:
        return asked.voice.pick(
            "instead",
            [
                "Tell me which exercise you want to replace, by its name, and I will look for one that trains the same with "
                "what you have. In your plan, Swap does it at once and remembers it.",
                "Which exercise is it? Name it and I will find a stand-in that you can do; Swap in your plan then keeps it.",
            ],
        )
    bound = _bound_today(asked)
    lines = [_stand_in(exercise, bound, asked) for exercise in asked.question.exercises[:_NAMED]]
    closing = asked.voice.pick(
        "instead closing",
        [
            "Swap in your plan puts it in place and remembers it.",
            "To keep it that way, use Swap in your plan.",
            "Use Swap in your plan, and the next plans will know it too.",
        ],
    )
    return f"{' '.join(lines)} {closing}"


def form(asked: Asked) -> str:
    """The cues of the exercise named; one that is not for this person is replaced, not explained."""
    if not asked.question.exercises:
        return "Name the exercise, and I will tell you what to watch. A video of your set from the side helps most."
    exercise = asked.question.exercises[0]
    refused = refusal(exercise, asked.constraints)
    if refused is not None:
        found = substitute(exercise, asked.constraints, taken=frozenset())
        other = f" {found.exercise.name} would be the safer choice.{_cue(found.exercise)}" if found else ""
        return f"{exercise.name} is not for you at present: {refused.why}{other}"
    closings = [
        "Start light until it feels the same every time.",
        "Leave a rep in hand while you learn it.",
        "A video from the side shows more than a mirror.",
    ]
    return f"{exercise.name}: {' '.join(exercise.cues)} {asked.voice.pick('form', closings)}"


def pain(asked: Asked) -> str:
    """Stop, when to see a clinician, and what of the next session to do otherwise meanwhile. Where it hurts is asked
    for where the question does not say it in words known here."""
    opening = asked.voice.pick(
        "pain",
        [
            "Pain is a reason to stop that exercise today, not to push through.",
            "Leave out whatever brings the pain on; nothing is lost by sparing it now.",
            "Do not train through it: stop what hurts and go on with what does not.",
        ],
    )
    place = ""
    if not regions_from_text(asked.question.words).understood:
        place = asked.voice.pick(
            "where",
            [
                "Which part of the body is it? Until I know, I leave out whatever loads a large joint hard. ",
                "Tell me where it hurts; until then I count on the widest caution. ",
            ],
        )
    return (
        f"{opening} {place}If it is sharp, spreads, swells, or is still there tomorrow, have a clinician look at it. Discomfort of "
        f"at most {asked.known('pain_most')} that is gone by the next morning is usually tolerable. Add the region under "
        f"injuries in your profile and every plan will spare it. {_meanwhile(asked)}"
    ).strip()


def _meanwhile(asked: Asked) -> str:
    """Stand-ins for what was named, or for what the next session holds that stresses the region named."""
    bound = _bound_today(asked)
    known = catalogue().exercises
    coming = [known[key] for fact in asked.facts.starting("next:") if (key := fact.key.removeprefix("next:")) in known]
    wanted = asked.question.exercises or tuple(one for one in coming if refusal(one, bound) is not None)
    lines = []
    for exercise in wanted[:_NAMED]:
        found = substitute(exercise, bound, taken=_planned(asked))
        if found is None:
            lines.append(f"leave out {exercise.name}")
        else:
            lines.append(f"{found.exercise.name} may stand in for {exercise.name} if it is free of pain")
    return f"Until then {joined(lines)}." if lines else ""


def _stand_in(exercise: Exercise, bound: Constraints, asked: Asked) -> str:
    found = substitute(exercise, bound, taken=_planned(asked))
    if found is None:
        return f"For {exercise.name} I know nothing safe with your equipment that trains the same."
    return f"Instead of {exercise.name}: {found.exercise.name}. {found.why}{_cue(found.exercise)}"


def _bound_today(asked: Asked) -> Constraints:
    """What binds the person, and besides that the regions the question names and the equipment it says is missing."""
    text, bound = asked.question.words, asked.constraints
    missing = {item for item in bound.equipment if re.search(_LACKING + item.replace("_", " ") + r"s?\b", text)}
    told = regions_from_text(text)
    hurt = avoided_tags(told.regions)
    if asked.question.topic == "pain" and not told.understood:
        hurt = AVOIDED["other"]
    return replace(bound, avoided=bound.avoided | hurt, equipment=bound.equipment - missing)


def _planned(asked: Asked) -> frozenset[str]:
    if asked.plan is None:
        return frozenset()
    return frozenset(
        row.exercise_id for day in asked.plan.days for row in day.exercises if row.exercise_id in catalogue().exercises
    )


def _cue(exercise: Exercise) -> str:
    return f" {exercise.cues[0]}" if exercise.cues else ""
