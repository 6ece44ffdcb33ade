"""What a question is about: its topic by the words in it, and the exercises it names."""

import re
from dataclasses import dataclass
from typing import Literal

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.search import plain

Topic = Literal[
    "drugs", "crash_diet", "excess", "fracture", "pain", "instead", "why", "form", "soreness", "plateau", "deload", "missed",
    "next", "records", "progress", "rest", "warm_up", "volume", "effort", "nutrition", "sleep", "cardio", "frequency",
    "overload", "stretching", "illness", "results", "age", "period", "time", "belly", "motivation", "thanks", "greeting",
]  # fmt: skip

_TOPICS: tuple[tuple[Topic, str], ...] = (
    ("drugs", r"steroid|anabolic|trenbolone|\btren\b|testosterone|\bsarms?\b|clenbuterol|\bhgh\b|dianabol"),
    (
        "crash_diet",
        r"\b[1-9]\d{2} ?k?cal\w*( (a|per) day| diet| daily| only)|(eat\w*|live on|only|just|diet of) (\w+ ){0,2}[1-9]\d{2} ?k?cal"
        r"|starv|not eat(ing)? (at all|for)|crash diet|water fast",
    ),
    (
        "excess",
        r"\b(\d ?\d{3}|[5-9]\d{2}) (\w+ )?(burpees?|(push|pull|sit|chin) ?ups?|squats?|crunches|reps)\b"
        r"|\b(train|lift|work ?out|gym|chest|back|legs|arms|abs)\b.*(?<!last )(?<!next )\b(every( single)?|7|seven) days?\b"
        r"(?! (ago|off|since|without))",
    ),
    ("fracture", r"fractur|broken (bone|arm|leg|foot|hand|wrist|rib|toe)|torn |ruptur|dislocat|concussi|\bhernia"),
    ("pain", r"\bpains?\b|painful|\bhurts?\b|hurting|injur|\baches?\b|tweaked|pulled (a|my)|strained|\bclick(s|ing)?\b|pinch"),
    (
        "instead",
        r"instead|replac|substitut|swap|alternativ|without (a|the|any)|no access"
        r"|\bno (barbells?|dumbbells?|bench|machines?|equipment|rack|cables?|gym)\b"
        r"|(don t|dont|do not) have (a|an|the|any|my)\b(?! (time|motivation|energy|clue|idea))",
    ),
    ("form", r"\bform\b|technique|how (do|should|to) (i |you )?(do|perform|execute)|\bcues?\b|set up for|correctly"),
    ("soreness", r"\bsore|soreness|\bdoms\b|stiff|killing me|\btight\b|(barely|hardly|can t|cannot) (walk|move)\b"),
    (
        "plateau",
        r"plateau|stuck|stall|not (getting|progress|improv)|no progress|can t (add|lift) more"
        r"|(won t|doesn t|isn t|not) (go|going|move|moving|budge|budging)\b"
        r"|progress (has )?(stopped|slowed)|same weight",
    ),
    ("deload", r"deload|light week|easy week|recovery week|burn(ed|t)? ?out|overtrain"),
    (
        "missed",
        r"miss(ed|ing)?\b.*(session|workout|day|week)|skipp|holiday|vacation|(was|been) (away|sick|ill)\b|time off"
        r"|\bmissed\b|had (the flu|covid|a cold)",
    ),
    ("illness", r"\bfever|\bflu\b|\ba cold\b|\bcovid|\b(sick|ill)\b"),
    ("age", r"too (old|late|young)\b|at my age"),
    ("period", r"\bmy period\b|menstrua|period cramps"),
    (
        "time",
        r"(shorter|quicker) (workout|session)|(workout|session)s? shorter|(less|no|little) time\b"
        r"|only (have )?(\w+ ){0,2}minutes|short on time",
    ),
    ("belly", r"(belly|stomach|love handles?) ?fat|spot reduc|six ?pack|(get|have|see|show) (my )?abs\b|lose .*(belly|stomach)"),
    ("overload", r"overload|how (do|should|can) i progress|when (do|should) i (add|go up|increase)"),
    ("results", r"(see|get|notice) (any )?(results|gains|changes)|how long (will|does|until)"),
    ("stretching", r"stretch|mobility|flexib"),
    ("cardio", r"cardio|aerobic|\bjog"),
    ("frequency", r"how often|how many (days|times)|twice a day|(days|times) (a|per) week"),
    ("why", r"\bwhy\b.*(load|weight|kgs?|lbs?|heav|light|reps)|(what|which) weight|how (heavy|much weight)|what (should|do) i (lift|load)"),
    ("next", r"\bnext\b|today s|what (should|do) i (do|train)|(which|what) (workout|session)|tomorrow"),
    ("records", r"record|\bprs?\b|personal best|\b1 ?rm\b|one rep max|strongest|how strong|\bmy (\w+ ){0,2}max\b"),
    ("rest", r"\brest(ing)?\b.*(between|set|long|time)|how long.*rest|between sets"),
    ("warm_up", r"warm ?up|warming"),
    ("volume", r"how many (sets|exercises)|volume|sets (a|per) (week|muscle)|enough (sets|work)"),
    ("effort", r"\brpe\b|\brir\b|how hard|to failure|reps in reserve|intensity"),
    ("progress", r"progress|how am i doing|improv|getting (stronger|better|bigger)|how (is|was) my|summary|last (week|time|session)"),
    ("nutrition", r"protein|calorie|\beat(ing)?\b|diet|nutrition|creatine|supplement|carbs?\b|bulk|cutting|lose (\w+ )?(fat|weight)"),
    ("sleep", r"sleep|slept|tired|fatigue|exhausted|recover"),
    ("motivation", r"motivat|don t feel like|lazy|discourag|give up|pointless|bored|no energy|be bothered|want to quit|pep talk|fed up"),
    ("thanks", r"\bthanks?\b|thank you|cheers|great help"),
    ("greeting", r"^(hi|hello|hey|good (morning|evening|afternoon))\b"),
)  # fmt: skip
_LONGEST_NAME = 6
_TOO_COMMON = frozenset({"press", "rows", "curl", "curls", "walk", "walking", "running", "cycling", "swimming"})


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the coach understood it; `topic` is None where it did not, `words` are in plain lower case."""

    topic: Topic | None
    exercises: tuple[Exercise, ...]
    words: str


def understood(text: str) -> Question:
    """The topic, the gravest first, and the exercises named, in the order of the text."""
    words = " ".join(re.findall(r"[a-z0-9]+", plain(text)))
    topic = next((name for name, pattern in _TOPICS if re.search(pattern, words)), None)
    return Question(topic, _exercises_in(words.split()), words)


def _exercises_in(words: list[str]) -> tuple[Exercise, ...]:
    """Exercises whose name or alias stands in the words; of overlapping ones the longest."""
    found: list[Exercise] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            exercise = None if length == 1 and (len(name) < 4 or name in _TOO_COMMON) else catalogue().find(name)
            if exercise is not None:
                found.append(exercise)
                at += length
                break
        else:
            at += 1
    return tuple(dict.fromkeys(found))
