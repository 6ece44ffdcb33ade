"""The plan engine: writes a whole training plan from a profile and a wish, by rule, the same for the same seed."""

import random
from datetime import date

from shared.domain.catalogue import catalogue
from shared.domain.constraints import Constraints, constraints_of, legal
from shared.domain.plan import DraftPlan, Source
from shared.domain.planning.choice import Chooser
from shared.domain.planning.dosing import Dosing
from shared.domain.planning.draft import DayDraft, WeekDraft
from shared.domain.planning.easy import fill_easy_day, finish_day, share_aerobic
from shared.domain.planning.fill import Filler
from shared.domain.planning.mend import Changes
from shared.domain.planning.render import render_day
from shared.domain.planning.split import split_for, weekdays_for
from shared.domain.planning.trim import Trimmer
from shared.domain.planning.wish import PlanWish
from shared.domain.planning.words import cool_down, plan_name, rationale, warm_up
from shared.domain.profile import Profile
from shared.domain.rules import rules
from shared.domain.validation.case import reach_of
from shared.domain.validation.findings import warnings_of
from shared.domain.validation.limits import Limits, limits_of
from shared.domain.validation.truth import required_disclaimers
from shared.domain.validator import validate

__all__ = ["ENGINE", "NoLegalExercise", "PlanWish", "write_plan"]

ENGINE = Source(kind="offline", provider="offline", model="engine-1")


class NoLegalExercise(ValueError):
    """The profile leaves nothing to plan with, not even walking: too much is excluded."""


def write_plan(wish: PlanWish, profile: Profile, *, seed: int, today: date) -> DraftPlan:
    """A plan that breaks no rule of severity error; rules it cannot meet are told in its `warnings`.

    `today` gives the calendar year that ages are counted in. Raises `NoLegalExercise` where the exclusions leave no
    exercise at all.
    """
    limits = limits_of(profile, year=today.year, wish=wish)
    constraints = constraints_of(profile, year=today.year)
    rng = random.Random(f"{seed}")  # noqa: S311 - variety, not secrecy; the text seeds the same on every machine
    allowed = legal(catalogue(), constraints)
    if not allowed:
        raise NoLegalExercise("Every exercise is excluded by your profile; allow at least walking.")
    chooser = Chooser(allowed, limits, rng=rng)
    week = _write_week(limits, constraints, chooser, rng=rng)
    plan = _plan(week, limits, profile, constraints, rng=rng)
    found = validate(plan, profile=profile, year=today.year, wish=wish)
    return plan.model_copy(update={"warnings": warnings_of(found)})


def _write_week(limits: Limits, constraints: Constraints, chooser: Chooser, *, rng: random.Random) -> WeekDraft:
    reach = reach_of(constraints)
    days = min(limits.days, len(limits.weekdays)) if limits.weekdays is not None else limits.days
    lifting = 0 if limits.light or not reach.count else min(days, limits.lifting_days)
    lifting_days, easy_days = weekdays_for(limits, lifting=lifting, easy=days - lifting)
    templates = dict(zip(lifting_days, split_for(limits, lifting, rng=rng) if lifting else (), strict=True))
    drafts = [DayDraft(weekday, templates[weekday].title) for weekday in lifting_days]
    title = "Light start" if limits.light else "Easy aerobic day"
    drafts += [DayDraft(weekday, title, lifting=False) for weekday in easy_days]
    drafts.sort(key=lambda day: day.weekday)
    week = WeekDraft(limits, Dosing(limits), reach, drafts)
    for day in drafts:
        day.warm_up, day.cool_down = warm_up(limits, chooser, day), cool_down(limits)
    if lifting:
        filler = Filler(week, chooser)
        filler.cover(templates)
        filler.volume()
        filler.balance()
        filler.minutes()
    # Regrouping after a set was taken can lengthen a day, so no step before this one can promise the minutes.
    trimmer = Trimmer(week, Changes())
    for day in drafts:
        trimmer.shorten(day)
        if day.lifting and week.session_sets(day):
            finish_day(week, day, chooser)
        else:
            fill_easy_day(week, day, chooser)
    share_aerobic(week)
    return week


def _plan(
    week: WeekDraft, limits: Limits, profile: Profile, constraints: Constraints, *, rng: random.Random
) -> DraftPlan:
    days = [render_day(week, draft) for draft in week.days if draft.picks]
    weeks = rules().table("engine.weeks")[limits.level]
    deload = rules().table("engine.deload_week").get(limits.level)
    return DraftPlan(
        name=plan_name(limits, days=len(days), rng=rng),
        goal=limits.goal,
        level=limits.level,
        weeks=weeks,
        deload_weeks=[deload] if deload and not limits.light else [],
        source=ENGINE,
        days=days,
        rationale=rationale(
            limits, profile, constraints, days=days, lifting=[day.title for day in week.days if week.session_sets(day)],
            reach=week.reach, sets=sum(week.session_sets(day) for day in week.days),
        ),
        disclaimers=required_disclaimers(limits, profile),
    )  # fmt: skip
