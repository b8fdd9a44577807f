"""Fixtures that every test may use."""

import os

from hypothesis import HealthCheck, settings

# How quickly examples are made says how busy the machine is, nothing about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

if os.environ.get("TAKEN_OUT"):
    import tests.parts.taken_out  # noqa: F401 - see there

pytest_plugins = ["tests.parts.fixtures"]
