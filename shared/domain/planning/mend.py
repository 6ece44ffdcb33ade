"""Mending a plan's shape: whatever was proposed is read as kindly as it can be, and every change is told."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import Constraints, refusal
from shared.domain.plan import Change, Drill
from shared.domain.planning.dosing import EASY_KINDS, Dose, Dosing, easy_dose
from shared.domain.planning.draft import DayDraft, Pick
from shared.domain.plates import makeable, rack_of, round_load
from shared.domain.profile import Profile
from shared.domain.progression_rules import number
from shared.domain.rules import Band, rules
from shared.domain.substitute import substitute
from shared.domain.validation.findings import cut
from shared.domain.validation.limits import Limits
from shared.domain.validation.shape import back_off
from shared.domain.validation.texts import plain

_DIGITS = re.compile(r"\d{1,4}")
_LONGEST_NAME = 120
_WEEK = 7
_TWO = 2


@dataclass(slots=True)
class Changes:
    """What was changed, in order, each thing once."""

    listed: list[Change] = field(default_factory=list)

    def add(self, rule: str, what: str, why: str | None = None) -> None:
        """Tell of one change, in texts no longer than a plan's may be; the reason is the rule's own unless given."""
        longest = rules().whole("V11.text")
        change = Change(rule=rule, what=cut(what, longest), why=cut(why or rules().rule(rule).why, longest))
        if change not in self.listed:
            self.listed.append(change)


class Mender:
    """Reads one proposed plan for one person."""

    def __init__(self, profile: Profile, limits: Limits, constraints: Constraints, *, changes: Changes) -> None:
        self._limits, self._constraints, self._changes = limits, constraints, changes
        self._rack, self._dosing = rack_of(profile), Dosing(limits)

    def days(self, raw: object) -> list[DayDraft]:
        """The days that can be kept, each on a weekday of its own that is free; none where no exercise could be read."""
        listed = [day for day in raw if isinstance(day, dict)] if isinstance(raw, list | tuple) else []
        if not isinstance(raw, list | tuple) or len(listed) < len(raw):
            self._changes.add("V02", "Left out what was not a training day")
        drafts = [self._day(day, index) for index, day in enumerate(listed)]
        if not any(draft.picks for draft in drafts):
            return []
        if len(drafts) > self._limits.days:
            self._changes.add("V25", f"Kept the first {self._limits.days} of {len(drafts)} days")
            drafts = drafts[: self._limits.days]
        self._settle_weekdays(drafts)
        return sorted(drafts, key=lambda day: day.weekday)

    def text(self, raw: object, *, longest: int, where: str) -> str:
        """A text as it may be shown: plain, modest and short enough; empty where it is not a text or cannot be kept."""
        if not isinstance(raw, str):
            return ""
        kept = " ".join(sentence for sentence in sentences(raw) if plain(sentence))
        if kept != raw.strip():
            self._changes.add("V11", f"Took out or tidied text in {where}")
        return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"

    def _day(self, raw: Mapping[str, Any], index: int) -> DayDraft:
        weekday = whole(raw.get("day"))
        title = self.text(raw.get("title"), longest=_LONGEST_NAME, where="a title") or f"Day {index + 1}"
        draft = DayDraft(weekday if weekday is not None and 1 <= weekday <= _WEEK else 0, title)
        draft.warm_up, draft.cool_down = self._drills(raw.get("warm_up")), self._drills(raw.get("cool_down"))
        minutes = whole(raw.get("aerobic_minutes")) or 0
        draft.aerobic_minutes = min(max(minutes, 0), rules().whole("V47.day_max"))
        listed = raw.get("exercises")
        items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list | tuple) else []
        if not isinstance(listed, list | tuple) or len(items) < len(listed):
            self._changes.add("V04", f"Left out what was no exercise on {title}")
        for item in items:
            pick = self._pick(item, draft)
            if pick is not None:
                draft.picks.append(pick)
        grouped = [item.get("superset") for item in items if isinstance(item.get("superset"), str)]
        draft.pairing = _TWO if len(set(grouped)) < len(grouped) else 0
        draft.lifting = any(pick.hard for pick in draft.picks) or not draft.picks
        return draft

    def _pick(self, raw: Mapping[str, Any], draft: DayDraft) -> Pick | None:
        written = raw.get("exercise_id")
        exercise = self._exercise(written if isinstance(written, str) else "", raw.get("name"), draft)
        if exercise is None:
            return None
        notes = self.text(raw.get("notes"), longest=rules().whole("V11.text"), where=f"the notes on {exercise.name}")
        if exercise.id in draft.taken and not back_off(notes):
            self._changes.add("V10", f"Left out the second {exercise.name} on {draft.title}")
            return None
        same = written == exercise.id
        dose = self._dose(raw, exercise)
        lazy = dose.rpe is not None and dose.rpe < number("S2.hard_rpe_from")
        easy = exercise.kind in EASY_KINDS or (lazy and self._limits.rpe.low < number("S2.hard_rpe_from"))
        return Pick(
            exercise,
            self._sets(raw.get("sets"), exercise),
            fixed=dose if easy else None,
            given=None if easy else dose,
            load_kg=self._load(raw.get("load_kg"), exercise) if same else None,
            notes=notes if same and notes else None,
        )

    def _exercise(self, written: str, name: object, draft: DayDraft) -> Exercise | None:
        """The exercise that was meant; a legal stand-in where it may not be done; None where there is neither."""
        known = catalogue()
        texts = [text[:_LONGEST_NAME] for text in (written, name) if isinstance(text, str) and text.strip()]
        meant = next((found for found in map(known.find, texts) if found is not None), None)
        if meant is None:
            near = [one for text in texts for one in known.nearest(text) if refusal(one, self._constraints) is None]
            meant = next((one for one in near if one.id not in draft.taken), None)
            what = f"{_short(written)} to {meant.name}" if meant else f"{_short(written)}: left out"
            self._changes.add("V04", f"Changed {what}")
            return meant
        if meant.id != written:
            self._changes.add("V04", f"Wrote {_short(written)} as {meant.id}")
        refused = refusal(meant, self._constraints)
        if refused is None:
            return meant
        instead = substitute(meant, self._constraints, taken=draft.taken)
        if instead is None:
            self._changes.add(refused.rule, f"Left out {meant.name}", refused.why)
            return None
        self._changes.add(
            refused.rule, f"Replaced {meant.name} with {instead.exercise.name}", f"{refused.why} {instead.why}"
        )
        return instead.exercise

    def _dose(self, raw: Mapping[str, Any], exercise: Exercise) -> Dose:
        usual = easy_dose(exercise, self._limits) if self._limits.light else self._dosing.dose(exercise, "accessory")
        rpe = self._rpe(raw.get("rpe"), usual, exercise)
        rest = self._clamped(
            "V07", raw.get("rest_s"), usual.rest_s, rules().band("V07.rest_s"), f"the rest of {exercise.name}"
        )
        timed = exercise.timed or (raw.get("reps") is None and exercise.pattern in ("aerobic", "mobility"))
        if timed:
            band = rules().band("V06.seconds")
            usual_s = usual.seconds or rules().whole("engine.easy_s")
            return Dose(
                None, self._clamped("V06", raw.get("seconds"), usual_s, band, f"the time of {exercise.name}"), rpe, rest
            )
        return Dose(self._reps(raw.get("reps"), usual, exercise), None, rpe, rest)

    def _reps(self, raw: object, usual: Dose, exercise: Exercise) -> tuple[int, int]:
        low, high = read_range(raw) or usual.reps or tuple(rules().table("engine.easy_reps"))
        band = rules().band("V06.reps")
        if self._limits.minor or self._limits.pregnant or self._limits.older:
            band = Band(max(band.low, self._limits.main_reps.low), band.high)
        kept = int(band.clamp(min(low, high))), int(band.clamp(max(low, high)))
        if raw != {"min": kept[0], "max": kept[1]}:
            self._changes.add("V06", f"Set the repetitions of {exercise.name} to {kept[0]}-{kept[1]}")
        return kept

    def _rpe(self, raw: object, usual: Dose, exercise: Exercise) -> float | None:
        limits = self._limits
        value = finite(raw)
        if value is None:
            if raw is not None:
                self._changes.add("V09", f"Set the effort of {exercise.name} to RPE {usual.rpe:g}")
            return usual.rpe if raw is not None or limits.light else None
        easy = limits.light or exercise.kind in EASY_KINDS
        step, band = rules().number("V09.step"), rules().band("V09.rpe_easy" if easy else "V09.rpe")
        kept = min(band.clamp(round(band.clamp(value) / step) * step), limits.rpe_cap)
        if kept != value:
            self._changes.add(
                "V36" if value > limits.rpe_cap else "V09", f"Set the effort of {exercise.name} to RPE {kept:g}"
            )
        return kept

    def _sets(self, raw: object, exercise: Exercise) -> int:
        easy = exercise.kind in EASY_KINDS
        most = rules().whole("V05.sets_beginner") if easy and self._limits.level == "beginner" else self._limits.sets
        if easy and self._limits.level != "beginner":
            most = int(rules().band("V05.sets").high)
        usual = min(self._dosing.base_sets, most)
        return self._clamped("V05", raw, usual, Band(1, most), f"the sets of {exercise.name}")

    def _load(self, raw: object, exercise: Exercise) -> float | None:
        value = finite(raw)
        if value is None or value not in rules().band("V08.load_kg"):
            if raw is not None:
                self._changes.add("V08", f"Left the load of {exercise.name} open")
            return None
        if value and not makeable(value, load=exercise.load, rack=self._rack):
            value = round_load(value, load=exercise.load, rack=self._rack, rounding="down")
            self._changes.add("V08", f"Rounded the load of {exercise.name} to {value:g} kg")
        return value

    def _drills(self, raw: object) -> list[Drill]:
        drills = []
        for item in raw if isinstance(raw, list | tuple) else ():
            row = item if isinstance(item, dict) else {}
            name = self.text(row.get("name"), longest=_LONGEST_NAME, where="a drill")
            seconds = whole(row.get("seconds"))
            if name and seconds is not None and seconds > 0:
                drills.append(Drill(name=name, seconds=min(max(seconds, 5), 1800)))
        return drills

    def _settle_weekdays(self, drafts: list[DayDraft]) -> None:
        free = sorted(self._limits.weekdays) if self._limits.weekdays is not None else list(range(1, _WEEK + 1))
        taken: set[int] = set()
        for draft in drafts:
            if draft.weekday in free and draft.weekday not in taken:
                taken.add(draft.weekday)
            else:
                draft.weekday = 0
        for draft in drafts:
            if not draft.weekday:
                left = [day for day in free if day not in taken]
                draft.weekday = max(left, key=lambda day: (_distance(day, taken), -day))
                taken.add(draft.weekday)
                self._changes.add("V02", f"Moved {draft.title} to a free weekday")

    def _clamped(self, rule: str, raw: object, usual: int, band: Band, what: str) -> int:
        value = whole(raw)
        if value is None:
            found = finite(raw) if not isinstance(raw, str) else None
            digits = _DIGITS.search(raw) if isinstance(raw, str) else None
            value = round(found) if found is not None else int(digits.group()) if digits else None
        kept = int(band.clamp(usual if value is None else value))
        if kept != raw or isinstance(raw, bool):
            self._changes.add(rule, f"Set {what} to {kept}")
        return kept


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the space between them."""
    return [part for part in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if part]


def whole(raw: object) -> int | None:
    """A whole number of sensible size, or None."""
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None
    return raw if abs(raw) <= rules().number("V13.number") else None


def finite(raw: object) -> float | None:
    """A finite number of sensible size, or None."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > rules().number("V13.number"):
        return None
    return float(raw) if math.isfinite(raw) else None


def read_range(raw: object) -> tuple[int, int] | None:
    """A range of repetitions however it was written: {min, max}, [8, 12], 8 or "8-12"."""
    if isinstance(raw, dict):
        found = [value for value in (whole(raw.get("min")), whole(raw.get("max"))) if value is not None]
    elif isinstance(raw, list | tuple):
        found = [value for value in map(whole, raw[:2]) if value is not None]
    elif isinstance(raw, str):
        found = [int(digits) for digits in _DIGITS.findall(raw[:20])]
    else:
        one = whole(raw)
        found = [] if one is None else [one]
    return (min(found), max(found)) if found else None


def _distance(day: int, taken: set[int]) -> int:
    return min((min((day - other) % _WEEK, (other - day) % _WEEK) for other in taken), default=_WEEK)


def _short(text: str) -> str:
    cleaned = " ".join(re.findall(r"[\w-]+", text))[:60]
    return cleaned or "an exercise without a name"
