"""Rules V01-V13: whether a document is a plan at all, and the reading of whatever part of it is."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from shared.domain.catalogue import Catalogue, Exercise, catalogue
from shared.domain.plan import DraftPlan, Drill, PlanDay, PlannedExercise, RepRange
from shared.domain.plates import Rack, makeable, rack_of
from shared.domain.profile import Profile
from shared.domain.rules import Band, rules
from shared.domain.validation.case import EASY_PATTERNS, SeenDay, SeenExercise
from shared.domain.validation.findings import Findings, shown
from shared.domain.validation.limits import Limits
from shared.domain.validation.texts import unfit
from shared.domain.words import Goal

_KEPT_FIELDS = frozenset({"id", "created_at", "active"})
"""Fields of a kept plan that a draft does not have; they are not judged."""
_GOALS = frozenset(get_args(Goal))
_CONTAINERS = (dict, list, tuple)
_NUMBERS = (int, float)
_Spot = tuple["_Spot | None", object]
"""Where a value stands: the spot of what holds it, and its key or index there. Written out only where it is told."""
PlacedText = tuple["_Spot | None", str]
"""A text of the document and where it stands."""
_STEP = re.compile(r"[.\[]")
_BACK_OFF = re.compile(r"\bback-?\s?off\b", re.IGNORECASE)


def document_of(plan: object) -> object:
    """A plan as the JSON value to be judged: what is only a kept plan's own is left out."""
    raw = plan.model_dump(warnings=False) if isinstance(plan, DraftPlan) else plan
    return {key: value for key, value in raw.items() if key not in _KEPT_FIELDS} if isinstance(raw, dict) else raw


def check_document(plan: object, findings: Findings) -> list[PlacedText] | None:
    """V13 over every node, from the last to the first; gives back the texts, the first of the document first.

    None where the document is too large, too deep or not JSON, so that reading must stop.
    """
    nesting, size_max, most = rules().whole("V13.nesting"), rules().whole("V13.bytes"), rules().number("V13.number")
    size = 0
    texts: list[PlacedText] = []
    pending: list[tuple[object, _Spot | None, int]] = [(plan, None, 1)]
    while pending:
        value, spot, depth = pending.pop()
        size += 2
        if isinstance(value, str):
            size += _bytes(value)
            texts.append((spot, value))
        elif isinstance(value, _CONTAINERS):
            if depth > nesting:
                got = f"{depth} levels"
                findings.add("V13", _at(spot), got=got, want=f"at most {nesting} levels", fix="flatten it")
                return None
            if len(value) > size_max:
                size = size_max + 1
            else:
                deeper = depth + 1
                pending += [(inner, (spot, key), deeper) for key, inner in _children(value)]
                size += sum([_bytes(key) for key in value if isinstance(key, str)]) if isinstance(value, dict) else 0
        elif isinstance(value, _NUMBERS):
            if not -most <= value <= most:
                _report_number(value, spot, findings)
        elif value is not None:
            findings.add("V13", _at(spot), got=value, want="JSON", fix="send plain JSON")
            return None
        if size > size_max:
            findings.add("V13", "", got="a larger document", want=f"at most {size_max} bytes", fix="shorten it")
            return None
    texts.reverse()
    return texts


def read_goal(raw: Mapping[str, Any]) -> Goal | None:
    """The goal the plan names, where it is one of ours."""
    goal = raw.get("goal")
    return goal if isinstance(goal, str) and goal in _GOALS else None  # type: ignore[return-value]  # one of the words


def check_shape(
    raw: Mapping[str, Any], texts: Iterable[PlacedText], profile: Profile, *, limits: Limits, findings: Findings
) -> tuple[SeenDay, ...]:
    """V01-V12, where `texts` are those `check_document` found; gives back the days and exercises that could be read."""
    if raw.get("version", 1) != 1 or isinstance(raw.get("version"), bool):
        findings.add("V01", "version", got=raw.get("version"), want="1", fix="write a plan of version 1")
    reader = _Reader(catalogue(), limits, rack_of(profile), findings)
    days = reader.days(raw.get("days"))
    _check_texts(texts, findings)
    _check_against_shape(raw, findings)
    return days


def back_off(notes: str) -> bool:
    """Whether notes mark an exercise as back-off work, which may repeat one of the same day."""
    return _BACK_OFF.search(notes) is not None


class _Reader:
    """Reads days tolerantly: what is wrong is reported, and replaced by the nearest value of the shape."""

    def __init__(self, known: Catalogue, limits: Limits, rack: Rack, findings: Findings) -> None:
        self._known, self._limits, self._rack, self._findings = known, limits, rack, findings
        table = rules()
        self._days_read, self._exercises_read = table.table("V02.read")
        beginner = limits.level == "beginner"
        most_sets = table.number("V05.sets_beginner") if beginner else table.band("V05.sets").high
        self._sets_band = Band(table.band("V05.sets").low, most_sets)
        self._reps_band, self._seconds_band = table.band("V06.reps"), table.band("V06.seconds")
        self._rest_band, self._load_band = table.band("V07.rest_s"), table.band("V08.load_kg")
        self._rpe_band, self._easy_rpe_band = table.band("V09.rpe"), table.band("V09.rpe_easy")
        self._most_suggestions = table.whole("V04.suggested")
        self._suggestions: dict[str, Sequence[Exercise]] = {}
        self._rpe_step, self._longest_note = table.number("V09.step"), table.whole("V11.text")

    def days(self, raw: object) -> tuple[SeenDay, ...]:
        """V02 and everything below it."""
        allowed = rules().band("V02.days")
        if not isinstance(raw, list | tuple) or len(raw) not in allowed:
            self._add("V02", "days", raw, "1 to 6 training days", "plan one to six days")
            raw = raw if isinstance(raw, list | tuple) else ()
        seen: list[SeenDay] = []
        taken: set[int] = set()
        for index, day in enumerate(raw[: self._days_read]):
            path = f"days[{index}]"
            if not isinstance(day, dict):
                self._add("V02", path, day, "a training day", "drop it")
                continue
            weekday = _whole(day.get("day"))
            if weekday is None or not 1 <= weekday <= 7:
                self._add("V02", f"{path}.day", day.get("day"), "a weekday from 1 to 7", "choose a free weekday")
                weekday = None
            elif weekday in taken:
                self._add("V02", f"{path}.day", weekday, "each weekday once", "choose a free weekday")
                weekday = None
            else:
                taken.add(weekday)
            seen.append(self._day(day, path, weekday))
        return tuple(seen)

    def _day(self, raw: Mapping[str, Any], path: str, weekday: int | None) -> SeenDay:
        listed = raw.get("exercises")
        if not isinstance(listed, list | tuple) or len(listed) not in rules().band("V03.exercises"):
            self._add("V03", f"{path}.exercises", listed, "1 to 10 exercises", "add or drop exercises")
            listed = listed[: self._exercises_read] if isinstance(listed, list | tuple) else ()
        seen: list[SeenExercise] = []
        for index, item in enumerate(listed):
            one = self._exercise(item, f"{path}.exercises[{index}]")
            if one is not None:
                seen.append(one)
        self._check_twice(seen)
        self._check_supersets(listed, path)
        minutes = _whole(raw.get("aerobic_minutes"))
        planned = PlanDay.model_construct(
            day=weekday or 1,
            title="",
            focus=[],
            estimated_minutes=_whole(raw.get("estimated_minutes")) or 0,
            warm_up=_drills(raw.get("warm_up")),
            exercises=[one.planned for one in seen],
            cool_down=_drills(raw.get("cool_down")),
            aerobic_minutes=min(max(minutes or 0, 0), rules().whole("V47.day_max")),
        )
        return SeenDay(path, weekday, planned, tuple(seen))

    def _exercise(self, raw: object, path: str) -> SeenExercise | None:
        if not isinstance(raw, dict):
            self._add("V04", path, raw, "an exercise", "drop it")
            return None
        exercise = self._known_exercise(raw.get("exercise_id"), path)
        sets = self._sets(raw.get("sets"), path)
        reps, seconds = self._work(raw, path, exercise)
        rest = self._number("V07", raw.get("rest_s"), f"{path}.rest_s", self._rest_band)
        if exercise is None:
            return None
        planned = PlannedExercise.model_construct(
            exercise_id=exercise.id,
            name=exercise.name,
            sets=sets,
            reps=reps,
            seconds=seconds,
            rpe=self._rpe(raw.get("rpe"), path, exercise),
            rest_s=int(rest),
            load_kg=self._load(raw.get("load_kg"), path, exercise),
            superset=raw.get("superset") if isinstance(raw.get("superset"), str) else None,
            notes=raw["notes"][: self._longest_note] if isinstance(raw.get("notes"), str) else "",
        )
        return SeenExercise(path, planned, exercise)

    def _known_exercise(self, written: object, path: str) -> Exercise | None:
        if isinstance(written, str) and written in self._known.exercises:
            return self._known.exercises[written]
        found = self._known.find(written) if isinstance(written, str) and len(written) <= _NAME_MAX else None
        where = f"{path}.exercise_id"
        if found is not None:
            self._findings.add("V04", where, got=written, want=found.id, fix=f"write {found.id}", severity="W")
            return found
        near = self._suggested(written) if isinstance(written, str) and len(written) <= _NAME_MAX else []
        want = " or ".join(one.id for one in near) or "an id of the catalogue"
        self._add("V04", where, written, want, f"use {want}" if near else "drop it")
        return None

    def _suggested(self, written: str) -> Sequence[Exercise]:
        """What may have been meant, for the first few names that nobody knows."""
        if written not in self._suggestions and len(self._suggestions) < self._most_suggestions:
            self._suggestions[written] = self._known.nearest(written)
        return self._suggestions.get(written, ())

    def _sets(self, raw: object, path: str) -> int:
        sets, band = _whole(raw), self._sets_band
        if sets is None or sets not in band:
            self._add("V05", f"{path}.sets", raw, _between(band), "set it within the range")
            sets = int(band.clamp(sets if sets is not None else 1))
        return sets

    def _work(self, raw: Mapping[str, Any], path: str, exercise: Exercise | None) -> tuple[RepRange | None, int | None]:
        reps, seconds = raw.get("reps"), raw.get("seconds")
        if (reps is None) == (seconds is None):
            self._add(
                "V06",
                path,
                "both" if reps is not None else "neither",
                "either reps or seconds",
                "keep the one that fits",
            )
        if exercise is not None and exercise.timed != (seconds is not None) and exercise.pattern not in EASY_PATTERNS:
            want = "seconds" if exercise.timed else "reps"
            self._findings.add(
                "V06", path, got=f"{exercise.name} by the other", want=want, fix=f"use {want}", severity="W"
            )
        if reps is None:
            where = f"{path}.seconds"
            return None, 30 if seconds is None else int(self._number("V06", seconds, where, self._seconds_band))
        return self._reps(reps, f"{path}.reps"), None

    def _reps(self, raw: object, path: str) -> RepRange:
        band = self._reps_band
        low, high = (_whole(raw.get("min")), _whole(raw.get("max"))) if isinstance(raw, dict) else (None, None)
        if low is None or high is None or not band.low <= low <= high <= band.high:
            got = raw if low is None or high is None else f"{shown(low)} to {shown(high)}"
            self._add("V06", path, got, "1 to 30, the lower first", "write a range within 1 to 30")
        low = int(band.clamp(low if low is not None else 8))
        return RepRange.model_construct(min=low, max=max(low, int(band.clamp(high if high is not None else low))))

    def _rpe(self, raw: object, path: str, exercise: Exercise) -> float | None:
        if raw is None:
            return None
        easy = self._limits.light or exercise.pattern in EASY_PATTERNS or exercise.kind == "conditioning"
        band, step = self._easy_rpe_band if easy else self._rpe_band, self._rpe_step
        value = _finite(raw)
        if value is None or value not in band or value % step:
            self._add("V09", f"{path}.rpe", raw, f"{_between(band)} in steps of {step:g}", "round it into the range")
            return None if value is None else band.clamp(round(band.clamp(value) / step) * step)
        return value

    def _load(self, raw: object, path: str, exercise: Exercise) -> float | None:
        if raw is None:
            return None
        value, band = _finite(raw), self._load_band
        where = f"{path}.load_kg"
        if value is None or value not in band:
            self._add("V08", where, raw, f"nothing, or {_between(band)} kg", "leave the load open")
            return None
        if value and not makeable(value, load=exercise.load, rack=self._rack):
            self._add("V08", where, value, "a load the equipment can make", "round to the next load there is")
        return value

    def _number(self, rule_id: str, raw: object, path: str, band: Band) -> float:
        value = _whole(raw)
        if value is None or value not in band:
            self._add(rule_id, path, raw, _between(band), "set it within the range")
            return band.clamp(value if value is not None else band.low)
        return value

    def _check_twice(self, seen: list[SeenExercise]) -> None:
        taken: set[str] = set()
        for one in seen:
            if one.exercise.id in taken and not back_off(one.planned.notes):
                self._add(
                    "V10", f"{one.path}.exercise_id", one.exercise.id, "each exercise once a day", "drop or replace it"
                )
            taken.add(one.exercise.id)

    def _check_supersets(self, listed: list[Any] | tuple[Any, ...], path: str) -> None:
        """Each letter stands for one unbroken run of at least two exercises."""
        letters = [item.get("superset") if isinstance(item, dict) else None for item in listed]
        runs: list[tuple[Any, int, int]] = []
        for index, letter in enumerate(letters):
            if runs and runs[-1][0] == letter:
                runs[-1] = (letter, runs[-1][1], runs[-1][2] + 1)
            else:
                runs.append((letter, index, 1))
        seen: list[Any] = []
        for letter, start, length in runs:
            if letter is None:
                continue
            where = f"{path}.exercises[{start}].superset"
            if letter in seen:
                self._add("V12", where, letter, "one unbroken group", "put the group together")
            elif length < 2:
                self._add("V12", where, letter, "at least two exercises", "take the mark away")
            seen.append(letter)

    def _add(self, rule_id: str, path: str, got: object, want: str, fix: str) -> None:
        self._findings.add(rule_id, path, got=got, want=want, fix=fix)


_NAME_MAX = 120


def _check_texts(texts: Iterable[PlacedText], findings: Findings) -> None:
    """V11. A text that is too long is judged by its beginning: it has to be shortened anyway."""
    usual, of_rationale = rules().whole("V11.text"), rules().whole("V11.rationale")
    for spot, text in texts:
        longest = of_rationale if spot == (None, "rationale") else usual
        if len(text) > longest:
            got = f"{len(text)} characters"
            findings.add("V11", _at(spot), got=got, want=f"at most {longest}", fix="shorten it")
        wrong = unfit(text[:longest])
        if wrong is not None and not (wrong.claim and spot is not None and spot[1] == "exercise_id"):
            findings.add("V11", _at(spot), got=wrong.got, want=wrong.want, fix=wrong.fix)


def _check_against_shape(raw: Mapping[str, Any], findings: Findings) -> None:
    """V01: whatever the closed shape refuses and no other rule has reported yet, there or for what holds it."""
    try:
        DraftPlan.model_validate(raw, strict=True)
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_context=False, include_input=False):
            path = _path(error["loc"])
            holders = {path[: step.start()] for step in _STEP.finditer(path, 1)}
            if findings.paths.isdisjoint({path, *holders}):
                findings.add("V01", path, got=error["type"], want=error["msg"], fix="follow the shape of a plan")


def _path(parts: tuple[int | str, ...]) -> str:
    joined = ""
    for part in parts:
        joined += f"[{part}]" if isinstance(part, int) else f".{part}" if joined else part
    return joined


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _children(value: Any) -> Iterable[tuple[object, object]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _at(spot: _Spot | None) -> str:
    parts: list[object] = []
    while spot is not None:
        spot, key = spot
        parts.append(key)
    return _path(tuple(part if isinstance(part, int) else shown(part) for part in reversed(parts)))


def _report_number(value: float, spot: _Spot | None, findings: Findings) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        findings.add("V13", _at(spot), got=str(value), want="a finite number", fix="leave it out")
    else:
        want = f"within {rules().number('V13.number'):g}"
        findings.add("V13", _at(spot), got=value, want=want, fix="leave it out")


def _drills(raw: object) -> list[Drill]:
    seconds = (
        [_whole(item.get("seconds")) for item in raw if isinstance(item, dict)] if isinstance(raw, list | tuple) else []
    )
    return [Drill.model_construct(name="", seconds=min(max(value, 0), 1800)) for value in seconds if value is not None]


def _whole(raw: object) -> int | None:
    """A whole number within reason; a float or a boolean is none."""
    if not isinstance(raw, int) or isinstance(raw, bool) or abs(raw) > rules().whole("V13.number"):
        return None
    return raw


def _finite(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, _NUMBERS) or not abs(raw) <= rules().number("V13.number"):
        return None
    return float(raw)


def _between(band: Band) -> str:
    return f"{band.low:g} to {band.high:g}"
