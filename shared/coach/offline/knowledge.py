"""What the coach knows besides the person: the few numbers of general advice, as facts, so that they can be checked."""

from shared.domain.analysis.facts import FactList, Facts
from shared.domain.profile import Profile
from shared.domain.progression_rules import number, value
from shared.domain.rules import rules
from shared.domain.volume import weekly_range


def knowledge(profile: Profile) -> Facts:
    """Rest, warm-up, deload, layoff and volume for this person's goal and level, from the rules data."""
    facts = FactList(profile.units)
    main_from, main_to, small_from, small_to = value("K.rest_s")[profile.goals[0]]
    facts.add("rest_main", "Rest between heavy sets", value=f"{main_from} to {main_to}", unit="seconds")
    facts.add("rest_accessory", "Rest between lighter sets", value=f"{small_from} to {small_to}", unit="seconds")
    facts.add("warm_up", "General warm-up", value=_span(value("K.warm_up_min")), unit="minutes")
    facts.add("deload_every", "Weeks between deloads", value=_span(value("K.deload_every_weeks")), unit="weeks")
    facts.add("deload_load", "Load in a deload", value=round(number("D3.load") * 100), unit="%")
    facts.add("deload_rpe", "Effort in a deload at most", value=number("D3.rpe"), unit="RPE")
    facts.add("pain_most", "Pain that may be trained with at most", value=number("K.pain_most"), unit="of 10")
    facts.add("soreness", "How long soreness usually lasts", value=_span(value("K.soreness_days")), unit="days")
    facts.add(
        "repeat_from", "Days off after which a session is repeated", value=number("P6.repeat_from_days"), unit="days"
    )
    first, *_ = value("P6.layoff")
    facts.add("layoff_from", "Days off after which loads come down", value=first["from"], unit="days")
    facts.add("layoff_cut", "How much they come down at first", value=round(first["cut"] * 100), unit="%")
    facts.add("step_most", "Largest rise in load", value=round(number("P1.max_step_share") * 100), unit="%")
    lifting = rules().table("V44.lifting_days")[profile.fitness_level]
    facts.add("lifting_days", "Lifting days a week at most", value=lifting, unit="days")
    if minutes := rules().table("V47.aerobic_min")[profile.goals[0]]:
        facts.add("aerobic_minutes", "Aerobic minutes a week at least", value=minutes, unit="minutes")
    wanted = weekly_range(profile.fitness_level, profile.goals[0])
    facts.add("weekly_sets", "Sets a muscle a week", value=f"{wanted.low:g} to {wanted.high:g}", unit="sets")
    return facts.facts("standing", "General advice")


def _span(pair: list[int]) -> str:
    return f"{pair[0]} to {pair[1]}"
