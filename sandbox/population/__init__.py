"""A whole population of accounts, drawn from a number: the same number is the same data.

`shares` says how often what occurs, `names` who the people are, `draw` decides about one account
after the other, and `planting` writes them down in both systems.
"""
