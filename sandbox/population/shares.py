"""How often what occurs. Each share is of the accounts unless it says otherwise.

Only that 3.33 % of the Sold To addresses are on several accounts is known; the rest is guessed.
"""

from __future__ import annotations

SHARED_CONTACT = 0.38
# Of the Sold To addresses: on several accounts, and then on how many.
REPEATED = 0.0333
REPEATED_ON = ((2, 80), (3, 15), (4, 5))
# What the Sold To is in CustomersDot.
SOLD_TO = (("member", 85), ("no-membership", 6), ("no-customer", 6), ("elsewhere", 3))
# Of all Customers.
LOGIN = (("on", 94), ("never", 4), ("off-later", 2))
LINKED = 0.65
BILL_TO_CUSTOMER = 0.20
MORE_MEMBERS = 0.25
MORE = ((1, 70), (2, 20), (3, 10))
OUTSIDER = 0.12
RESELLER = 0.008
RESOLD = 0.07
OVERRIDE = 0.03
CANCELED = 0.02
OTHER_CASE = 0.01
STRAY_CONTACT = 0.01
SUBSCRIPTIONS = ((1, 80), (2, 15), (3, 5))
STATES = (("Active", 85), ("Cancelled", 10), ("Suspended", 2), ("Pending Activation", 3))
INVOICED = (("recent", 80), ("old", 13), ("never", 7))
INVOICES = ((1, 40), (2, 25), (3, 20), (4, 15))
# Of the newest invoices.
DRAFT, REVERSED = 0.02, 0.01
LICENCES = ((None, 30), ("cloud-used", 40), ("cloud", 15), ("offline", 8), ("legacy", 7))
SCRIPTS = (("plain", 70), ("accent", 15), ("apostrophe", 4), ("hyphen", 3), ("other-script", 8))
