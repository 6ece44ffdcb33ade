"""The one tree of expected failures: each knows its status, its stable code and the sentence a person reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One rejected field: where it stands in the body and what to do about it."""

    path: str
    message: str


class VigorError(Exception):
    """An expected failure; whoever renders it needs nothing but what it carries."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.retry_after_s = retry_after_s


class UnreadableBody(VigorError):
    status, code, title = 400, "unreadable_body", "The body could not be read"


class NotSignedIn(VigorError):
    status, code, title = 401, "not_signed_in", "Sign in first"


class SignInRefused(VigorError):
    status, code, title = 401, "sign_in_refused", "Sign-in refused"


class StepUpRequired(VigorError):
    status, code, title = 401, "step_up_required", "Sign in again to do this"


class NotAllowed(VigorError):
    status, code, title = 403, "not_allowed", "Not allowed"


class NotFound(VigorError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(VigorError):
    status, code, title = 409, "conflict", "That clashes with what is there"


class RegistrationConflict(Conflict):
    code, title = "registration_conflict", "That account cannot be created"


class LogConflict(Conflict):
    code, title = "log_conflict", "Another workout has that id"


class LastAdmin(Conflict):
    code, title = "last_admin", "The last administrator has to stay"


class RequestInFlight(Conflict):
    code, title = "request_in_flight", "That request is still being worked on"


class SafetyStop(Conflict):
    code, title = "safety_stop", "Stop and read this first"


class StaleVersion(VigorError):
    status, code, title = 412, "stale_version", "It has changed since you read it"


class BodyTooLarge(VigorError):
    status, code, title = 413, "body_too_large", "That is too large"


class WrongMediaType(VigorError):
    status, code, title = 415, "wrong_media_type", "That kind of content is not read here"


class InvalidFields(VigorError):
    status, code, title = 422, "invalid_fields", "Some fields need another look"


class UnknownPlan(InvalidFields):
    code, title = "unknown_plan", "That plan is not one of yours"


class UnitNeeded(InvalidFields):
    code, title = "unit_needed", "Say which unit the weights are in"


class KindUnknown(InvalidFields):
    code, title = "kind_unknown", "That file's kind cannot be told"


class UnreadableFile(InvalidFields):
    code, title = "unreadable_file", "That file could not be read"


class UnknownTimeZone(InvalidFields):
    code, title = "unknown_timezone", "That time zone is not known"


class KeyReused(InvalidFields):
    code, title = "idempotency_key_reused", "That Idempotency-Key belongs to another request"


class QuotaExceeded(VigorError):
    status, code, title = 429, "quota_exceeded", "Your tier's limit is reached"


class BudgetExceeded(QuotaExceeded):
    code, title = "budget_exceeded", "Your tier's budget for this month is used up"


class TooManyAttempts(VigorError):
    status, code, title = 429, "too_many_attempts", "Too many attempts"


class Unavailable(VigorError):
    status, code, title = 503, "unavailable", "Not available just now"


class BadSetting(Exception):
    """A setting that stops the start; the text is one sentence that names it."""
