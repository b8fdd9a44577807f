"""Fixtures that every test may use."""

import os

if os.environ.get("TAKEN_OUT"):
    import tests.parts.taken_out  # noqa: F401 - see there

pytest_plugins = ["tests.parts.fixtures"]
