"""Failures as RFC 9457 problem documents: what a caller reads, and nothing of what went on inside."""

from collections.abc import Callable
from typing import Any

from pydantic import Field, ValidationError

from shared.domain.words import Shape
from shared.errors import FieldError, InvalidFields, VigorError

MEDIA_TYPE = "application/problem+json"


class ProblemField(Shape):
    """One rejected field."""

    path: str
    message: str


class Problem(Shape):
    """A problem document (RFC 9457). `code` is stable; `detail` is a sentence for a person."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: str
    errors: list[ProblemField] | None = None
    limit: int | float | None = Field(None, description="with 429: the limit that was reached")
    used: int | float | None = Field(None, description="with 429: how much of it is used")
    resets_at: str | None = Field(None, description="with 429: when it starts again, RFC 3339")
    window: str | None = Field(None, description="with 429: day, week, month or budget")
    reply: str | None = Field(None, description="with safety_stop: the fixed message to show")


def problem_of(error: VigorError, *, correlation_id: str) -> dict[str, Any]:
    """The document for `error`."""
    document: dict[str, Any] = {
        "type": f"urn:vigor:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "correlation_id": correlation_id,
    }
    if error.errors:
        document["errors"] = [{"path": one.path, "message": one.message} for one in error.errors]
    return document | error.extra


def invalid_fields(rejected: ValidationError) -> InvalidFields:
    """Our error for a body that does not fit its shape: every field with a sentence of its own."""
    errors = [FieldError(_path(one["loc"]), _sentence(one)) for one in rejected.errors(include_url=False)[:50]]
    first = f"{errors[0].path}: {errors[0].message}" if errors[0].path else errors[0].message
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return InvalidFields(f"{first}{more}", errors=errors)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else (f".{step}" if path else step)
    return path


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is required",
    "extra_forbidden": lambda _: "is not a field that can be set here",
    "model_type": lambda _: "must be a JSON object",
    "dict_type": lambda _: "must be a JSON object",
    "list_type": lambda _: "must be a list",
    "string_type": lambda _: "must be a text",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "int_parsing": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "float_parsing": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "bool_type": lambda _: "must be true or false",
    "bool_parsing": lambda _: "must be true or false",
    "string_too_short": lambda c: f"must have at least {c['min_length']} characters",
    "string_too_long": lambda c: f"must have at most {c['max_length']} characters",
    "string_pattern_mismatch": lambda _: "has characters or a form that is not allowed",
    "too_short": lambda c: f"must have at least {c['min_length']} items",
    "too_long": lambda c: f"must have at most {c['max_length']} items",
    "greater_than": lambda c: f"must be greater than {_bound(c['gt'])}",
    "greater_than_equal": lambda c: f"must be at least {_bound(c['ge'])}",
    "less_than": lambda c: f"must be less than {_bound(c['lt'])}",
    "less_than_equal": lambda c: f"must be at most {_bound(c['le'])}",
    "multiple_of": lambda c: f"must be a multiple of {c['multiple_of']:g}",
    "literal_error": lambda c: f"must be {c['expected'].replace(chr(39), '')}",
    "timezone_aware": lambda _: "needs a time zone, such as a Z at the end",
    "datetime_from_date_parsing": lambda _: "must be a time like 2026-01-31T18:00:00Z",
    "datetime_parsing": lambda _: "must be a time like 2026-01-31T18:00:00Z",
    "datetime_type": lambda _: "must be a time like 2026-01-31T18:00:00Z",
    "date_from_datetime_parsing": lambda _: "must be a date like 2026-01-31",
    "date_parsing": lambda _: "must be a date like 2026-01-31",
    "date_type": lambda _: "must be a date like 2026-01-31",
    "value_error": lambda c: str(c["error"]),
}


def _bound(value: Any) -> str:
    """A limit as a person writes it: a number without needless zeros, a date as it stands."""
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def _sentence(one: Any) -> str:
    sentence = _SENTENCES.get(one["type"])
    return sentence(one.get("ctx", {})) if sentence else "is not valid"
