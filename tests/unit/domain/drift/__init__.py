"""Drift as pure rules: what counts, what differs, what follows."""
