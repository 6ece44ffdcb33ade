"""How often a worker may ask again: a tenth of its requests, so that an outage is not answered with a storm."""

SHARE = 0.1
MOST = 10.0


class RetryAllowance:
    """Fills by a tenth for each request, pays one for each further attempt; a worker starts with a few in hand.

    What it pays for: a repair (the same provider once more), and every attempt from the third on. The first attempt,
    and the first fallback to another provider, are the request itself and free.
    """

    def __init__(self) -> None:
        self._left = MOST / 2

    def earn(self) -> None:
        """A request came."""
        self._left = min(MOST, self._left + SHARE)

    def spend(self) -> bool:
        """Whether one more attempt may be made; if so it is paid for."""
        if self._left < 1:
            return False
        self._left -= 1
        return True
