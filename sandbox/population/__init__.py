"""A whole population of accounts, drawn from a number: the same number is the same data.

`shares` says how often what occurs, `names` who the people are, `draw` decides about one account
after the other, and `planting` writes them down in both systems. `tidy` is another population, in
which both systems agree and of which there can be very much: it has shares, people and moments of
its own, and `sheets` write it down.
"""
