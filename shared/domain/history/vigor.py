"""Vigor's own export: one JSON document with everything kept about a person, written and read back without loss."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from pydantic import AwareDatetime, Field, JsonValue

from shared.domain.log import Log
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.words import Shape

EXPORT_VERSION: Final = 1


class Account(Shape):
    """Who the export is about."""

    id: str
    email: str
    username: str
    display_name: str | None = None


class ConsentGiven(Shape):
    """What was agreed to, under which version of the notice, and when."""

    terms: bool
    health_data: bool
    version: str
    given_at: AwareDatetime


class ExportDocument(Shape):
    """Everything kept about one person. `more` holds kinds of record that have no field of their own (usage, imports,
    signed-in devices), by the name of their kind."""

    vigor_export: Literal[1] = EXPORT_VERSION
    exported_at: AwareDatetime
    account: Account
    profile: Profile | None = None
    plans: list[Plan] = Field(default_factory=list)
    logs: list[Log] = Field(default_factory=list)
    metrics: list[KeptMetric] = Field(default_factory=list)
    messages: list[CoachMessage] = Field(default_factory=list)
    consents: list[ConsentGiven] = Field(default_factory=list)
    more: dict[str, list[dict[str, JsonValue]]] = Field(default_factory=dict)


def export_document(
    account: Account,
    *,
    exported_at: datetime,
    profile: Profile | None = None,
    plans: Sequence[Plan] = (),
    logs: Sequence[Log] = (),
    metrics: Sequence[KeptMetric] = (),
    messages: Sequence[CoachMessage] = (),
    consents: Sequence[ConsentGiven] = (),
    more: Mapping[str, Sequence[Mapping[str, JsonValue]]] | None = None,
) -> ExportDocument:
    """The document of `GET me/export`; `model_dump_json` writes it, `vigor_document.read_document` reads it
    back."""
    return ExportDocument(
        exported_at=exported_at,
        account=account,
        profile=profile,
        plans=list(plans),
        logs=list(logs),
        metrics=list(metrics),
        messages=list(messages),
        consents=list(consents),
        more={kind: [dict(record) for record in records] for kind, records in (more or {}).items()},
    )
