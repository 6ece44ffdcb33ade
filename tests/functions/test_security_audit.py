"""The audit trail tells of every change, also of one that a crash or a refusal cut off."""

import pytest

from shared.storage.store import StoreUnavailable
from tests.functions.conftest import BEGUN, Api


async def test_a_change_that_a_crash_cut_off_has_left_its_entry(api: Api) -> None:
    class Crash(BaseException):
        pass

    with pytest.raises(Crash):
        async with api.app.audit.change("tier.change", actor_id="chief", before={"day": 1}, after={"day": 2}):
            raise Crash
    entries, _ = await api.app.audit.page(limit=10, cursor=None)
    assert [(one.action, one.before, one.after) for one in entries] == [("tier.change", {"day": 1}, {"day": 2})]


async def test_a_refused_change_says_so_and_names_its_entry(api: Api) -> None:
    chief = await api.admin()
    assert (await chief("PATCH", f"manage/users/{chief.id}", {"role": "user"})).status == 409
    trail = (await chief("GET", "manage/audit?verify=true")).json
    assert [one["action"] for one in trail["items"]] == ["user.change.refused", "user.change", *BEGUN]
    assert trail["items"][0]["after"] == {"entry": 3, "because": "LastAdmin"}
    assert trail["chain"] == {"whole": True, "entries": 4, "broken_at": None, "checked_to": None}


async def test_a_change_whose_end_nobody_knows_says_so(api: Api) -> None:
    with pytest.raises(StoreUnavailable):
        async with api.app.audit.change("tier.change", actor_id="chief"):
            raise StoreUnavailable
    entries, _ = await api.app.audit.page(limit=10, cursor=None)
    assert [one.action for one in entries] == ["tier.change.unsettled", "tier.change"]
