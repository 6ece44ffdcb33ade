"""Security is tried on the whole app, as the tests of its functions start it."""

from tests.functions.conftest import api, start_api

__all__ = ["api", "start_api"]
