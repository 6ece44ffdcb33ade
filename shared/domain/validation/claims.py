"""Words that claim something about past training, in English, German, Spanish and French."""

import re

from shared.domain.validation.kept import kept_by_text
from shared.domain.validation.number_words import folded

_WHAT = r"(?:\w+ )?(?:weeks?|months?|sessions?|workouts?|training|lifts?|logs?|results?|numbers?|sets?|progress|gains?|plan)"
_CLAIM = re.compile(
    r"\b(?:last (?:week|month|year|session|time|workout)|previously|as before|personal best"
    r"|you(?:'ve|’ve| have)? (?:already )?(?:lifted|managed|did|hit|benched|squatted|pulled|progressed|improved|missed)"
    rf"|your (?:last|latest|recent|previous) {_WHAT}"
    r"|(?:beat|match|than|over|above|under|of) your (?:best|records?)"
    r"|your (?:progress|records?|best|log) (?:so far|shows?|says|is|was|has)"
    r"|since (?:you (?:started|began)|your last|last)"
    r"|(?:letzte[nrs]?|vorige[nrs]?|vergangene[nrs]?) (?:woche|monat|mal|jahr|training|einheit)|zuletzt|bisherige[nrs]?"
    r"|(?:la )?(?:semana|sesion) pasada|(?:el )?mes pasado|la ultima vez|tu ultim[ao]|hasta ahora"
    r"|(?:la )?(?:semaine|seance) (?:derniere|passee)|(?:le )?mois dernier|la derniere fois|ta derniere|ton dernier"
    r"|jusqu'ici)\b"
)


@kept_by_text
def claim_in(text: str) -> str | None:
    """The first words of a text that claim something about past training, as they were written."""
    found = _CLAIM.search(folded(text))
    return None if found is None else text[found.start() : found.end()]
