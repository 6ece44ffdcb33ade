"""Every kind of document that is kept, and for how long: what the sweep forgets, and what it brings up to date."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.accounts.admins import AdminList
from shared.accounts.throttle import PARTITION as ATTEMPTS
from shared.accounts.throttle import Seen
from shared.accounts.tries import Tries
from shared.auth.account import Account
from shared.coach.motivations import SaidToday
from shared.coach.replies import PARTITION as REPLIES
from shared.coach.replies import KeptReply
from shared.config import Settings
from shared.domain.imports import ImportPart, ImportRecord
from shared.domain.log import Log
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.words import Shape
from shared.metering.ledger import Ledger
from shared.metering.limits import TierLimits
from shared.metering.meter import MARKS_KEPT, active_partition
from shared.metering.pool_document import PoolDocument
from shared.metering.rollup import DAILY, DayRollUp
from shared.metering.usage import UsageRow
from shared.once import OnceDocument
from shared.parking import PARTITION as PARKED
from shared.parking import ParkedDocument
from shared.storage.repositories.documents import kept
from shared.storage.repositories.imports import PART
from shared.storage.repositories.logs import Pointer
from shared.storage.repositories.sessions import StoredSession
from shared.storage.repositories.training import ActivePlan
from shared.storage.store import Document
from shared.sweeping import Kind

PEOPLE = "user:"
ACTIVE = active_partition("")
_ENDED_FOR = timedelta(days=1)
"""A session that is over is kept so much longer, well past the last access token that was minted for it."""

Over = Callable[[Document, datetime], bool]


def kinds(settings: Settings) -> list[Kind]:
    """What is kept where, each with its time. A kind that is missing here is neither forgotten nor rewritten:
    the directory, which has no shape, and the audit trail, whose entries are sealed and prune themselves."""
    return [
        Kind(PEOPLE, "account", Account),
        Kind(PEOPLE, "profile", Profile),
        Kind(PEOPLE, "usage", Ledger),
        Kind(PEOPLE, "active-plan", ActivePlan),
        Kind(PEOPLE, "plan:", Plan),
        Kind(PEOPLE, "log:", Pointer),
        Kind(PEOPLE, "done:", Log),
        Kind(PEOPLE, "metric:", KeptMetric),
        Kind(PEOPLE, "import:", ImportRecord),
        Kind(PEOPLE, PART, ImportPart),
        Kind(PEOPLE, "message:", CoachMessage, _older_than(settings.retention_chat_days)),
        Kind(PEOPLE, "motivation", SaidToday),
        Kind(PEOPLE, "use:", UsageRow, _older_than(settings.retention_use_days)),
        Kind(PEOPLE, "once:", OnceDocument, _expired),
        Kind(PEOPLE, "session:", StoredSession, _ended(settings)),
        Kind(ATTEMPTS, "account:", Tries, _until),
        Kind(ATTEMPTS, "network:", Seen, _until),
        Kind(ATTEMPTS, "registrations:", Seen, _until),
        Kind(REPLIES, "", KeptReply),
        Kind(DAILY, "day:", DayRollUp),
        Kind(ACTIVE, "", Shape, _forgotten_mark),
        Kind(PARKED, "", ParkedDocument),
        Kind("system", "admins", AdminList),
        Kind("system", "pool", PoolDocument),
        Kind("system", "tier:", TierLimits),
    ]


def _older_than(days: int) -> Over | None:
    """Whether `at` lies so many days back; None for 0 days, which stands for ever."""
    return (lambda document, now: now - _moment(document, "at") > timedelta(days=days)) if days else None


def _expired(document: Document, now: datetime) -> bool:
    return kept(OnceDocument, document).value.expires_at <= now


def _until(document: Document, now: datetime) -> bool:
    return document.body.get("until") is not None and _moment(document, "until") <= now


def _forgotten_mark(document: Document, now: datetime) -> bool:
    day = datetime.fromisoformat(f"{document.partition.removeprefix(ACTIVE)}T00:00:00+00:00")
    return now - day > MARKS_KEPT


def _ended(settings: Settings) -> Over:
    idle, longest = timedelta(seconds=settings.refresh_idle_s), timedelta(seconds=settings.refresh_max_s)

    def over(document: Document, now: datetime) -> bool:
        session = kept(StoredSession, document).value
        return now > min(session.rotated_at + idle, session.created_at + longest) + _ENDED_FOR

    return over


def _moment(document: Document, field: str) -> datetime:
    return datetime.fromisoformat(str(document.body[field]))
