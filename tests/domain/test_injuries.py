"""What each injury forbids, and injuries told in a person's own words."""

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.catalogue import catalogue
from shared.domain.injuries import AVOIDED, STRESS_TAGS, avoided_tags, regions_from_text
from shared.domain.words import Region

KNOWN = catalogue()

# The list of section 9, by exercises that stand for its words.
MUST_AVOID: dict[Region, str] = {
    "shoulder": """
        behind-neck-press behind-neck-pulldown barbell-upright-row dumbbell-upright-row dip bench-dip ring-dip
        barbell-overhead-press snatch push-jerk overhead-squat handstand-push-up dumbbell-pullover
        wide-grip-bench-press kipping-pull-up""",
    "knee": """
        box-jump squat-jump barbell-back-squat goblet-squat dumbbell-lunge barbell-lunge pistol-squat
        leg-extension sissy-squat hack-squat running sprint-intervals jump-rope-skipping depth-jump""",
    "lower_back": """
        conventional-deadlift sumo-deadlift barbell-romanian-deadlift good-morning barbell-row pendlay-row
        barbell-back-squat power-clean snatch kettlebell-swing sit-up russian-twist cable-woodchop back-extension
        sandbag-carry""",
    "wrist": """
        push-up high-plank barbell-front-squat power-clean barbell-curl handstand-push-up burpee
        barbell-wrist-curl""",
    "elbow": """
        skull-crusher overhead-dumbbell-extension overhead-cable-extension close-grip-bench-press chin-up pull-up
        barbell-curl preacher-curl dip""",
    "ankle": """
        box-jump running dumbbell-calf-raise machine-standing-calf-raise dumbbell-lunge pistol-squat
        lateral-bound jump-rope-skipping""",
    "neck": """
        barbell-shrug dumbbell-shrug barbell-upright-row behind-neck-press isometric-neck-hold plate-neck-curl
        crunch sit-up barbell-overhead-press handstand-push-up""",
    "hip": """
        barbell-back-squat sumo-deadlift box-jump hip-abduction-machine hip-adduction-machine lying-leg-raise
        bulgarian-split-squat""",
}

# What section 9 prefers must stay open.
MUST_STAY: dict[Region, str] = {
    "shoulder": """
        neutral-grip-dumbbell-bench-press dumbbell-floor-press landmine-press seated-cable-row face-pull
        cable-external-rotation neutral-grip-lat-pulldown""",
    "knee": """
        chair-sit-to-stand wall-hip-hinge barbell-hip-thrust seated-leg-curl step-up wall-sit stationary-cycling""",
    "lower_back": """
        chest-supported-dumbbell-row leg-press split-squat barbell-hip-thrust bird-dog side-plank dead-bug
        pallof-press""",
    "wrist": """
        handle-push-up fist-push-up neutral-grip-dumbbell-bench-press machine-chest-press plank""",
    "elbow": """
        triceps-pushdown hammer-curl neutral-grip-lat-pulldown wall-triceps-isometric""",
    "ankle": """
        leg-press seated-leg-curl dumbbell-bench-press stationary-cycling barbell-hip-thrust seated-heel-raise""",
    "neck": """
        chest-supported-dumbbell-row machine-chest-press dead-bug plank""",
    "hip": """
        glute-bridge partial-squat seated-leg-curl side-lying-clam stationary-cycling""",
}

TOLD_BY_REGION: dict[Region, str] = {
    "knee": """
        torn ACL 2019 | knees fine | dodgy kneecap | meniscus surgery | Kreuzbandriss links | Knieprobleme |
        Läuferknie | rodilla | rotura de menisco | genou droit | ligaments croisés""",
    "shoulder": """
        rotator cuff | frozen shoulder | Schulter-Impingement | Rotatorenmanschettenriss | hombro |
        manguito rotador | épaule | coiffe des rotateurs | sholder""",
    "lower_back": """
        hernia discal | slipped disc L5/S1 | my back hurts | sciatica | Bandscheibenvorfall |
        Rückenschmerzen | Hexenschuss | lumbalgia | mal de dos | hernie discale | lombalgie chronique""",
    "elbow": """
        tennis elbow | Tennisarm | Tennisellenbogen | codo de tenista | épicondylite""",
    "wrist": """
        carpal tunnel | Sehnenscheidenentzündung | Handgelenk | dolor de muñeca | poignet""",
    "ankle": """
        sprained ankle | plantar fasciitis | Achilles tendinopathy | Sprunggelenk verstaucht | Fersensporn |
        esguince de tobillo | fascitis plantar | entorse de la cheville | tendinite d'Achille""",
    "neck": """
        whiplash | stiff neck | Nackenverspannung | HWS-Syndrom | dolor de cuello | cervicalgie | torticolis""",
    "hip": """
        groin strain | hip replacement | Hüftarthrose | Leistenzerrung | cadera | pubalgie | hanche""",
}
TOLD = {text.strip(): region for region, texts in TOLD_BY_REGION.items() for text in texts.split("|")}


def test_every_region_has_a_rule_made_of_known_tags() -> None:
    assert set(AVOIDED) == set(get_args(Region))
    for region, tags in AVOIDED.items():
        assert tags, region
        assert tags <= set(STRESS_TAGS), region


def test_every_avoided_tag_is_carried_by_some_exercise() -> None:
    carried = frozenset[str]().union(*(exercise.stress for exercise in KNOWN.exercises.values()))
    assert avoided_tags(AVOIDED) <= carried


@pytest.mark.parametrize("region", MUST_AVOID)
def test_what_the_rules_forbid_for_a_region_is_forbidden(region: Region) -> None:
    allowed = [name for name in MUST_AVOID[region].split() if not KNOWN.get(name).stress & AVOIDED[region]]
    assert allowed == []


@pytest.mark.parametrize("region", MUST_STAY)
def test_what_the_rules_prefer_for_a_region_stays_allowed(region: Region) -> None:
    refused = {name: KNOWN.get(name).stress & AVOIDED[region] for name in MUST_STAY[region].split()}
    assert {name: tags for name, tags in refused.items() if tags} == {}


def test_two_injuries_forbid_what_either_forbids() -> None:
    assert avoided_tags(["knee", "neck"]) == AVOIDED["knee"] | AVOIDED["neck"]
    assert avoided_tags([]) == frozenset()


@pytest.mark.parametrize("text", TOLD)
def test_an_injury_in_ones_own_words_is_understood(text: str) -> None:
    found = regions_from_text(text)
    assert found.understood
    assert found.regions == {TOLD[text]}


def test_every_region_named_counts() -> None:
    assert regions_from_text("bad knee, and a sore shoulder since May").regions == {"knee", "shoulder"}
    assert regions_from_text("broken leg").regions == {"hip", "knee", "ankle"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hip-hop",
        "I dance hip hop",
        "asthma",
        "diabetes",
        "migraine",
        "spleen removed",
        "relationship",
        "membership",
        "dolor desde hace dos meses",
        "???",
    ],
)
def test_what_names_no_region_is_not_understood(text: str) -> None:
    found = regions_from_text(text)
    assert not found.understood
    assert found.regions == frozenset()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    found = regions_from_text(text)
    assert found.understood == bool(found.regions)
    assert found.regions <= set(get_args(Region)) - {"other"}


@given(st.sampled_from(sorted(TOLD)), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_does_not_matter(text: str, case: Callable[[str], str]) -> None:
    assert TOLD[text] in regions_from_text(case(text)).regions
