"""The pure core: requests, records, evidence rules, plans, changes, masking and errors.

Nothing here does I/O, reads a clock or knows Celery, so every rule can be tested as a function.
"""
