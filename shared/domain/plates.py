"""Loads a person can make: rounding to plates, dumbbells and pins, the plates for a side, and the warm-up ramp."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from shared.domain.catalogue import Exercise, Load
from shared.domain.profile import Profile
from shared.domain.progression_rules import number, value
from shared.domain.words import KG_PER_LB, Units

_GRAMS = 1000
_SIDE_LIMIT_KG = 500
_HAIR_KG = 1e-6

_BAR: dict[Units, float] = {"kg": 20.0, "lb": 45.0}
_PLATES: dict[Units, tuple[float, ...]] = {"kg": (25, 20, 15, 10, 5, 2.5, 1.25), "lb": (45, 35, 25, 10, 5, 2.5)}
_DUMBBELLS: dict[Units, tuple[float, ...]] = {
    "kg": (*range(1, 21), *range(22, 62, 2)),
    "lb": (*range(2, 20, 2), *range(20, 60, 5), *range(60, 135, 5)),
}
_KETTLEBELLS_KG = (4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 28.0, 32.0, 36.0, 40.0, 44.0, 48.0)
_PIN: dict[Units, float] = {"kg": 2.5, "lb": 5.0}

Rounding = Literal["nearest", "down"]


@dataclass(frozen=True, slots=True)
class Rack:
    """What a person loads with, in kilograms. `plates_kg` are sizes, any number of pairs of each; a size named twice
    means that every entry is one pair. Dumbbells are weighed one by one."""

    bar_kg: float
    plates_kg: tuple[float, ...]
    dumbbells_kg: tuple[float, ...]
    units: Units = "kg"

    @property
    def pin_kg(self) -> float:
        """The step of machines, cables and whatever else has no step of its own."""
        return _PIN[self.units] * (1.0 if self.units == "kg" else KG_PER_LB)


@dataclass(frozen=True, slots=True)
class WarmUpSet:
    """One step of the ramp."""

    weight_kg: float
    reps: int


def rack_of(profile: Profile) -> Rack:
    """The person's own bar, plates and dumbbells; what the profile leaves open is a usual gym in their units."""
    unit_kg = 1.0 if profile.units == "kg" else KG_PER_LB
    plates = profile.plates_kg if profile.plates_kg is not None else [p * unit_kg for p in _PLATES[profile.units]]
    dumbbells = profile.dumbbells_kg or [d * unit_kg for d in _DUMBBELLS[profile.units]]
    return Rack(
        bar_kg=profile.bar_kg if profile.bar_kg is not None else _BAR[profile.units] * unit_kg,
        plates_kg=tuple(sorted(plates, reverse=True)),
        dumbbells_kg=tuple(sorted(dumbbells)),
        units=profile.units,
    )


def rack_for(exercise: Exercise, rack: Rack) -> Rack:
    """The same rack with the bar this exercise takes: an EZ bar or a trap bar weighs its own."""
    bars = value("W.other_bars_kg")
    own = next((float(bars[item]) for item in sorted(exercise.requires) if item in bars), None)
    return rack if own is None else replace(rack, bar_kg=own)


def round_load(target_kg: float, *, load: Load, rack: Rack, rounding: Rounding = "nearest") -> float:
    """The makeable load nearest to `target_kg` (a tie goes down), or the heaviest not above it.

    Never under the lightest makeable load: the empty bar, the lightest dumbbell, zero elsewhere.
    """
    below, above = _neighbours(target_kg, load, rack)
    if below is None:
        return 0.0 if above is None else above
    if rounding == "down" or above is None or target_kg - below <= above - target_kg + _HAIR_KG:
        return below
    return above


def next_load_up(load_kg: float, *, load: Load, rack: Rack) -> float | None:
    """The lightest makeable load above `load_kg`; None where there is none."""
    _, above = _neighbours(load_kg + 0.01, load, rack)
    return above


def makeable(load_kg: float, *, load: Load, rack: Rack) -> bool:
    """Whether the person can load exactly this (to ten grams)."""
    below, above = _neighbours(load_kg, load, rack)
    return any(near is not None and abs(near - load_kg) <= 0.01 for near in (below, above))


def plates_for(total_kg: float, rack: Rack) -> list[float]:
    """Plates for one side of the bar, heaviest first; empty for the bare bar or a load these plates cannot make."""
    side = round((total_kg - rack.bar_kg) / 2 * _GRAMS)
    near = None if side <= 0 else _nearby(_sides(rack.plates_kg).makes[0], side)
    return [] if near is None else _side_plates(near, rack.plates_kg)


def warm_up_ramp(work_kg: float, *, load: Load, rack: Rack) -> list[WarmUpSet]:
    """Steps from the empty bar to the work weight, each on makeable loads; none where the work is light itself.

    Steps under the bar or within ten kilograms of the one before are dropped. Lifts without a bar skip the first step.
    """
    bar_kg = rack.bar_kg if load == "barbell" else 0.0
    lightest_kg = number("W.bars") * bar_kg if load == "barbell" else number("W.light_kg")
    if work_kg < lightest_kg or work_kg <= bar_kg:
        return []
    kept: list[WarmUpSet] = []
    last_kg = bar_kg
    for share, reps in value("W.steps"):
        target_kg = share * work_kg
        if target_kg - last_kg <= number("W.apart_kg") and (load == "barbell" or kept):
            continue
        weight_kg = round_load(target_kg, load=load, rack=rack)
        if weight_kg >= work_kg or any(step.weight_kg >= weight_kg for step in kept):
            continue
        kept.append(WarmUpSet(weight_kg=weight_kg, reps=int(reps)))
        last_kg = target_kg
    if load != "barbell" or bar_kg <= 0:
        return kept
    fewest, most = value("W.bar_reps")
    return [WarmUpSet(weight_kg=bar_kg, reps=int(most if kept else fewest)), *kept]


def _neighbours(target_kg: float, load: Load, rack: Rack) -> tuple[float | None, float | None]:
    """The makeable loads at or below and at or above a target."""
    if load == "barbell":
        return _bar_neighbours(target_kg, rack)
    if load == "dumbbells":
        return _listed_neighbours(target_kg, rack.dumbbells_kg)
    if load == "kettlebell":
        return _listed_neighbours(target_kg, _KETTLEBELLS_KG)
    steps = max(target_kg, 0.0) / rack.pin_kg
    low = int(steps + _HAIR_KG)
    return low * rack.pin_kg, (low if abs(steps - low) <= _HAIR_KG else low + 1) * rack.pin_kg


def _listed_neighbours(target_kg: float, loads_kg: Sequence[float]) -> tuple[float | None, float | None]:
    below = [kg for kg in loads_kg if kg <= target_kg + _HAIR_KG]
    above = [kg for kg in loads_kg if kg >= target_kg - _HAIR_KG]
    return (below[-1] if below else None), (above[0] if above else None)


def _bar_neighbours(target_kg: float, rack: Rack) -> tuple[float | None, float | None]:
    side = round((target_kg - rack.bar_kg) / 2 * _GRAMS)
    if side < 0:
        return None, rack.bar_kg
    makes = _sides(rack.plates_kg).makes[0]
    below = (makes & ((1 << side + 1) - 1)).bit_length() - 1
    rest = makes >> side
    above = side + (rest & -rest).bit_length() - 1 if rest else None
    return _total(below, rack), None if above is None else _total(above, rack)


def _total(side: int, rack: Rack) -> float:
    return round(rack.bar_kg + 2 * sum(_side_plates(side, rack.plates_kg)), 3)


def _nearby(makes: int, side: int) -> int | None:
    """A makeable side within five grams: pounds written as kilograms are rounded on the way."""
    offsets = sorted(range(-5, 6), key=abs)
    return next((side + o for o in offsets if side + o > 0 and makes >> side + o & 1), None)


def _side_plates(side: int, plates_kg: tuple[float, ...]) -> list[float]:
    """The plates that make exactly this many grams, as few and as heavy as can be."""
    sizes, makes = _sides(plates_kg)
    chosen: list[float] = []
    for index, size in enumerate(sizes):
        most = side // size.grams if size.pairs is None else min(size.pairs, side // size.grams)
        count = next(n for n in range(most, -1, -1) if makes[index + 1] >> (side - n * size.grams) & 1)
        chosen += [size.kg] * count
        side -= count * size.grams
    return chosen


class _Size(NamedTuple):
    grams: int
    kg: float
    pairs: int | None
    """None: as many as it takes."""


class _Sides(NamedTuple):
    sizes: tuple[_Size, ...]
    makes: tuple[int, ...]
    """For each tail of `sizes` the weights it makes: weight g is bit g, so that a shift by a plate adds it to all."""


@functools.lru_cache(maxsize=256)
def _sides(plates_kg: tuple[float, ...]) -> _Sides:
    counted = len(set(plates_kg)) < len(plates_kg)
    sizes = tuple(
        _Size(round(kg * _GRAMS), kg, plates_kg.count(kg) if counted else None)
        for kg in sorted(set(plates_kg), reverse=True)
        if round(kg * _GRAMS) > 0
    )
    limit = _SIDE_LIMIT_KG * _GRAMS
    mask = (1 << limit + 1) - 1
    makes = [1]
    for size in reversed(sizes):
        bits, take, left = makes[0], 1, limit // size.grams if size.pairs is None else size.pairs
        while left > 0:
            take = min(left, take)
            bits |= (bits << take * size.grams) & mask
            left -= take
            take *= 2
        makes.insert(0, bits)
    return _Sides(sizes, tuple(makes))
