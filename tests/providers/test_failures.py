"""What a status means, whatever else the answer holds."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.providers.failures import LONGEST_RETRY_AFTER_S, failure_of_status, retry_after_s
from shared.providers.provider import ProviderBusy, ProviderFailure

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "code", "status", "details", "reason", "retryDelay"]), inner)
    ),
    max_leaves=8,
)


@given(status=st.integers(300, 599), wait=st.text(max_size=30), body=st.binary(max_size=30) | anything.map(json.dumps))
def test_any_answer_is_one_of_our_failures(status: int, wait: str, body: bytes | str) -> None:
    sent = body.encode() if isinstance(body, str) else body
    failed = failure_of_status(status, {"retry-after": wait}, sent, now=NOW)
    assert isinstance(failed, ProviderFailure)
    assert not (failed.billed and status < 500)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        ("1.5", 1.5),
        ("Tue, 24 Nov 2026 12:00:20 GMT", 20.0),
        ("Tue, 24 Nov 2026 13:00:20 +0100", 20.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("999999999", LONGEST_RETRY_AFTER_S),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("1e9", None),
        ("Tue, 99 Nov 2026 99:99:99 GMT", None),
        ("Tue, 24 Nov 9999999999 12:00:20 GMT", None),
        ("Tue, 24 Nov 2026 12:00:20 +999999999", None),
        ("", None),
    ],
)
def test_retry_after_is_read_where_it_can_be(header: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": header}, {}, now=NOW) == seconds


def test_the_reason_repeats_nothing_a_person_may_have_written() -> None:
    body = json.dumps({"error": {"message": "my secret", "code": "my secret code"}}).encode()
    failed = failure_of_status(429, {}, body, now=NOW)
    assert isinstance(failed, ProviderBusy)
    assert "secret" not in failed.reason
