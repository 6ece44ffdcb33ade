"""The offline coach's words: narratives, answers and encouragement out of facts, and the check on anybody's numbers."""

from shared.coach.offline.answers import answer
from shared.coach.offline.facts_check import facts_check
from shared.coach.offline.knowledge import knowledge
from shared.coach.offline.motivation import motivation, rest_instead
from shared.coach.offline.narrative import narrate

__all__ = ["answer", "facts_check", "knowledge", "motivation", "narrate", "rest_instead"]
