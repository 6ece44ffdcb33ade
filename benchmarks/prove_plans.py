"""Proves the plan engine: writes plans for random people of every kind and counts the rules they break.

Usage: python benchmarks/prove_plans.py [people] [first seed]. Prints violations by rule and the time a plan and a
validation take; exits 1 where any plan breaks a rule of severity error.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shared.domain.catalogue import catalogue
from shared.domain.engine import PlanWish, write_plan
from shared.domain.profile import SCREENING_FLAGS, Injury, Profile, Screening
from shared.domain.validator import Violation, validate
from shared.domain.words import MUSCLES, Goal, Level, Region

TODAY = date(2026, 7, 1)
_NOTES = (
    None,
    "torn ACL 2019",
    "hernia discal",
    "it just hurts",
    "Bandscheibe",
    "epaule gauche",
    "xyzzy",
    "carpal tunnel, both hands",
)
_SETS: tuple[list[str], ...] = (
    [], ["dumbbells"], ["dumbbells", "bench"], ["resistance_bands"], ["kettlebell"], ["pull_up_bar"], ["barbell", "rack", "bench"],
    ["barbell"], ["dumbbells", "bench", "pull_up_bar", "resistance_bands"], ["suspension_trainer"], ["chair"], ["sturdy_table", "chair"],
)  # fmt: skip


def random_person(rng: random.Random) -> tuple[Profile, PlanWish]:
    """Somebody of any level, goal, age, equipment and state of health, and what they ask for."""
    everything = sorted(catalogue().equipment)
    equipment = rng.choice([*_SETS, everything, rng.sample(everything, rng.randint(1, len(everything)))])
    flags = {flag: True for flag in SCREENING_FLAGS if rng.random() < 0.04}
    profile = Profile(
        fitness_level=rng.choice(get_args(Level)),
        goals=rng.sample(get_args(Goal), rng.randint(1, 3)),
        equipment=equipment,
        injuries=[
            Injury(region=rng.choice(get_args(Region)), note=rng.choice(_NOTES), cleared=rng.random() < 0.15)
            for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4)))
        ],
        days_per_week=rng.randint(1, 6),
        session_minutes=rng.choice((20, 25, 30, 35, 40, 45, 60, 75, 90, 105, 120, rng.randint(20, 180))),
        birth_year=rng.choice((None, TODAY.year - rng.randint(14, 85))),
        excluded_exercises=rng.sample(sorted(catalogue().exercises), rng.choice((0, 0, 0, 2, 10, 40))),
        screening=Screening(**flags, cleared=True if flags and rng.random() < 0.5 else None),
    )
    wish = PlanWish(
        goal=rng.choice((None, None, *get_args(Goal))),
        focus=tuple(rng.sample(MUSCLES, rng.choice((0, 0, 0, 1, 2)))),
        weekdays=rng.choice((None, None, None, frozenset(rng.sample(range(1, 8), rng.randint(1, 7))))),
        consented=rng.random() < 0.3,
    )
    return profile, wish


def prove(
    seeds: Sequence[int],
) -> tuple[Counter[tuple[str, str]], list[float], list[float], list[tuple[int, Violation]]]:
    """Violations by rule and severity, seconds a plan, seconds a validation, and every error with its seed."""
    counted: Counter[tuple[str, str]] = Counter()
    writing: list[float] = []
    judging: list[float] = []
    errors: list[tuple[int, Violation]] = []
    for seed in seeds:
        profile, wish = random_person(random.Random(seed))
        start = time.perf_counter()
        plan = write_plan(wish, profile, seed=seed, today=TODAY)
        written = time.perf_counter()
        found = validate(plan, profile=profile, year=TODAY.year, wish=wish)
        judging.append(time.perf_counter() - written)
        writing.append(written - start)
        for rule in {(violation.id, violation.severity) for violation in found}:
            counted[rule] += 1
        errors += [(seed, violation) for violation in found if violation.severity == "E"]
    return counted, writing, judging, errors


def _at(ordered: Sequence[float], share: float) -> str:
    return f"{ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000:.1f} ms"


def main(arguments: Sequence[str]) -> int:
    """Prove as many people as asked for (default 10,000)."""
    people = int(arguments[0]) if arguments else 10_000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    catalogue()
    counted, writing, judging, errors = prove(range(first, first + people))
    print(f"{people} plans for random people, seeds {first} to {first + people - 1}")
    for (rule, severity), plans in sorted(counted.items()):
        print(f"  {rule} {severity}: {plans} plans ({plans / people:.2%})")
    for name, times in (("write a plan and judge it", writing), ("validate", judging)):
        ordered = sorted(times)
        print(
            f"  {name}: median {_at(ordered, 0.5)}, p95 {_at(ordered, 0.95)}, p99.9 {_at(ordered, 0.999)}, "
            f"max {_at(ordered, 1)}"
        )
    for seed, violation in errors[:40]:
        print(f"  seed {seed}: {violation.id} {violation.path}: {violation.got}; wanted {violation.want}")
    print(f"{len(errors)} violations of severity error")
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
