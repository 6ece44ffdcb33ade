"""register: a new account, its consent, and its first session."""

from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.account import ConsentGiven, DisplayName
from shared.auth.callers import Anyone
from shared.domain.words import Shape
from shared.errors import RegistrationConflict, TooManyAttempts
from shared.http import blueprint, endpoint
from shared.operations import Answer, Call
from shared.session_answers import Session, session_answer, visit_of

bp = blueprint()


class Registration(Shape):
    """Who registers. The password has 12 to 256 characters."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    username: Annotated[str, Field(min_length=3, max_length=30)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]
    display_name: DisplayName | None = None
    consent: ConsentGiven


@endpoint(
    bp,
    "POST",
    "auth/register",
    name="register",
    takes=Registration,
    gives=Session,
    status=201,
    raises=[RegistrationConflict, TooManyAttempts],
)
async def register(asked: Registration, caller: Anyone, call: Call, app: App) -> Answer[Session]:
    """Create an account and sign its owner in."""
    opened = await app.people.register(
        email=asked.email,
        username=asked.username,
        password=asked.password,
        display_name=asked.display_name,
        visit=visit_of(call, app.settings),
    )
    return session_answer(opened, call, app.settings)
