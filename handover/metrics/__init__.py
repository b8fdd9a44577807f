"""Figures for monitoring, read from the journal when they are asked for."""
