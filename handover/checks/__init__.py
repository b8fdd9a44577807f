"""The checks of `handover doctor`, by what they look at. Each yields findings."""
