"""Repair: makes a proposed plan legal, telling every change, or admits that it cannot."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, legal
from shared.domain.plan import Change, DraftPlan, Source
from shared.domain.planning.choice import Chooser
from shared.domain.planning.dosing import Dosing
from shared.domain.planning.draft import DayDraft, WeekDraft
from shared.domain.planning.easy import fill_easy_day, finish_day, stretch_out
from shared.domain.planning.fill import Filler
from shared.domain.planning.mend import Changes, Mender, sentences, whole
from shared.domain.planning.render import render_day
from shared.domain.planning.trim import Trimmer, deloads_for
from shared.domain.planning.wish import PlanWish
from shared.domain.planning.words import plan_name, warm_up
from shared.domain.profile import Profile
from shared.domain.rules import rules
from shared.domain.validation.case import reach_of
from shared.domain.validation.findings import Findings, History, Violation, warnings_of
from shared.domain.validation.limits import limits_of
from shared.domain.validation.shape import check_document, document_of, read_goal
from shared.domain.validation.truth import required_disclaimers
from shared.domain.validator import validate
from shared.domain.words import Goal

__all__ = ["Repaired", "repair"]

_ROUNDS = 4
_NAME_MAX = 120
_UNKNOWN = Source(kind="model", provider="unknown", model="unknown")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A plan without violations of severity error, and what had to change for that (also in `plan.changes`)."""

    plan: DraftPlan
    changes: tuple[Change, ...]


def repair(
    plan: object, *, profile: Profile, year: int, history: History | None = None, wish: PlanWish | None = None
) -> Repaired | None:
    """The plan made legal for this person: shape mended, exercises substituted, numbers clamped, the rest dropped.

    `plan` is a `DraftPlan` or any JSON value; arguments as for `validate`. None where nothing legal can be made of it;
    the caller then takes the engine's plan. A plan without errors comes back unchanged but for its warnings.
    """
    raw = document_of(plan)
    if not isinstance(raw, dict) or check_document(raw, Findings()) is None:
        return None
    found = validate(raw, profile=profile, year=year, history=history, wish=wish)
    if not _broken(found) and not any(violation.id == "V04" for violation in found):
        kept = DraftPlan.model_validate({key: raw[key] for key in raw if key in DraftPlan.model_fields})
        return Repaired(kept.model_copy(update={"warnings": warnings_of(found)}), ())
    return _Repair(raw, profile, year=year, history=history, wish=wish).run()


class _Repair:
    """One repair: mend the shape, then validate and fix, round by round."""

    def __init__(
        self, raw: Mapping[str, Any], profile: Profile, *, year: int, history: History | None, wish: PlanWish | None
    ) -> None:
        self._raw, self._profile, self._year, self._history, self._wish = raw, profile, year, history, wish
        goal = wish.goal if wish is not None and wish.goal is not None else read_goal(raw)
        self._limits = limits_of(profile, year=year, goal=goal, wish=wish)
        self._constraints = constraints_of(profile, year=year)
        self._changes = Changes()
        self._rationale: object = raw.get("rationale")

    def run(self) -> Repaired | None:
        """The repaired plan, or None."""
        allowed = legal(catalogue(), self._constraints)
        mender = Mender(self._profile, self._limits, self._constraints, changes=self._changes)
        drafts = mender.days(self._raw.get("days"))
        if not allowed or not drafts:
            return None
        rng = random.Random("repair")  # noqa: S311 - variety, not secrecy
        chooser = Chooser(allowed, self._limits, rng=rng)
        week = self._week(drafts, chooser)
        trimmer = Trimmer(week, self._changes)
        trimmer.trim()
        self._fill_empty(week, chooser)
        plan = self._plan(week, mender, rng)
        for _ in range(_ROUNDS):
            found = validate(plan, profile=self._profile, year=self._year, history=self._history, wish=self._wish)
            broken = _broken(found)
            if not broken:
                changes = (*plan.changes, *self._changes.listed)
                return Repaired(
                    plan.model_copy(update={"warnings": warnings_of(found), "changes": list(changes)}), changes
                )
            self._fix_words(broken, week, plan)
            self._fix_week(broken, week, chooser, trimmer)
            plan = self._plan(week, mender, rng)
        return None

    def _week(self, drafts: list[DayDraft], chooser: Chooser) -> WeekDraft:
        for draft in drafts:
            if not draft.warm_up:
                draft.warm_up = warm_up(self._limits, chooser, draft)
                self._changes.add("V45", f"Added a warm-up to {draft.title}")
        return WeekDraft(self._limits, Dosing(self._limits), reach_of(self._constraints), drafts)

    def _fill_empty(self, week: WeekDraft, chooser: Chooser) -> None:
        """Days of which nothing is left are written anew, or dropped where nothing can stand there."""
        empty = [day for day in week.days if not day.picks]
        for day in empty:
            day.lifting = not self._limits.light and bool(week.reach.count)
        if any(day.lifting for day in empty):
            filler = Filler(week, chooser, reserved=0)
            filler.complete()
            filler.minutes()
        for day in empty:
            if not week.session_sets(day):
                day.lifting = False
                fill_easy_day(week, day, chooser)
            self._changes.add("V03", f"Wrote {day.title} anew: nothing of it could be kept")
        week.days = [day for day in week.days if day.picks]

    def _fix_week(self, broken: list[Violation], week: WeekDraft, chooser: Chooser, trimmer: Trimmer) -> None:
        """What numbers and exercises can mend."""
        rules_broken = {violation.id for violation in broken}
        week.days = [day for day in week.days if day.picks]
        if "V27" in rules_broken:
            trimmer.into_bands()
        if "V37" in rules_broken or "V08" in rules_broken:
            self._open_loads(broken, week)
        if "V40" in rules_broken and any(day.lifting for day in week.days):
            for pattern in Filler(week, chooser, reserved=0).complete():
                self._changes.add("V40", f"Added an exercise for {pattern.replace('_', ' ')}")
        if "V26" in rules_broken or "V40" in rules_broken:
            self._lengthen(week, chooser)
        trimmer.trim()

    def _lengthen(self, week: WeekDraft, chooser: Chooser) -> None:
        shortest = self._limits.shortest_s
        if any(week.seconds(day) < shortest for day in week.days):
            self._changes.add("V26", f"Added work where sessions were much shorter than {self._limits.minutes} minutes")
            Filler(week, chooser, reserved=1).minutes()
        for day in week.days:
            if week.seconds(day) >= shortest:
                continue
            if week.session_sets(day):
                finish_day(week, day, chooser)
            else:
                fill_easy_day(week, day, chooser)
                stretch_out(week, day, aim_s=shortest)

    def _open_loads(self, broken: list[Violation], week: WeekDraft) -> None:
        paths = {violation.path for violation in broken if violation.id in ("V08", "V37")}
        for number, day in enumerate(week.days):
            for index, pick in enumerate(day.picks):
                if f"days[{number}].exercises[{index}].load_kg" in paths:
                    pick.load_kg = None
                    self._changes.add("V37", f"Left the load of {pick.exercise.name} open")

    def _plan(self, week: WeekDraft, mender: Mender, rng: random.Random) -> DraftPlan:
        raw, limits = self._raw, self._limits
        weeks = whole(raw.get("weeks"))
        if weeks is None or not 1 <= weeks <= _WEEKS_MAX:
            weeks = rules().table("engine.weeks")[limits.level]
            self._changes.add("V01", f"Set the plan to {weeks} weeks")
        listed = raw.get("deload_weeks")
        asked = [week_ for week_ in map(whole, listed) if week_ is not None] if isinstance(listed, list) else []
        deloads = deloads_for(limits, weeks, asked)
        if deloads != asked:
            self._changes.add("V38", "Set the deload weeks")
        if raw.get("level") != limits.level:
            self._changes.add("V21", f"Wrote the plan for your level, {limits.level}")
        days = [render_day(week, day) for day in week.days if day.picks]
        return DraftPlan.model_construct(
            name=mender.text(raw.get("name"), longest=_NAME_MAX, where="the name")
            or plan_name(limits, days=len(days), rng=rng),
            goal=self._goal(),
            level=limits.level,
            weeks=weeks,
            deload_weeks=deloads,
            source=self._source(),
            days=days,
            rationale=mender.text(self._rationale, longest=rules().whole("V11.rationale"), where="the rationale"),
            disclaimers=self._disclaimers(mender),
        )

    def _fix_words(self, broken: list[Violation], week: WeekDraft, plan: DraftPlan) -> None:
        """Drop what is untrue: sentences of the rationale, and notes, for which the exercise's own cue stands in."""
        paths = {violation.path for violation in broken if violation.id in ("V11", "V24", "V36", "V50", "V51")}
        for number, day in enumerate(week.days):
            for index, pick in enumerate(day.picks):
                if f"days[{number}].exercises[{index}].notes" in paths:
                    pick.notes = None
                    self._changes.add(
                        "V50", f"Took out a note on {pick.exercise.name} that did not agree with the plan"
                    )
            if f"days[{number}].title" in paths:
                day.title = f"Day {number + 1}"
                self._changes.add("V50", "Took out a title that did not agree with the plan")
        if "name" in paths:
            self._raw = {**self._raw, "name": ""}
            self._changes.add("V50", "Took out a name that did not agree with the plan")
        if "rationale" in paths:
            self._rationale = " ".join(one for one in sentences(plan.rationale) if self._true(one, plan))
            self._changes.add("V50", "Took out sentences that did not agree with the plan")

    def _true(self, sentence: str, plan: DraftPlan) -> bool:
        found = validate(
            plan.model_copy(update={"rationale": sentence}),
            profile=self._profile,
            year=self._year,
            history=self._history,
            wish=self._wish,
        )
        return not any(violation.path == "rationale" for violation in found)

    def _goal(self) -> Goal:
        goal = self._limits.goal
        if self._raw.get("goal") != goal:
            self._changes.add(
                "V01" if read_goal(self._raw) is None else "V27", f"Wrote the plan for {goal.replace('_', ' ')}"
            )
        return goal

    def _source(self) -> Source:
        raw = self._raw.get("source")
        row = raw if isinstance(raw, dict) else {}
        provider, model = row.get("provider"), row.get("model")
        if row.get("kind") in ("model", "offline") and _named(provider) and _named(model):
            return Source(kind=row["kind"], provider=str(provider), model=str(model))
        self._changes.add("V52", "The author was not named")
        return _UNKNOWN

    def _disclaimers(self, mender: Mender) -> list[str]:
        raw = self._raw.get("disclaimers")
        texts = [text for text in raw if isinstance(text, str)] if isinstance(raw, list) else []
        needed = required_disclaimers(self._limits, self._profile)
        own = [
            mender.text(text, longest=rules().whole("V11.text"), where="a disclaimer")
            for text in texts
            if text not in needed
        ]
        if any(text not in texts for text in needed):
            self._changes.add("V53", "Added what has to be said before training")
        return [*needed, *(text for text in own if text)]


_WEEKS_MAX = 16


def _named(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _broken(found: list[Violation]) -> list[Violation]:
    return [violation for violation in found if violation.severity == "E"]
