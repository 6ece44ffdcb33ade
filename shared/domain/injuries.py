"""What an injury forbids: stress tags of exercises, the tags each region avoids, free text read into regions."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path

from shared.domain.search import plain
from shared.domain.words import Region

_WORDS_FILE = Path(__file__).parent / "data" / "injury_words.json"
_TYPO_CUTOFF = 0.85
_TYPO_LETTERS = 5

STRESS_TAGS: Mapping[str, str] = {
    "agility": "quick changes of direction",
    "awkward_lift": "lifting an awkward object from the floor",
    "axial_load": "a load that presses down through the spine",
    "ballistic_hinge": "a fast hip hinge with a swinging load",
    "bar_on_neck": "a bar resting on the upper back and neck",
    "behind_neck": "a bar moved behind the neck",
    "calf_load": "calf raises under load",
    "close_grip_press": "a close-grip press",
    "deep_ankle_flexion": "deep ankle bend under body weight or load",
    "deep_hip_flexion": "deep hip bend under body weight or load",
    "deep_knee_flexion": "deep knee bend under body weight or load",
    "dip": "dipping with the elbows behind the body",
    "elbow_stretch_extension": "straightening the elbow from a deep bend against load",
    "fall_risk": "a position that is easy to fall from",
    "front_rack": "a load held in the front rack",
    "hanging_pull": "pulling the whole body up by the arms",
    "heavy_elbow_flexion": "heavy curling with the palm up",
    "hinge_load": "a hip hinge that loads the lower back",
    "hip_abduction_load": "heavy pushing or pulling of the legs sideways",
    "inverted": "an upside-down position",
    "jump": "jumping and landing",
    "kipping": "swinging pulls",
    "loaded_knee_flexion": "knee bend under added load",
    "loaded_shoulder_stretch": "a loaded stretch of the front of the shoulder",
    "neck_flexion": "curling up with the head",
    "neck_load": "direct load on the neck",
    "olympic_lift": "an Olympic lift",
    "open_chain_knee_extension": "straightening the knee against a pad",
    "overhead_ballistic": "throwing a load overhead",
    "overhead_hold": "holding a load overhead",
    "overhead_press": "pressing overhead",
    "plyometric": "explosive jumps or throws",
    "prone": "lying face down",
    "pullover": "a pullover behind the head",
    "running": "running",
    "shrug": "shrugging a load",
    "spinal_extension_load": "bending the back backwards against load",
    "spinal_flexion": "rounding the back forwards, as in sit-ups",
    "spinal_rotation_load": "twisting the trunk under load",
    "split_stance_stretch": "a deep split stance with the rear foot raised",
    "straight_bar_curl": "curling a straight bar",
    "straight_leg_raise": "raising straight legs",
    "supine": "lying on the back",
    "unsupported_row": "rowing bent over without support",
    "upright_row": "an upright row",
    "wide_grip_press": "a wide-grip press",
    "wide_stance": "a wide stance under load",
    "wrist_extension_load": "weight on a bent-back wrist",
    "wrist_motion_load": "bending the wrist against load",
}
"""Every stress tag an exercise may carry, in words that finish "it involves …"."""

AVOIDED: Mapping[Region, frozenset[str]] = {
    "shoulder": frozenset({
        "behind_neck", "dip", "inverted", "kipping", "loaded_shoulder_stretch", "overhead_ballistic", "overhead_hold",
        "overhead_press", "pullover", "upright_row", "wide_grip_press",
    }),
    "knee": frozenset({
        "agility", "deep_knee_flexion", "jump", "loaded_knee_flexion", "open_chain_knee_extension", "running",
        "split_stance_stretch",
    }),
    "lower_back": frozenset({
        "awkward_lift", "axial_load", "ballistic_hinge", "hinge_load", "olympic_lift", "spinal_extension_load",
        "spinal_flexion", "spinal_rotation_load", "unsupported_row",
    }),
    "wrist": frozenset({
        "front_rack", "inverted", "olympic_lift", "straight_bar_curl", "wrist_extension_load", "wrist_motion_load",
    }),
    "elbow": frozenset({
        "close_grip_press", "dip", "elbow_stretch_extension", "hanging_pull", "heavy_elbow_flexion", "kipping",
        "wrist_motion_load",
    }),
    "ankle": frozenset({
        "agility", "calf_load", "deep_ankle_flexion", "jump", "running", "split_stance_stretch",
    }),
    "neck": frozenset({
        "bar_on_neck", "behind_neck", "inverted", "neck_flexion", "neck_load", "olympic_lift", "overhead_ballistic",
        "overhead_hold", "overhead_press", "shrug", "upright_row",
    }),
    "hip": frozenset({
        "agility", "deep_hip_flexion", "hip_abduction_load", "jump", "running", "split_stance_stretch",
        "straight_leg_raise", "wide_stance",
    }),
    "other": frozenset({
        "agility", "awkward_lift", "axial_load", "ballistic_hinge", "bar_on_neck", "behind_neck", "deep_hip_flexion",
        "deep_knee_flexion", "dip", "hinge_load", "inverted", "jump", "kipping", "loaded_knee_flexion", "neck_load",
        "olympic_lift", "overhead_ballistic", "overhead_hold", "overhead_press", "running", "spinal_extension_load",
        "spinal_flexion", "spinal_rotation_load", "upright_row",
    }),
}  # fmt: skip
"""Region to the tags avoided by default: consensus and clinical practice, not trials. `other` stands for an injury
nobody could place, so it avoids whatever loads a large joint hard. Sources:
https://www.active.com/fitness/articles/8-easy-exercises-when-you-re-injured and
https://personaltrainertoday.com/modifications-to-contraindicated-exercises-playing-it-safe-in-the-gym"""


@dataclass(frozen=True, slots=True)
class RegionsFound:
    """Regions a text names. Not `understood`: it names none we know, so ask, and meanwhile avoid `AVOIDED["other"]`."""

    regions: frozenset[Region]
    understood: bool


def avoided_tags(regions: Iterable[Region]) -> frozenset[str]:
    """Every stress tag that one of these regions avoids."""
    return frozenset[str]().union(*(AVOIDED[region] for region in regions))


@lru_cache(maxsize=1024)
def regions_from_text(text: str) -> RegionsFound:
    """Read an injury told in English, German, Spanish or French. Every region named counts, whatever is said about it:
    "knees fine" still spares the knee, because sparing too much is the cheaper mistake."""
    words = _words()
    cleaned = words.ignored.sub(" ", plain(text))
    found = frozenset(region for region, pattern in words.patterns.items() if pattern.search(cleaned))
    if not found:
        found = _misspelt(cleaned, words.spellings)
    return RegionsFound(found, understood=bool(found))


@dataclass(frozen=True, slots=True)
class _Words:
    patterns: Mapping[Region, re.Pattern[str]]
    ignored: re.Pattern[str]
    spellings: Mapping[str, frozenset[Region]]


@cache
def _words() -> _Words:
    data = json.loads(_WORDS_FILE.read_text(encoding="utf-8"))
    terms: Mapping[Region, list[str]] = {
        region: [term for listed in by_language.values() for term in listed]
        for region, by_language in data["regions"].items()
    }
    spellings: dict[str, frozenset[Region]] = {}
    for region, listed in terms.items():
        for word in map(plain, listed):
            if len(word) >= _TYPO_LETTERS and " " not in word:
                spellings[word] = spellings.get(word, frozenset()) | {region}
    return _Words(
        patterns={region: _pattern(listed) for region, listed in terms.items()},
        ignored=_pattern(data["not_an_injury"]),
        spellings=spellings,
    )


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Whole words, except where a `*` at either end of a term lets it be part of a longer word (German compounds)."""
    parts = []
    for term in terms:
        before = r"" if term.startswith("*") else r"\b"
        after = r"" if term.endswith("*") else r"\b"
        parts.append(before + re.escape(plain(term)) + after)
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


def _misspelt(cleaned: str, spellings: Mapping[str, frozenset[Region]]) -> frozenset[Region]:
    found: frozenset[Region] = frozenset()
    for word in set(cleaned.split()):
        if len(word) >= _TYPO_LETTERS:
            for known in get_close_matches(word, spellings, n=1, cutoff=_TYPO_CUTOFF):
                found |= spellings[known]
    return found
