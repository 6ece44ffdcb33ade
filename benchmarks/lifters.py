"""Simulated lifters: people of different kinds with a true strength nobody knows, who train by what they are told."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.metrics import Metric
from shared.domain.plates import rack_for, rack_of, round_load
from shared.domain.profile import Injury, Profile
from shared.domain.progression.shapes import NextExercise, NextSession
from shared.domain.strength import load_for, percent_of_1rm
from shared.domain.words import Goal, Level, Region

FIRST_DAY = date(2025, 1, 6)
KINDS = ("steady", "erratic", "holiday", "hurt", "worn_out", "unmeasured", "stubborn", "late_logger")
_EVERYTHING = sorted(catalogue().equipment)
_GYMS: tuple[list[str], ...] = (
    _EVERYTHING, _EVERYTHING, ["barbell", "rack", "bench", "pull_up_bar"], ["dumbbells", "bench"], ["kettlebell"],
    ["resistance_bands"], [],
)  # fmt: skip
_STRENGTH = {"beginner": 0.45, "intermediate": 0.8, "advanced": 1.15}
_GAIN = {"beginner": 0.008, "intermediate": 0.004, "advanced": 0.002}
_SMALL_MUSCLE = 0.35
_HARD_SETS_FATIGUE = 0.0035


@dataclass
class Lifter:
    """One person over a year; `strength` is their true one-repetition maximum, in kilograms, by exercise."""

    kind: str
    rng: random.Random
    profile: Profile
    body_weight_kg: float
    away: tuple[date, date] | None = None
    hurt_on: date | None = None
    healed_on: date | None = None
    fatigue: float = 0.0
    strength: dict[str, float] = field(default_factory=dict)
    capacity: dict[str, float] = field(default_factory=dict)

    def trains_on(self, day: date) -> bool:
        """Whether they show up for a planned session."""
        if self.away and self.away[0] <= day <= self.away[1]:
            return False
        return self.rng.random() > {"erratic": 0.35, "holiday": 0.08}.get(self.kind, 0.04)

    def lives_through(self, day: date) -> None:
        """What happens on a day by itself: recovery, an injury, a healing."""
        self.fatigue *= 0.93 if self.kind == "worn_out" else 0.8
        if day == self.hurt_on:
            region = self.rng.choice([name for name in get_args(Region) if name != "other"])
            self.profile = self.profile.model_copy(update={"injuries": [Injury(region=region)]})
        if day == self.healed_on:
            healed = [injury.model_copy(update={"cleared": True}) for injury in self.profile.injuries]
            self.profile = self.profile.model_copy(update={"injuries": healed})

    def measures(self, day: date) -> Metric | None:
        """What they write down in the morning."""
        if self.kind == "unmeasured" or self.rng.random() < 0.5:
            return None
        tired = min(self.fatigue * 10, 1.0)
        sleep = round(self.rng.gauss(7.4 - 2 * tired, 0.7), 1)
        hooper = round(min(max(self.rng.gauss(11 + 14 * tired, 2), 5), 35))
        weighed = round(self.body_weight_kg + self.rng.gauss(0, 0.5), 1) if self.rng.random() < 0.3 else None
        return Metric(date=day, sleep_h=min(max(sleep, 0), 14), hooper=hooper, weight_kg=weighed)

    def does(self, session: NextSession, day: date, *, number: int) -> Log:
        """Train what is asked, as well as they can today, and write it down."""
        start = datetime.combine(day, time(17, self.rng.randint(0, 59)), tzinfo=UTC)
        return Log(
            id=f"log-{number:05d}",
            plan_id=session.plan_id,
            day=session.day,
            title=session.title,
            started_at=start,
            ended_at=start + timedelta(minutes=max(session.estimated_minutes, 10)),
            session_rpe=float(self.rng.randint(5, 9)),
            entries=[self._performs(item) for item in session.exercises],
        )

    def _performs(self, item: NextExercise) -> Entry:
        exercise = catalogue().get(item.exercise_id)
        if item.seconds is not None:
            able = self.capacity.setdefault(exercise.id, item.seconds * self.rng.uniform(0.8, 1.3))
            self.capacity[exercise.id] = able * 1.01
            held = float(round(min(able, item.seconds + 5)))
            return Entry(exercise_id=exercise.id, sets=[LoggedSet(seconds=max(held, 5.0))] * item.sets)
        sets = [self._set(item, exercise, tired=0.01 * index) for index in range(item.sets)]
        self.fatigue += _HARD_SETS_FATIGUE * len(sets)
        gain = _GAIN[self.profile.fitness_level] * self.rng.uniform(0.3, 1.3)
        self.strength[exercise.id] = self._true_kg(exercise) * (1 + gain)
        self.capacity[exercise.id] = self.capacity.get(exercise.id, 0.0) * (1 + gain)
        note = "a bit of pain in the joint" if self.rng.random() < 0.005 else None
        return Entry(exercise_id=exercise.id, notes=note, sets=sets)

    def _set(self, item: NextExercise, exercise: Exercise, *, tired: float) -> LoggedSet:
        high = item.reps.max if item.reps else 8
        if exercise.load in ("bodyweight", "band") and item.load_kg is None:
            able = self.capacity.setdefault(exercise.id, float(self.rng.randint(4, 18)))
            return LoggedSet(reps=max(1, min(round(able * (1 - tired)), high)), rpe=self._felt(item, able - high))
        load_kg = item.load_kg if item.load_kg is not None else self._found(item, exercise)
        carried = self.body_weight_kg * (exercise.body_weight_factor or 0) if exercise.load == "bodyweight" else 0.0
        able = _reps_at((load_kg + carried) / (self._true_kg(exercise) * (1 - self.fatigue - tired) + carried))
        if self.kind == "stubborn":
            return LoggedSet(reps=max(0, min(able, high + 2)), weight_kg=load_kg, rpe=self._felt(item, 0))
        spare = round(10 - item.rpe) if item.rpe is not None else 1
        done = max(0, min(able - spare, high))
        return LoggedSet(reps=done, weight_kg=load_kg, rpe=self._felt(item, able - done))

    def _felt(self, item: NextExercise, in_reserve: float) -> float | None:
        """Effort as reported: off by up to half a point, and not at all by those who do not measure."""
        if self.kind == "unmeasured" or item.rpe is None:
            return None
        felt = 10 - in_reserve + self.rng.choice((-0.5, 0, 0, 0.5))
        return round(min(max(felt, 4), 10) * 2) / 2

    def _found(self, item: NextExercise, exercise: Exercise) -> float:
        """The weight they settle on where the answer was to find one."""
        reps = item.reps.min if item.reps else 8
        wanted = load_for(self._true_kg(exercise), reps, rpe=min(item.rpe or 8, 8)) or self._true_kg(exercise) * 0.5
        rack = rack_for(exercise, rack_of(self.profile))
        return round_load(wanted * self.rng.uniform(0.85, 1.0), load=exercise.load, rack=rack, rounding="down")

    def _true_kg(self, exercise: Exercise) -> float:
        if exercise.id not in self.strength:
            size = 1.0 if exercise.kind == "compound" else _SMALL_MUSCLE
            hands = 0.4 if exercise.load in ("dumbbells", "kettlebell") else 1.0
            base = self.body_weight_kg * _STRENGTH[self.profile.fitness_level]
            self.strength[exercise.id] = base * size * hands * self.rng.uniform(0.7, 1.3)
        return self.strength[exercise.id]


def lifter(seed: int) -> Lifter:
    """A person of a kind that goes round with the seed."""
    rng = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    profile = Profile(
        fitness_level=rng.choice(get_args(Level)),
        goals=[rng.choice(get_args(Goal))],
        equipment=rng.choice(_GYMS),
        days_per_week=rng.randint(2, 5),
        session_minutes=rng.choice((30, 45, 60, 75)),
        birth_year=rng.randint(1955, 2006),
        units=rng.choice(("kg", "kg", "lb")),
        timezone=rng.choice(("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")),
    )
    person = Lifter(kind, rng, profile, body_weight_kg=rng.uniform(52, 110))
    if kind == "holiday":
        first = FIRST_DAY + timedelta(days=rng.randint(40, 250))
        person.away = (first, first + timedelta(days=rng.choice((9, 17, 35, 70))))
    if kind == "hurt":
        person.hurt_on = FIRST_DAY + timedelta(days=rng.randint(30, 200))
        person.healed_on = person.hurt_on + timedelta(days=rng.randint(40, 120)) if rng.random() < 0.5 else None
    return person


def older_history(person: Lifter, exercises: Sequence[str]) -> list[Log]:
    """Heavier sessions from years before, as an import would bring them."""
    return [
        Log(
            id=f"old-log-{number:03d}",
            started_at=datetime.combine(FIRST_DAY - timedelta(days=400 + 3 * number), time(12), tzinfo=UTC),
            entries=[
                Entry(exercise_id=key, sets=[LoggedSet(reps=5, weight_kg=person.strength.get(key, 40) * 1.5)] * 3)
                for key in exercises
            ],
        )
        for number in range(20)
    ]


def _reps_at(share: float) -> int:
    """Repetitions to failure at a share of the one-repetition maximum."""
    if share > 1:
        return 0
    able = 1
    while able < 16 and (percent_of_1rm(able + 1) or 0.0) >= share * 100:
        able += 1
    return able if able < 16 else 16 + int((0.57 - share) * 40) if share < 0.57 else able
