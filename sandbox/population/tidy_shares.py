"""How often what occurs in a tidy population: variety that is no disagreement. All guessed."""

from __future__ import annotations

CANCELED = 0.02
SHARED_CONTACT = 0.38
# Of the separate Bill Tos: the Sold To's own person once more, as another contact.
SAME_PERSON_TWICE = 0.04
BILL_TO_CUSTOMER = 0.20
MORE_MEMBERS = 0.25
OUTSIDER = 0.12
# Of the Customers who are nobody's Sold To.
LOGIN_OFF, EMAIL_PENDING = 0.05, 0.01
OVERRIDE = 0.03
# A copy of an account that is in neither system; a contact in no role, with a copy.
STRAY_COPY, FORMER_CONTACT = 0.01, 0.02
# Other letter case or whitespace in one of the systems.
OTHER_EMAIL, OTHER_NAME, OTHER_ADDRESS = 0.10, 0.08, 0.08
# Of the copies; CustomersDot does not save such an address again.
BLANK_IN_EMAIL = 0.01
COUNTRY_CODE = 0.05
# Made in one night by a migration; made in the same moment as the account before.
MIGRATED, SAME_MOMENT = 0.02, 0.03
# Gaps in the running numbers: how often, and how many ids are missing at most.
GAP, LONGEST_GAP = 0.005, 20
# What a canceled account may be like, as nobody tidies up there.
CANCELED_STATES = ("tidy", "no-billing-account", "no-copy", "no-customer", "no-member", "other")
