"""What a person asks of Vigor now and then, and what an administrator asks, once each: the rest of `a_life.py`."""

from dataclasses import replace
from typing import Any

from benchmarks.a_life import PASSWORD, Person, a_session

ADMIN, ADMIN_PASSWORD = "admin@example.com", "keep the whole house in order"
NEXT_PASSWORD = PASSWORD + " of words"
NATIVE = {"X_Vigor_Client": "native", "X_Forwarded_For": "203.0.113.7"}
STRONG_APP_FILE = (
    b"Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n"
    b"2026-01-05 18:00:00,Legs,Squat,1,60,8\n2026-01-07 18:00:00,Legs,Squat,1,62.5,8\n"
)


async def everything_else(one: Person) -> None:
    """All that `every_capability`, which comes first, does not ask, then what the administrator `ADMIN`, who must be
    there, asks; in the end the person is gone."""
    plan = (await one.ask("list plans", "GET", "plans?limit=20"))["items"][0]
    await _plan(one, plan)
    await _history(one, plan)
    await _account(one)
    admin = await _signed_in(one, "sign in as an administrator", ADMIN, ADMIN_PASSWORD)
    await _manage(admin, one.session["user"]["id"])
    await one.ask("delete the account", "DELETE", "me", {"password": NEXT_PASSWORD})
    # last, for it writes on behind its answer, and another's trace would show that
    await admin.ask("administer: test a provider", "POST", "manage/providers/openai/test")


async def _plan(one: Person, plan: Any) -> None:
    at, day = f"plans/{plan['id']}", plan["days"][0]
    await one.ask("read a plan", "GET", at)
    await one.ask("activate a plan", "POST", f"{at}/activate")
    swap = {"day": day["day"], "exercise_id": day["exercises"][0]["exercise_id"]}
    await one.ask("swap an exercise", "POST", f"{at}/swap", swap)
    await one.ask("search the exercises safe for me", "GET", "exercises?safe_for=me")
    await one.ask("delete a plan", "DELETE", at)


async def _history(one: Person, plan: Any) -> None:
    log = a_session(0, plan) | {"plan_id": None}
    at = f"workouts/logs/{log['id']}"
    await one.ask("edit a workout", "PUT", at, {**log, "notes": "Felt light."})
    await one.ask("delete a workout", "DELETE", at)
    csv = {"Content_Type": "text/csv"}
    report = await one.ask("import two workouts", "POST", "workouts/imports?unit=kg", STRONG_APP_FILE, **csv)
    await one.ask("list imports", "GET", "workouts/imports")
    await one.ask("read an import", "GET", f"workouts/imports/{report['id']}")
    await one.ask("undo an import", "DELETE", f"workouts/imports/{report['id']}")
    metric = await one.ask("add a measurement", "POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": 70})
    await one.ask("delete a measurement", "DELETE", f"progress/metrics/{metric['id']}")
    await one.ask("export everything", "GET", "me/export")
    await one.ask("delete the chat", "DELETE", "coach/messages")


async def _account(one: Person) -> None:
    passwords = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD}
    await one.ask("change the password", "POST", "auth/password", passwords)
    other = await _signed_in(one, "sign in elsewhere", "anna", NEXT_PASSWORD)
    sessions = (await one.ask("list sessions", "GET", "auth/sessions"))["items"]
    spare = next(session for session in sessions if not session["current"])
    await one.ask("end a session", "DELETE", f"auth/sessions/{spare['id']}")
    other = await _signed_in(one, "sign in elsewhere", "anna", NEXT_PASSWORD)
    await other.ask("sign out", "POST", "auth/logout", {})
    await one.ask("withdraw consent", "DELETE", "me/consent")
    await one.ask("give consent", "POST", "me/consent", {"terms": True, "health_data": True})


async def _signed_in(one: Person, what: str, identifier: str, password: str) -> Person:
    session = await one.ask(what, "POST", "auth/login", {"identifier": identifier, "password": password}, **NATIVE)
    return replace(one, session=session, headers={"X-Vigor-Authorization": f"Bearer {session['access_token']}"})


async def _manage(admin: Person, user_id: str) -> None:
    for what in ("tiers", "users", "providers", "usage", "audit"):
        await admin.ask(f"administer: list {what}", "GET", f"manage/{what}")
    user = f"manage/users/{user_id}"
    await admin.ask("administer: read a user", "GET", user)
    await admin.ask("administer: change a user", "PATCH", user, {"disabled": False})
    await admin.ask("administer: set a user's tier", "PUT", f"{user}/tier", {"tier": "premium"})
    free = {"day": 12, "week": 60, "month": 200, "budget_usd": 1}
    await admin.ask("administer: change a tier", "PUT", "manage/tiers/free", free)
    await admin.ask("administer: change a provider", "PUT", "manage/providers/openai", {"timeout_s": 20})
    member = {"email": "carl@example.com", "username": "carl", "password": PASSWORD}
    consent = {"consent": {"terms": True, "health_data": True}}
    spare = await admin.ask("register another", "POST", "auth/register", member | consent, **NATIVE)
    await admin.ask("administer: delete a user", "DELETE", f"manage/users/{spare['user']['id']}")
