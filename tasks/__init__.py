"""The workflows: one module per section of the source, one Celery task per documented step.

Read `canvases.py` beside the source workflow: it shows every workflow's order on one page.
"""
