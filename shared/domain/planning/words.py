"""The words of a plan: drills, cues, titles and the rationale, which names its reasons and invents no number."""

import random
from collections.abc import Mapping, Sequence

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import Constraints, has_unplaced_injury, spared_regions
from shared.domain.plan import Drill, PlanDay
from shared.domain.planning.choice import Chooser
from shared.domain.planning.draft import DayDraft, Pick, Place
from shared.domain.planning.easy import COOL_DOWN
from shared.domain.profile import Profile
from shared.domain.rules import rules
from shared.domain.validation.case import Reach
from shared.domain.validation.limits import Limits
from shared.domain.words import MAJOR_MUSCLES

_GOALS = {
    "strength": "getting stronger",
    "hypertrophy": "building muscle",
    "endurance": "stamina",
    "fat_loss": "losing fat",
    "general": "all-round fitness",
}
_NAMES = {
    "strength": ("Strength", "Stronger", "Strength base"),
    "hypertrophy": ("Muscle", "Muscle builder", "Growth"),
    "endurance": ("Stamina", "Endurance", "Staying power"),
    "fat_loss": ("Lean", "Leaner", "Fat loss"),
    "general": ("All-round", "Everyday strength", "Fit for life"),
}

PLACES: Mapping[Place, str] = {
    "inside": "Go straight on to the next exercise of the group.",
    "last": "Now rest, then start the group again.",
}
"""What to do after a set of an exercise that is done in a group."""


def plan_name(limits: Limits, *, days: int, rng: random.Random) -> str:
    """A short name for the plan."""
    if limits.light:
        return "Light start"
    return f"{rng.choice(_NAMES[limits.goal])}, {days} {_plural('day', days)} a week"


def warm_up(limits: Limits, chooser: Chooser, day: DayDraft) -> list[Drill]:
    """General movement and two mobility drills the person may do; balance work from 65."""
    total = _by_minutes("engine.warm_up_s", limits.minutes)
    balance = rules().whole("V24.older_balance_s") if limits.older else 0
    moves = chooser.easy("mobility", taken=day.taken, count=2)
    each = min(60, (total - balance) // 4)
    drills = [
        Drill(name="Easy walking, marching or cycling until you feel warm", seconds=total - balance - each * len(moves))
    ]
    drills += [Drill(name=exercise.name, seconds=each) for exercise in moves]
    if balance:
        drills.append(Drill(name="Balance: stand on one leg beside a wall, both sides", seconds=balance))
    return drills


def cool_down(limits: Limits) -> list[Drill]:
    """Slow down and breathe, where the session is long enough for it."""
    total = _by_minutes("engine.cool_down_s", limits.minutes)
    return [Drill(name=COOL_DOWN, seconds=total)] if total else []


def cue(exercise: Exercise) -> str:
    """The exercise's own cue, and that one-sided work is for both sides."""
    return " ".join([*exercise.cues[:1], *(["Do both sides."] if exercise.unilateral else [])])


def note(exercise: Exercise, pick: Pick) -> str:
    """The cue, and where the exercise stands in its group if it is done in one."""
    return f"{cue(exercise)} {PLACES[pick.place] if pick.place else ''}".strip()


def rationale(
    limits: Limits,
    profile: Profile,
    constraints: Constraints,
    *,
    days: Sequence[PlanDay],
    lifting: Sequence[str],
    reach: Reach,
    sets: int,
) -> str:
    """Why the plan is as it is, sentence by sentence. `lifting` holds the titles of the days with resistance work."""
    sentences = [_opening(limits, days, lifting)]
    sentences += _dose(limits, sets)
    sentences += _spared(limits, profile, constraints, reach)
    sentences += _capped(limits, profile, days=days, lifting=len(lifting))
    sentences += _aerobic(days)
    return " ".join(sentences)


def _opening(limits: Limits, days: Sequence[PlanDay], lifting: Sequence[str]) -> str:
    if limits.light:
        return (
            "You answered yes to a health question, so this plan holds walking, gentle movement and mobility only, at an effort where "
            "you can talk. Record the clearance in your profile and a full plan follows."
        )
    titles, count = list(dict.fromkeys(lifting)), len(lifting)
    aim = _GOALS[limits.goal]
    if not lifting:
        return f"{len(days)} {_plural('day', len(days))} a week for {aim}: no strength exercise is left that suits you, so it is movement."
    spread = (
        " They are spread out so that a muscle that worked hard rests before it works hard again." if count > 1 else ""
    )
    return f"{count} lifting {_plural('day', count)} a week for {aim}: {_listed(titles)}.{spread}"


def _dose(limits: Limits, sets: int) -> list[str]:
    if limits.light or not sets:
        return []
    counted = "each main movement" if limits.by_pattern else "each major muscle"
    return [
        f"{sets} hard sets a week aim for {limits.weekly.low:g} to {limits.weekly.high:g} on {counted}, the useful range at your level.",
        f"Effort stays at RPE {limits.rpe.low:g} to {limits.rpe.high:g}.",
        "Loads are left open: your log sets them, and the first session finds your weight.",
    ]


def _spared(limits: Limits, profile: Profile, constraints: Constraints, reach: Reach) -> list[str]:
    told = []
    regions = [region.replace("_", " ") for region in sorted(spared_regions(profile))]
    if regions:
        told.append(f"Nothing here loads what hurts ({_listed(regions)}) in the ways that usually aggravate it.")
    if has_unplaced_injury(profile):
        told.append(
            "An injury in your profile names no part of the body known here, so whatever loads a large joint hard stays out "
            "until you name the part."
        )
    if limits.light:
        return told
    missing = [name.replace("_", " ") for name in rules().words("V40.patterns") if name not in reach.patterns]
    if missing:
        reason = (
            "your injuries, exclusions and equipment leave"
            if profile.regions_to_spare or constraints.excluded
            else "your equipment leaves"
        )
        told.append(f"Not covered: {_listed(missing)}; {reason} no exercise for it.")
    untrained = [muscle.replace("_", " ") for muscle in MAJOR_MUSCLES if muscle not in reach.muscles]
    if untrained:
        told.append(f"Trained only along with others: {_listed(untrained)}.")
    unreached = [muscle.replace("_", " ") for muscle in limits.focus if muscle not in reach.muscles]
    if unreached:
        told.append(f"You asked for {_listed(unreached)}, and no exercise that suits you trains that directly.")
    if limits.focus and len(unreached) < len(limits.focus):
        told.append(
            f"Extra sets go to {_listed([m.replace('_', ' ') for m in limits.focus if m in reach.muscles])}, as you asked."
        )
    return told


def _capped(limits: Limits, profile: Profile, *, days: Sequence[PlanDay], lifting: int) -> list[str]:
    told = []
    easy = len(days) - lifting
    if easy and lifting and not limits.light:
        told.append(
            f"Of your {len(days)} days {lifting} are for lifting and {easy} for easy aerobic work, because more lifting days would cost "
            "recovery without adding progress at this stage."
        )
    if limits.starting:
        told.append(
            f"As a beginner you do at most {limits.sets} sets of an exercise at RPE {limits.rpe_cap:g} or less, and never to failure."
        )
    if limits.older:
        told.append(
            "From 65 the start is gentle: few sets, moderate repetitions, balance work in every warm-up, no jumps."
        )
    if limits.minor:
        told.append("Under eighteen technique comes first: no test of a maximum.")
    if limits.pregnant and not limits.light:
        told.append("In pregnancy effort stays moderate, with no jumps, no lying flat and no breath-holding.")
    if profile.session_minutes > limits.minutes:
        told.append(f"Sessions are planned for {limits.minutes} minutes, which is as long as they should be for now.")
    return told


def _aerobic(days: Sequence[PlanDay]) -> list[str]:
    minutes = sum(day.aerobic_minutes for day in days)
    if not minutes:
        return []
    return [
        f"Beside the sessions {minutes} minutes a week of moderate movement, such as brisk walking, serve the goal; split them as you like."
    ]


def focus_of(picks: Sequence[Pick]) -> list[str]:
    """The muscles a day trains most, at most four."""
    counted: dict[str, int] = {}
    for pick in picks:
        for muscle in pick.exercise.primary if pick.hard else ():
            counted[muscle] = counted.get(muscle, 0) + pick.sets
    return sorted(counted, key=lambda muscle: (-counted[muscle], muscle))[:4]


def equipment_names(items: Sequence[str]) -> list[str]:
    """Equipment in words."""
    known = catalogue().equipment
    return [known[item].name.lower() for item in items if item in known]


def _by_minutes(threshold: str, minutes: int) -> int:
    steps: list[list[int]] = rules().table(threshold)
    return next((seconds for most, seconds in steps if minutes <= most), steps[-1][1])


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
