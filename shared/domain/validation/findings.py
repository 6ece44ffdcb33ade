"""What a check reports and what it may compare with: violations, the list they are gathered in, and training history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.domain.plan import PlanWarning
from shared.domain.rules import Severity, rules
from shared.domain.words import Muscle

_SHOWN = 80
_MESSAGE = 500
_WRITTEN_OUT = 10**12


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks: where, what was found, what was wanted, why it matters and how to mend it.

    `path` reads like `days[0].exercises[2].sets`, and is empty for the plan as a whole. Severity E keeps a plan from
    being stored or answered, W is told to the person, I is only noted.
    """

    id: str
    severity: Severity
    path: str
    got: str
    want: str
    why: str
    source: str
    fix: str


@dataclass(frozen=True)
class History:
    """What the log says: the last load and the estimated maximum by exercise id, and last week's fractional sets."""

    last_load_kg: Mapping[str, float] = field(default_factory=dict)
    e1rm_kg: Mapping[str, float] = field(default_factory=dict)
    last_week_sets: Mapping[Muscle, float] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """Violations in the order found."""

    listed: list[Violation] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def add(
        self,
        rule_id: str,
        path: str,
        *,
        got: object,
        want: str,
        fix: str,
        severity: Severity | None = None,
        why: str | None = None,
    ) -> None:
        """Report a broken rule; severity and reason are the rule's own unless given."""
        rule = rules().rule(rule_id)
        self.paths.add(path)
        self.listed.append(
            Violation(rule_id, severity or rule.severity, path, shown(got), want, why or rule.why, rule.source, fix)
        )

    @property
    def sound(self) -> bool:
        """Whether nothing of severity error was found."""
        return all(violation.severity != "E" for violation in self.listed)


def warnings_of(found: Iterable[Violation]) -> list[PlanWarning]:
    """What a plan tells the person about rules of severity warning: one entry a rule, everything found under it."""
    gathered: dict[str, list[Violation]] = {}
    for violation in found:
        if violation.severity == "W":
            gathered.setdefault(violation.id, []).append(violation)
    warnings = []
    for rule_id, listed in gathered.items():
        got = "; ".join(dict.fromkeys(f"{violation.got} (wanted: {violation.want})" for violation in listed))
        warnings.append(
            PlanWarning(rule=rule_id, message=cut(f"{got[:1].upper()}{got[1:]}. {listed[0].why}", _MESSAGE))
        )
    return warnings


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def shown(value: object) -> str:
    """A value in a few words, whatever it is."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool) or value is None:
        text = {True: "true", False: "false", None: "nothing"}[value]
    elif isinstance(value, int):
        text = str(value) if abs(value) < _WRITTEN_OUT else "an enormous number"
    elif isinstance(value, float):
        text = f"{value:g}"
    elif isinstance(value, list | tuple):
        text = f"a list of {len(value)}"
    else:
        text = "an object" if isinstance(value, dict) else f"a {type(value).__name__}"
    return cut(text, _SHOWN)
