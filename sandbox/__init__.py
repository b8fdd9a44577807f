"""A stand-in for Zuora and CustomersDot, over real HTTP, to rehearse ownership changes on.

It is written from the fact pages of the two systems and imports nothing of the product: what
judges a client must not share its assumptions.
"""
