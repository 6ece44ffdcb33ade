"""The command that speaks up before a model goes, and what an administrator is told before that."""

from datetime import date, timedelta

import pytest

from shared.providers import retirement
from shared.providers.models import DEFAULT_MODELS, retiring, slot_for
from shared.providers.retirement import FAILS_WITHIN_DAYS, WARNS_WITHIN_DAYS, main, warning_of

MINI = slot_for("mini", "gpt-4o-mini", title="Mini")
ENDS = date(2027, 1, 14)


def test_the_defaults_of_today_are_not_about_to_go() -> None:
    assert main([]) == 0


@pytest.mark.parametrize(("days", "code"), [(FAILS_WITHIN_DAYS + 1, 0), (FAILS_WITHIN_DAYS, 1), (1, 1)])
def test_a_default_that_goes_within_45_days_fails_the_check(
    days: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retirement, "DEFAULT_MODELS", (MINI, *DEFAULT_MODELS))
    assert main([(ENDS - timedelta(days=days)).isoformat()]) == code
    told = capsys.readouterr().out
    assert told == (
        f"{'error' if code else 'warning'}: mini: gpt-4o-mini is switched off on 2027-01-14, in {days} days; "
        "then gpt-6-luna answers.\n"
    )


def test_an_administrator_is_warned_long_before() -> None:
    assert warning_of(MINI, today=ENDS - timedelta(days=WARNS_WITHIN_DAYS + 1)) is None
    warned = warning_of(MINI, today=ENDS - timedelta(days=WARNS_WITHIN_DAYS))
    assert warned is not None
    assert "in 120 days" in warned
    assert warning_of(MINI, today=ENDS) is None, "its successor answers already"


def test_a_model_that_nothing_replaces_is_said_to_leave_nothing_behind() -> None:
    lonely = slot_for("mini", "gpt-4o-mini", title="Mini", successor="nobody-knows")
    assert retiring([lonely], ENDS - timedelta(days=9), 10)[0].successor is None
    assert "nothing whose price is known takes over" in str(warning_of(lonely, today=ENDS - timedelta(days=9)))
