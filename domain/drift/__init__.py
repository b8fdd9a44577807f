"""Drift (D1 to D3): what it is, when two sides agree, and what follows from a difference. Pure."""
