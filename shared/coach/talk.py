"""Words over facts: what a model is asked to say, and why its reply is believed or not."""

from collections.abc import Callable, Sequence

from shared.coach.canary import marked
from shared.coach.fence import again, fenced, plain
from shared.coach.offline.facts_check import facts_check
from shared.coach.unfit import unfit
from shared.domain.analysis.facts import Facts
from shared.domain.constraints import spared_regions
from shared.domain.messages import CoachMessage
from shared.domain.profile import Profile
from shared.domain.safety.screen import screen
from shared.providers.attempt import Repairable
from shared.providers.provider import Completion, Message, Prompt, UnusableReply

CHAT_TURNS = 12
CHAT_OUTPUT = 700
NARRATIVE_OUTPUT = 500
LONGEST_REPLY = 4000
COACH = """You are a strength coach in a training app. Answer the person's `message`; `conversation` is what was said before
it. You speak plainly and kindly, in the language of the message, in at most 150 words, as plain text without markup or
links. Every number you state must stand in the data;
say so when something is not known. Never diagnose, never dose drugs or diets, never promise results, never advise an
exercise for a region the data lists as injured, never encourage training through pain: send people to a clinician.
You cannot change plans or records; the app's buttons do."""
NARRATOR = """You put the findings of a training log into words for the person who trained: at most 120 words, plain
text without markup, warm and honest. What went well first, then one thing to watch, then what to do next. Every number
you state must stand in the data; state nothing about the past that is not there. Never diagnose."""


def chat_prompt(
    message: str,
    history: Sequence[CoachMessage],
    *,
    facts: Facts,
    profile: Profile,
    plan: Sequence[str] = (),
    sessions: Sequence[str] = (),
) -> Prompt:
    """Ask for a reply to `message` after the last turns (oldest first), from computed facts.

    All that was kept, what the coach said before too, is data: a turn of its own would speak with its role's voice.
    """
    data = {
        "facts": [fact.model_dump(exclude_none=True) for fact in facts.items],
        "profile": {
            "level": profile.fitness_level,
            "goals": profile.goals,
            "injured": sorted(spared_regions(profile) | profile.regions_to_spare),
            "units": profile.units,
        },
        "plan": list(plan),
        "sessions": list(sessions),
        "conversation": [
            {"by": "person" if one.role == "user" else "coach", "text": one.text}
            for one in history[-CHAT_TURNS:]
            if one.safety is None
        ],
        "message": message,
    }
    return Prompt("chat", marked(COACH), (Message("user", fenced(data)),), None, CHAT_OUTPUT)


def narrative_prompt(facts: Facts, *, locale: str) -> Prompt:
    """Ask for a narrative over facts."""
    data = {
        "title": facts.title,
        "facts": [fact.model_dump(exclude_none=True) for fact in facts.items],
        "language": locale,
    }
    return Prompt("analysis", marked(NARRATOR), (Message("user", fenced(data)),), None, NARRATIVE_OUTPUT)


def believed(prompt: Prompt, facts: Facts, *, also: Sequence[str] = ()) -> Callable[[Completion], str]:
    """What a router accepts as an answer to `prompt`: prose whose every number is among the facts, or in the texts
    `also` (what the person wrote, what their plan and sessions say), and which neither raises an alarm nor says what a
    coach may not say."""

    def accept(completion: Completion) -> str:
        text = plain(completion.text, longest=LONGEST_REPLY).strip()
        if not text:
            raise UnusableReply("the reply is empty", billed=True)
        if screen(text) is not None and not any(screen(one) for one in also):
            raise UnusableReply("the reply raises an alarm of its own", billed=True)
        if (reason := unfit(text, also=also)) is not None:
            raise UnusableReply(f"the reply may not be shown: {reason}", billed=True)
        invented = facts_check(text, facts, also=also)
        if invented:
            complaint = f"These numbers are not in the data: {', '.join(invented[:10])}. Answer again without them."
            raise Repairable("numbers that are not among the facts", again=again(prompt, text, complaint))
        return text

    return accept
