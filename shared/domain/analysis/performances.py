"""The log read by exercise: what was done of each, when, at which weight and with how much effort."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property

from shared.domain.catalogue import Catalogue, Exercise
from shared.domain.local_time import local_day
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.strength import Estimate, e1rm_kg
from shared.domain.volume import is_work_set
from shared.domain.words import Level, Muscle


@dataclass(frozen=True)
class Performance:
    """The work sets of one exercise in one session; `day` is the date where the person lives.

    What is derived is kept, because the search for deloads reads it many times over; hence no slots.
    """

    key: str
    log_id: str
    day: date
    moment: datetime
    plan_id: str | None
    sets: tuple[LoggedSet, ...]
    notes: str

    @cached_property
    def straight_sets(self) -> tuple[LoggedSet, ...]:
        """Work sets without the drop sets that follow them."""
        return tuple(lifted for lifted in self.sets if lifted.kind != "drop") or self.sets

    @cached_property
    def working_kg(self) -> float | None:
        """The weight most sets used, the heavier one at a tie; None where no weight was written down."""
        weights = Counter(lifted.weight_kg for lifted in self.straight_sets if lifted.weight_kg)
        return max(weights, key=lambda kg: (weights[kg], kg)) if weights else None

    @cached_property
    def reps(self) -> tuple[int, ...]:
        """Repetitions of the straight sets that were counted."""
        return tuple(lifted.reps for lifted in self.straight_sets if lifted.reps)

    @property
    def seconds(self) -> tuple[float, ...]:
        """Seconds of the straight sets that were timed."""
        return tuple(lifted.seconds for lifted in self.straight_sets if lifted.seconds)

    @cached_property
    def efforts(self) -> tuple[float, ...]:
        """RPE of the straight sets where it is known; a set marked as failure without one counts as 10."""
        efforts = (_effort(lifted) for lifted in self.straight_sets)
        return tuple(rpe for rpe in efforts if rpe is not None)

    @property
    def mean_rpe(self) -> float | None:
        """Mean effort of the session's straight sets."""
        return sum(self.efforts) / len(self.efforts) if self.efforts else None


def _effort(lifted: LoggedSet) -> float | None:
    return 10.0 if lifted.rpe is None and lifted.kind == "failure" else lifted.rpe


def in_order(logs: Iterable[Log]) -> list[Log]:
    """Oldest first by when they were done, however late they were entered; sessions of one moment by id."""
    return sorted(logs, key=lambda log: (log.moment, log.id))


def performances(logs: Iterable[Log], timezone: tzinfo) -> dict[str, list[Performance]]:
    """Every exercise's sessions, oldest first; entries of one exercise in one session are one performance."""
    histories: defaultdict[str, list[Performance]] = defaultdict(list)
    for log in in_order(logs):
        day = local_day(log.moment, timezone)
        for key, entries in _by_exercise(log.entries).items():
            sets = tuple(lifted for entry in entries for lifted in entry.sets if is_work_set(lifted))
            if sets:
                notes = "\n".join(entry.notes for entry in entries if entry.notes)
                histories[key].append(Performance(key, log.id, day, log.moment, log.plan_id, sets, notes))
    return dict(histories)


def _by_exercise(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.key].append(entry)
    return grouped


def muscle_days(histories: Mapping[str, Sequence[Performance]], catalogue: Catalogue) -> dict[Muscle, list[date]]:
    """The days each muscle worked, as the main one or a helping one, oldest first and each once."""
    days: defaultdict[Muscle, set[date]] = defaultdict(set)
    for key, history in histories.items():
        exercise = catalogue.exercises.get(key)
        for muscle in (*exercise.primary, *exercise.secondary) if exercise else ():
            days[muscle].update(performance.day for performance in history)
    return {muscle: sorted(found) for muscle, found in days.items()}


def outside_factor(exercise: Exercise | None) -> float | None:
    """The share of body weight that counts as load: only where the body itself is what is lifted."""
    return exercise.body_weight_factor if exercise is not None and exercise.load == "bodyweight" else None


def best_estimate(
    performance: Performance, exercise: Exercise | None, *, level: Level, body_weight_kg: float | None
) -> Estimate | None:
    """The highest e1RM of the session's sets; None where no set allows one."""
    if exercise is not None and exercise.load == "bodyweight" and exercise.body_weight_factor is None:
        return None
    factor = outside_factor(exercise)
    found = [e1rm_kg(s, level=level, body_weight_kg=body_weight_kg, factor=factor) for s in performance.sets]
    return max((e for e in found if e is not None), key=lambda e: e.kg, default=None)
