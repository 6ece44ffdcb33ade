"""A question with everything that an answer may draw on."""

from dataclasses import dataclass
from datetime import date

from shared.coach.offline.phrases import Voice, with_unit
from shared.coach.offline.questions import Question
from shared.domain.analysis.facts import Facts
from shared.domain.constraints import Constraints
from shared.domain.plan import Plan
from shared.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, the person's facts, general knowledge, and what binds them."""

    question: Question
    facts: Facts
    general: Facts
    profile: Profile
    constraints: Constraints
    plan: Plan | None
    today: date
    voice: Voice

    def known(self, key: str) -> str:
        """A fact of general knowledge with its unit; every key asked for exists."""
        fact = self.general.find(key)
        if fact is None:
            raise LookupError(key)
        return with_unit(fact)
