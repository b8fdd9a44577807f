"""How to talk to each system.

    customersdot.py   what we do with CustomersDot, typed
    rails_admin.py    the protocol of its admin pages; knows no model (facts: customersdot, part B)
    zuora.py          Zuora, read only (facts: zuora)
    shared_secret.py  one session and one token for all worker processes
    gate.py           limits on calls that all workers keep together
    http.py           time limits, tries, waits and error names, for all of them
    transport.py      one exchange over the wire, and whether anything was sent

Every failure leaves here as one of `domain.errors`. No text of an error or a log line holds
personal data: paths are named without ids and queries, and bodies are never quoted.
"""
