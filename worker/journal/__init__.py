"""The journal: the SQL database that decides what has happened and what may happen next.

Every function takes a transaction (`Tx`) and does one thing in it, so that a caller can combine
several into one commit. Nothing outside this package writes SQL.
"""
