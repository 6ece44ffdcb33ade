"""What is remembered of failed sign-ins, and what follows from it for the next one: rules only, no store, no clock."""

from datetime import datetime, timedelta

from shared.auth.devices import KNOWN_FOR
from shared.domain.words import Shape

FREE_TRIES = 5
"""A person may mistype so often before they have to wait."""

LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)
STRANGERS_AN_HOUR = 100
"""Failures from networks and devices that never signed in to the account, all together (NIST SP 800-63B-4's ceiling)."""

ABANDONED_AFTER = timedelta(seconds=30)
"""A try that never ended, because its worker did, counts as failed."""

MOST_NETWORKS = 10


class Try(Shape):
    """One attempt: from which source, and whether it failed or is still being checked."""

    id: str
    at: datetime
    source: str
    known: bool
    failed: bool = False


class Tries(Shape):
    """The recent attempts on one account, and the networks its person has signed in from, under pseudonyms."""

    tries: list[Try] = []
    networks: dict[str, datetime] = {}
    until: datetime | None = None

    def at(self, now: datetime) -> "Tries":
        """What of it still matters now; whatever was left behind unfinished has failed."""
        recent = [one for one in self.tries if now - one.at < REMEMBERED]
        ended = [one.model_copy(update={"failed": one.failed or now - one.at > ABANDONED_AFTER}) for one in recent]
        still = sorted(((at, name) for name, at in self.networks.items() if now - at < KNOWN_FOR), reverse=True)
        networks = {name: at for at, name in still[:MOST_NETWORKS]}
        until = now + (KNOWN_FOR if networks else REMEMBERED)
        return Tries(tries=ended, networks=networks, until=until)

    def failures(self, source: str) -> list[Try]:
        """What failed from one source."""
        return [one for one in self.tries if one.failed and one.source == source]

    def opens_at(self, source: str, *, known: bool) -> datetime | None:
        """When the source may try again, or None where it may now, as far as failures go."""
        gates = [when for when in (self._source_opens(source), None if known else self._strangers_open()) if when]
        return max(gates, default=None)

    def is_crowded(self, source: str, *, known: bool) -> bool:
        """Whether so many tries are still being checked that one more could get past the limits."""
        checking = [one for one in self.tries if not one.failed and one.source == source]
        if len(checking) >= max(1, FREE_TRIES - len(self.failures(source))):
            return True
        return not known and sum(not one.known for one in self.tries) >= STRANGERS_AN_HOUR

    def started(self, one: Try) -> "Tries":
        """With one try more."""
        return self.model_copy(update={"tries": [*self.tries, one]})

    def failed(self, try_id: str) -> "Tries":
        """With that try failed."""
        ended = [one.model_copy(update={"failed": True}) if one.id == try_id else one for one in self.tries]
        return self.model_copy(update={"tries": ended})

    def without(self, try_id: str) -> "Tries":
        """As if that try had never been made."""
        return self.model_copy(update={"tries": [one for one in self.tries if one.id != try_id]})

    def succeeded(self, source: str, *, network: str, now: datetime) -> "Tries":
        """With the source forgiven and the network known. Other sources keep what they have against them."""
        networks = {**self.networks, network: now} if network else self.networks
        return self.model_copy(
            update={"tries": [one for one in self.tries if one.source != source], "networks": networks}
        )

    def _source_opens(self, source: str) -> datetime | None:
        failures = self.failures(source)
        if len(failures) < FREE_TRIES:
            return None
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(20, len(failures) - FREE_TRIES)))
        return max(one.at for one in failures) + wait

    def _strangers_open(self) -> datetime | None:
        strangers = sorted(one.at for one in self.tries if one.failed and not one.known)
        return strangers[-STRANGERS_AN_HOUR] + REMEMBERED if len(strangers) >= STRANGERS_AN_HOUR else None
