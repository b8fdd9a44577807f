"""Drift scans: finding accounts that are not what they should be, out of all there are."""
