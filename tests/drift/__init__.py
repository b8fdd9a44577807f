"""Scans for drift on whole installations: what was planted is what is found, whatever happens."""
