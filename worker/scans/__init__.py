"""The engine for scans: looks at everything, cut into pieces that many workers work off.

It knows no system and no kind of drift: what a scan does is registered with it. The journal
decides, as it does for runs: messages are hints, and any of them may be lost, late or doubled.
"""
