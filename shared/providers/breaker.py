"""Giving a failing provider a rest: each worker decides for itself at once and tells the others when it does.

All open, bypass: a breaker is there to prefer another provider, so where all that may be asked rest, one of them is asked
all the same, whoever found it failing and however, before a request is left to the offline coach. What fails quickly is
asked by everybody. What costs its caller or the vendor something is tried by one caller at a time, and not all the time:
one that is busy or refuses the key every two seconds at most, one that hangs not within five seconds of its last failure,
since a hang is felt by three callers and no more. A bypass that fails changes neither the rest nor what the other workers
are told; one that succeeds ends it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Literal, Protocol

from shared.providers.failures import AccessRefused, TimedOut
from shared.providers.provider import ProviderBusy, ProviderDown, ProviderFailure

log = logging.getLogger(__name__)

State = Literal["closed", "open", "half_open"]
Cause = Literal["failing", "hanging", "slow", "busy", "refused", "elsewhere"]
ProbeLease = Literal["granted", "held", "recovered"]
Verdict = Literal["in_time", "late", "failed"]

WINDOW_S = 30.0
WINDOW_CALLS = 20
FEWEST_CALLS = 3
SLOW_SHARE = 0.5
"""A call that takes more than this share of the slot's time limit is slow."""

FEWEST_SLOW_CALLS = 5
FAILURES_IN_A_ROW = 3
"""So that a hang is felt by three callers of a worker and no more, however well the minutes before went."""

SHORTEST_REST_S = 5.0
LONGEST_REST_S = 120.0
REFUSED_REST_S = 600.0
"""A refused key or a missing model is looked at again after that, unless an admin changes it before."""

ASK_AGAIN_S = 2.0
"""While another worker holds the probe, ask for it so often at most; so with a bypass of what says no at once."""

HARMLESS: frozenset[Cause] = frozenset({"elsewhere", "failing", "slow"})
DESPAIR: Mapping[Cause, int] = {"elsewhere": 0, "failing": 0, "slow": 0, "busy": 1, "refused": 2, "hanging": 3}
"""Of providers that rest, those with less of it are the likeliest to answer, and the soonest."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a worker tells the others: open or closed since when, until when, and why; times are UTC epoch seconds.

    `key` marks the vendor's key that it asked with, so that a refused one does not keep a worker with the next from asking.
    """

    state: Literal["open", "closed"]
    since: float
    until: float
    cause: Cause
    level: int
    reason: str
    key: str = ""


class SharedHints(Protocol):
    """What workers know of each other's breakers. None of its methods fails: without the others a worker goes alone."""

    async def read(self) -> Mapping[str, Hint]:
        """The last hint about each provider, at most five seconds old."""
        ...

    async def publish(self, name: str, hint: Hint) -> None:
        """Tell the others; called only when the state changed."""
        ...

    async def take_probe(self, name: str, *, opened_at: float) -> ProbeLease:
        """Ask to be the one worker that tries a provider which was open since `opened_at`.

        "recovered" when another worker closed it since.
        """
        ...


class NoHints:
    """A worker on its own."""

    async def read(self) -> Mapping[str, Hint]:
        """Nothing."""
        return {}

    async def publish(self, name: str, hint: Hint) -> None:
        """Nobody to tell."""

    async def take_probe(self, name: str, *, opened_at: float) -> ProbeLease:  # noqa: ARG002 - nobody to ask
        """Always ours."""
        return "granted"


@dataclass(frozen=True, slots=True)
class Health:
    """A breaker as an admin sees it."""

    state: State
    since: datetime
    until: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to ask a provider once; `probe` when the answer decides whether it is open again, `brief` when it is not to
    be waited for as long as others are, `bypass` when its rest is not over and goes on if it fails."""

    name: str
    probe: bool
    brief: bool = False
    bypass: bool = False


@dataclass(slots=True)
class _Breaker:
    """One provider in one worker; times are epoch seconds."""

    since: float
    is_open: bool = False
    until: float = 0.0
    closed_at: float = 0.0
    cause: Cause = "failing"
    level: int = 0
    probing: bool = False
    ask_again: float = 0.0
    bypassed: float = 0.0
    last_success: float = 0.0
    last_failure: float = 0.0
    last_error: str | None = None
    in_a_row: int = 0
    window: deque[tuple[float, Verdict]] = field(default_factory=lambda: deque(maxlen=WINDOW_CALLS))

    def recent(self, now: float) -> list[Verdict]:
        """What came of the last calls, as far as they are not too long ago."""
        return [verdict for at, verdict in self.window if now - at <= WINDOW_S]

    def trips(self, now: float) -> bool:
        """Whether what came lately is too bad: half of the last calls, or three in a row."""
        recent = self.recent(now)
        half = len(recent) >= FEWEST_CALLS and recent.count("failed") * 2 >= len(recent)
        return half or self.in_a_row >= FAILURES_IN_A_ROW

    def drags(self, now: float) -> bool:
        """Whether more than half of the last calls failed or came so late that another provider should be preferred."""
        recent = self.recent(now)
        return len(recent) >= FEWEST_SLOW_CALLS and recent.count("in_time") * 2 < len(recent)

    def may_be_bypassed(self, now: float) -> bool:
        """Whether it may be asked although it rests, given that everybody does."""
        if self.cause in HARMLESS:
            return True
        if self.cause == "hanging":
            return not self.probing and now - self.last_failure >= SHORTEST_REST_S
        return not self.probing and now - self.bypassed >= ASK_AGAIN_S


class Breakers:
    """The breakers of every provider in this worker. Methods that take a `Pass` must get each pass exactly once.

    `key_of` gives a mark of the key that a provider is asked with now.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        random: Random,
        hints: SharedHints,
        key_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._now = now
        self._random = random
        self._hints = hints
        self._key_of = key_of
        self._breakers: dict[str, _Breaker] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def refresh(self) -> None:
        """Take in what other workers found out."""
        now = self._time()
        for name, hint in (await self._hints.read()).items():
            breaker = self._of(name)
            if "refused" in {hint.cause, breaker.cause} and hint.key != self._key_of(name):
                continue  # a key was changed, and this worker or the other one has yet to take it up
            if hint.state == "closed" and breaker.is_open and hint.since > breaker.since and not breaker.probing:
                self._close(breaker, hint.since)
            elif hint.state == "open" and not breaker.is_open and hint.until > now:
                account_wide = hint.cause in {"busy", "refused"}
                if hint.since > breaker.closed_at and (account_wide or hint.since > breaker.last_success):
                    self._open(breaker, hint.since, until=hint.until, cause="elsewhere", level=hint.level)
                    breaker.last_error, breaker.last_failure = hint.reason, hint.since

    def is_open(self, name: str) -> bool:
        """Whether the provider has its rest now; half-open is not open."""
        breaker = self._of(name)
        return breaker.is_open and self._time() < breaker.until

    def witnesses(self, name: str) -> int:
        """How many more callers may wait all their time for it before it is found to hang: none where it has been."""
        breaker = self._of(name)
        if breaker.is_open and breaker.cause == "hanging":
            return 0
        return max(1, FAILURES_IN_A_ROW - breaker.in_a_row)

    async def admit(self, name: str) -> Pass | None:
        """Leave to ask the provider, or None: it rests, or somebody is trying it already."""
        breaker, now = self._of(name), self._time()
        if not breaker.is_open:
            return Pass(name, probe=False)
        if now < max(breaker.until, breaker.ask_again) or breaker.probing:
            return None
        breaker.probing = True
        lease: ProbeLease = "held"
        try:
            lease = await self._hints.take_probe(name, opened_at=breaker.since)
        finally:
            if lease != "granted":
                breaker.probing = False
        if lease == "recovered":
            self._close(breaker, self._time())
            return Pass(name, probe=False)
        breaker.ask_again = now + ASK_AGAIN_S
        return self._probe(name) if lease == "granted" else None

    def bypass(self, names: list[str]) -> Pass | None:
        """Leave to ask one of providers that all rest, the most hopeful and least recently failed; None where each has to
        be left alone for the moment (see the top of this file)."""
        now = self._time()
        candidates = {name: breaker for name in names if (breaker := self._of(name)).may_be_bypassed(now)}
        if not candidates:
            return None
        name, breaker = min(candidates.items(), key=lambda one: (DESPAIR[one[1].cause], one[1].last_failure))
        brief = breaker.cause != "slow"
        if breaker.cause in HARMLESS:
            return Pass(name, probe=False, brief=brief, bypass=True)
        breaker.probing, breaker.bypassed = True, now
        return Pass(name, probe=True, brief=brief, bypass=True)

    def succeeded(self, leave: Pass, *, share_of_time: float = 0.0) -> None:
        """A whole answer came, after so large a share of the time that a call of the slot may take."""
        breaker, now = self._of(leave.name), self._time()
        late = share_of_time > SLOW_SHARE
        breaker.last_success, breaker.in_a_row = now, 0
        breaker.window.append((now, "late" if late else "in_time"))
        tried_it = (leave.probe and breaker.probing) or (leave.bypass and breaker.is_open)
        breaker.probing = breaker.probing and not leave.probe
        if tried_it:
            self._close(breaker, now)
            self._tell(leave.name, breaker)
        elif late and not breaker.is_open and breaker.drags(now):
            breaker.last_error, breaker.last_failure = "it answers late more often than not", now
            self._open(breaker, now, until=now + self._rest(breaker.level), cause="slow", level=breaker.level + 1)
            self._tell(leave.name, breaker)

    def failed(self, leave: Pass, failure: ProviderFailure) -> None:
        """It failed; what says nothing about the provider's health (a refusal, an unusable reply) does not count."""
        breaker, now = self._of(leave.name), self._time()
        if not isinstance(failure, ProviderBusy | ProviderDown):
            self.undecided(leave)
            return
        breaker.last_error, breaker.last_failure = failure.reason, now
        breaker.in_a_row += 1
        breaker.window.append((now, "failed"))
        breaker.probing = breaker.probing and not leave.probe
        changes = not breaker.is_open or (leave.probe and not leave.bypass)
        cause: Cause = "hanging" if isinstance(failure, TimedOut) else "failing"
        if isinstance(failure, ProviderBusy):
            rest, cause = max(failure.retry_after_s or 0.0, SHORTEST_REST_S), "busy"
        elif isinstance(failure, AccessRefused):
            rest, cause = REFUSED_REST_S, "refused"
        elif leave.bypass and breaker.is_open:
            rest = 0.0
        elif leave.probe or (changes and breaker.trips(now)):
            rest = self._rest(breaker.level)
        else:
            return
        self._open(breaker, now, until=max(breaker.until, now + rest), cause=cause, level=breaker.level + changes)
        if changes:
            self._tell(leave.name, breaker)

    def undecided(self, leave: Pass) -> None:
        """Nothing was learned about its health: a budget said no, the caller went away, the request was at fault."""
        if leave.probe:
            self._of(leave.name).probing = False

    def reset(self, name: str) -> None:
        """Forget what happened: its key, model or address was changed, or a test by hand went well.

        The others are told in any case: they may have found it failing where this worker never asked it.
        """
        breaker, now = self._of(name), self._time()
        self._close(breaker, now)
        breaker.last_error, breaker.probing = None, False
        self._tell(name, breaker)

    def health(self, name: str) -> Health:
        """The state for an admin."""
        breaker, now = self._of(name), self._time()
        state: State = "closed" if not breaker.is_open else "open" if now < breaker.until else "half_open"
        until = datetime.fromtimestamp(breaker.until, UTC) if breaker.is_open else None
        return Health(state, datetime.fromtimestamp(breaker.since, UTC), until, breaker.last_error)

    async def close(self) -> None:
        """Wait for what is still being told."""
        await asyncio.gather(*self._telling)

    def _probe(self, name: str) -> Pass:
        """Leave to try a provider, shortly, unless being slow is all that is wrong with it."""
        return Pass(name, probe=True, brief=self._of(name).cause != "slow")

    def _of(self, name: str) -> _Breaker:
        return self._breakers.get(name) or self._breakers.setdefault(name, _Breaker(since=self._time()))

    def _time(self) -> float:
        return self._now().timestamp()

    def _rest(self, level: int) -> float:
        """Twice as long each time, and never the same for all workers."""
        rest = SHORTEST_REST_S * 2.0 ** min(level, 10) * (1 + 0.25 * self._random.random())
        return min(rest, LONGEST_REST_S)

    @staticmethod
    def _open(breaker: _Breaker, now: float, *, until: float, cause: Cause, level: int) -> None:
        breaker.since = breaker.since if breaker.is_open else now
        breaker.is_open, breaker.until, breaker.cause, breaker.level = True, until, cause, level
        breaker.ask_again = 0.0

    @staticmethod
    def _close(breaker: _Breaker, now: float) -> None:
        if breaker.is_open:
            breaker.since = breaker.closed_at = now
        breaker.is_open, breaker.level, breaker.in_a_row, breaker.until = False, 0, 0, 0.0
        breaker.window.clear()

    def _tell(self, name: str, breaker: _Breaker) -> None:
        """Tell the others without letting the caller wait for it."""
        hint = Hint(
            "open" if breaker.is_open else "closed",
            self._time(),
            breaker.until,
            breaker.cause,
            breaker.level,
            breaker.last_error or "",
            self._key_of(name),
        )
        log.warning("Provider %s is %s: %s", name, hint.state, hint.reason or "it answers again")
        self._start(self._hints.publish(name, hint))

    def _start(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
