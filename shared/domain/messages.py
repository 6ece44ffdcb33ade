"""What was said in the chat, as it is kept, answered, exported and restored."""

from typing import Literal

from pydantic import Field

from shared.domain.analysis.facts import Fact
from shared.domain.plan import Source
from shared.domain.words import KeptId, Moment, Shape


class Safety(Shape):
    """Why a fixed message was answered instead of the coach: the rule that matched and what to do."""

    rule: str
    action: str


class CoachMessage(Shape):
    """One turn of the chat. `safety` stands on a person's message that raised a flag and on the
    fixed reply to it; `facts` are what the numbers of a reply come from."""

    id: KeptId
    at: Moment
    role: Literal["user", "coach"]
    text: str
    source: Source | None = None
    safety: Safety | None = None
    facts: list[Fact] = Field(default_factory=list)
