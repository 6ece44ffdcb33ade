"""AdminTiers: the limits of each tier, and which tier a person is in."""

from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.account import Tier
from shared.auth.callers import Admin, FreshAdmin
from shared.domain.words import Shape
from shared.errors import NotFound
from shared.http import blueprint, endpoint
from shared.metering.limits import TIERS, TierLimits
from shared.operations import Answer, Call
from shared.user_admin import AdminUserView, account_of

bp = blueprint()


class TierList(Shape):
    """Every tier."""

    items: list[TierLimits]
    next_cursor: str | None = None


class TierChange(Shape):
    """A tier's limits to be: requests a day, ISO week and month, dollars a month."""

    tier: Tier | None = None
    day: Annotated[int, Field(ge=0, le=1_000_000)]
    week: Annotated[int, Field(ge=0, le=1_000_000)]
    month: Annotated[int, Field(ge=0, le=1_000_000)]
    budget_usd: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class UserTier(Shape):
    """The tier a person is to be in."""

    tier: Tier


@endpoint(bp, "GET", "manage/tiers", gives=TierList)
async def admin_tiers(caller: Admin, app: App) -> TierList:
    """The limits of every tier."""
    return TierList(items=[(await app.tiers.read(tier)).value for tier in TIERS])


@endpoint(
    bp,
    "PUT",
    "manage/tiers/{tier}",
    name="AdminTiersChange",
    takes=TierChange,
    gives=TierLimits,
    edits=True,
    raises=[NotFound],
)
async def change_tier(asked: TierChange, tier: str, caller: FreshAdmin, call: Call, app: App) -> Answer[TierLimits]:
    """Set a tier's limits; they hold in every worker within ten seconds."""
    name = next((one for one in TIERS if one == tier), None)
    if name is None or (asked.tier or name) != name:
        raise NotFound("There is no such tier; there are free, premium and unlimited.")
    before = await app.tiers.read(name)
    limits = TierLimits(tier=name, **asked.model_dump(exclude={"tier"}))
    async with app.audit.change(
        "tier.change",
        actor_id=caller.id,
        target=name,
        before=before.value.model_dump(mode="json"),
        after=limits.model_dump(mode="json"),
        correlation_id=call.correlation_id,
    ):
        kept = await app.tiers.write(limits, etag=call.if_match)
    return Answer(kept.value, etag=kept.etag)


@endpoint(
    bp,
    "PUT",
    "manage/users/{id}/tier",
    name="AdminTiersUser",
    takes=UserTier,
    gives=AdminUserView,
    edits=True,
    raises=[NotFound],
)
async def change_user_tier(asked: UserTier, id: str, caller: FreshAdmin, call: Call, app: App) -> Answer[AdminUserView]:
    """Move a person to a tier, from their next request on."""
    before = await account_of(id, app, if_match=call.if_match)
    async with app.audit.change(
        "user.tier",
        actor_id=caller.id,
        target=app.audit.pseudonym(id),
        before={"tier": before.value.tier},
        after={"tier": asked.tier},
        correlation_id=call.correlation_id,
    ):
        after = await app.sessions.change_account(
            id, lambda account: account.model_copy(update={"tier": asked.tier}), if_match=call.if_match
        )
    return Answer(AdminUserView.of(after.value), etag=after.etag)
