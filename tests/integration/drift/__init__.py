"""Scans for drift: what they find in a sandbox, and what they make of it."""
