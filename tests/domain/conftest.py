"""Property tests of the domain: no example is failed for being slow on a busy machine."""

from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
