"""The body of PATCH me: every field of the profile, none of them required; made from the profile so that neither can
forget the other's field."""

from pydantic import create_model

from shared.domain.profile import Profile
from shared.domain.words import Shape

ProfilePatch: type[Shape] = create_model(
    "ProfilePatch",
    __base__=Shape,
    __doc__="Some fields of the profile. Lists replace lists; screening answers left out stay, null takes one back.",
    **{name: (field.annotation, field) for name, field in Profile.model_fields.items()},  # type: ignore[call-overload]
)
