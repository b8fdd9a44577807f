"""Disagreements between the two systems, planted on purpose and remembered with what was done.

`kinds` has one function for each, `edits` carries them out so that they can be taken back, `case`
is the account they are planted on, and `planting` draws accounts and keeps the list.
"""
