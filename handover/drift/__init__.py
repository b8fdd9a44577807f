"""Drift, for scripts: scans, what they found, and what a person does about it."""
