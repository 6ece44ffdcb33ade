"""Crowds by the batch: people who used the coach on a day, written straight to the store as the app would have."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.auth.account import Account
from shared.domain.profile import Profile
from shared.metering.ledger import Counter, Ledger
from shared.metering.meter import LEDGER, ROWS, active_partition
from shared.metering.periods import periods_at
from shared.metering.usage import UsageRow
from shared.storage.repositories.documents import body_of, newest_first_id, user_partition
from shared.storage.store import DocumentStore, Op, Upsert
from tests.support import START

COST = 450
"""Micro-dollars of one answer."""


def person_ops(day: datetime, *, answers: int) -> list[Op]:
    """A person's documents after so many answers at that moment, whose counters are right."""
    periods = periods_at(day)
    counter = {w: Counter(key=periods.key(w), used=answers) for w in ("day", "week", "month")}
    ledger = Ledger(**counter, spent_month=periods.month, spent_micro_usd=answers * COST, spent_week=periods.week)
    rows = [
        UsageRow(
            id=newest_first_id(day - timedelta(seconds=n)),
            at=day - timedelta(seconds=n),
            day=periods.day,
            tier="free",
            purpose="plan",
            provider="openai",
            model="m",
            tokens_in=1500,
            tokens_out=600,
            cost_micro_usd=COST,
            ms=900,
            attempts=1,
            month=periods.month,
        )
        for n in range(answers)
    ]
    return [Upsert(LEDGER, body_of(ledger)), *(Upsert(ROWS + row.id, body_of(row)) for row in rows)]


def an_account(user_id: str, name: str) -> list[Op]:
    """A person's first documents."""
    account = Account(
        id=user_id,
        email=f"{name}@example.com",
        email_key=f"{name}@example.com",
        username=name,
        display_name=name,
        created_at=START,
    )
    return [Upsert("account", body_of(account)), Upsert("profile", body_of(Profile()))]


def names(people: int) -> Iterator[str]:
    return (f"{n:08x}" for n in range(people))


async def active_on(store: DocumentStore, day: datetime, people: Sequence[str], *, answers: int = 2) -> None:
    """Everybody of `people` had so many answers on that day."""
    for user_id in people:
        await store.batch(user_partition(user_id), person_ops(day, answers=answers))
    markers = [Upsert(user_id, {"v": 1}) for user_id in people]
    for at in range(0, len(markers), 100):
        await store.batch(active_partition(periods_at(day).day), markers[at : at + 100])
