"""Evidence of every kind, and accounts in every state that the rules of V tell apart."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import Refused
from domain.evidence import AttachedNamespace, CommentFact, EvidenceFacts, decide
from domain.licences import DecodedLicence
from domain.namespaces import NamespaceSubscription
from domain.records import ZuoraAccount, ZuoraInvoice
from domain.requests import Evidence, parse_evidence
from tests.unit.domain.worlds import BILL_TO, SOLD_TO, account, contact, subscription

TODAY = date(2026, 6, 15)
TICKET = "4711"
RESELLER = "sam@reseller.test"
REQUESTER = "nina@new.test"
OWNER = ZuoraAccount(
    id="acc-9",
    number="A00000777",
    name="Reseller",
    status="Active",
    sold_to=contact(SOLD_TO, id="z9", work_email="orders@Reseller.test"),
    bill_to=contact(BILL_TO, id="z9", work_email="orders@Reseller.test"),
)
PLAN = NamespaceSubscription(
    plan_code="premium",
    trial=False,
    start_date="2026-01-01",
    end_date="2027-01-01",
    seats_in_use=20,
    max_seats_used=22,
)
PASTED = (
    '{"plan": {"code": "premium", "name": "Premium", "trial": false},'
    ' "usage": {"seats_in_use": 18, "max_seats_used": 22},'
    ' "billing": {"subscription_start_date": "2026-01-01",'
    ' "subscription_end_date": "2027-01-01"}}'
)
LICENCE = DecodedLicence(
    licence_id="5", name="", email="", company="", trial=False, expires_on="2027-01-01"
)
COPIED = {"email": RESELLER, "takes_part": "copied", "comment": "51", "authorised_in": "50"}
OWN = {"email": RESELLER, "takes_part": "own-ticket", "comment": "52", "ticket": "4712"}
GIVEN: dict[str, dict[str, Any]] = {
    "sold-to approves": {
        "kind": "contact-approval",
        "approver_email": "olga@old.test",
        "comment": "81",
    },
    "bill-to approves": {
        "kind": "contact-approval",
        "approver_email": "bill@pay.test",
        "comment": "82",
    },
    "stranger approves": {
        "kind": "contact-approval",
        "approver_email": "eve@else.test",
        "comment": "83",
    },
    "contract": {"kind": "contract", "document": "attachment 1"},
    "invoice": {"kind": "invoice", "invoice": "INV1", "document": "attachment 2"},
    "reseller's invoice": {
        "kind": "invoice",
        "invoice": "INV1",
        "document": "attachment 2",
        "supplied_by": "reseller",
        "reseller": COPIED,
    },
    "licence": {"kind": "licence", "text": "eyJkYXRhIjoi"},
    "namespace": {"kind": "namespace", "namespace": "brightwater", "pasted": PASTED},
    "reseller vouches": {"kind": "reseller-vouch", "reseller": COPIED},
    "reseller vouches by ticket": {"kind": "reseller-vouch", "reseller": OWN},
    "team member": {"kind": "team-member-vouch"},
    "screenshot": {"kind": "screenshot"},
    "activation code": {"kind": "activation-code-email", "comment": "12"},
    "entitlement": {"kind": "support-contact-entitlement"},
}
NEVER = ("team member", "screenshot", "activation code", "entitlement")


def evidence(name: str, **changed: Any) -> Evidence:
    """One of the proofs above, with some fields changed."""
    return parse_evidence({**GIVEN[name], **changed})


def comment(number: str, email: str, ticket: str = TICKET, **changed: Any) -> CommentFact:
    """A public comment by somebody whose address is verified."""
    fields = {"ticket": ticket, "id": number, "author_email": email, "author_verified": True}
    return CommentFact.model_validate({**fields, **changed})


COMMENTS = (
    comment("81", "olga@old.test"),
    comment("82", "bill@pay.test"),
    comment("83", "eve@else.test"),
    comment("50", REQUESTER),
    comment("51", RESELLER),
    comment("52", RESELLER, "4712"),
)


@dataclass(frozen=True)
class World:
    """What the rules tell apart. `roles`: which of the roles the approver olga has."""

    roles: str = "sold-to"
    reseller: bool = False
    activated: bool | None = None
    saas: bool | None = None

    def facts(self, **changed: Any) -> EvidenceFacts:
        """The facts of this world, where every paper that there can be is in order."""
        olga = contact(SOLD_TO, work_email="olga@old.test")
        bill = contact(BILL_TO, work_email="bill@pay.test")
        roles = {
            "sold-to": account(olga, bill),
            "bill-to": account(bill, olga),
            "both": account(olga, olga),
            "neither": account(contact(SOLD_TO, work_email="x@old.test"), bill),
        }
        fields: dict[str, Any] = {
            "account": roles[self.roles],
            "subscriptions": (
                subscription(invoice_owner_number="A00000777" if self.reseller else "A00000001"),
            ),
            "ticket": TICKET,
            "requester_email": REQUESTER,
            "comments": COMMENTS,
            "opened_by": RESELLER,
            "invoice": invoice(account_id="acc-9" if self.reseller else "acc-1"),
            "invoice_owner": OWNER if self.reseller else None,
            "delivery": {None: None, True: "saas", False: "self-managed"}[self.saas],
            "activated": self.activated,
            "licence": LICENCE,
            "account_licences": ("4", "5"),
            "attached": ((AttachedNamespace(id="31", name="brightwater"),) if self.saas else ()),
            "namespace": PLAN,
            "today": TODAY,
        }
        return EvidenceFacts(**{**fields, **changed})


def invoice(**changed: Any) -> ZuoraInvoice:
    """A recent, posted invoice on the account."""
    fields = {"id": "i1", "number": "INV1", "date": "2026-05-01", "status": "Posted"}
    return ZuoraInvoice(**{**fields, "account_id": "acc-1", **changed})


def accepted_by(given: Evidence, facts: EvidenceFacts) -> str | None:
    """The rule that accepts, or None; each refusal names its rule and what would be accepted."""
    try:
        return decide(given, facts).rule
    except Refused as refused:
        text, rule = str(refused), refused.rule
    why, separator, instead = text.partition(" Accepted instead: ")
    assert f"({rule})." in why, why
    assert separator, why
    assert instead.count("(V") >= 3, instead
    assert "@" not in text
    return None


def refused_as(given: Evidence, facts: EvidenceFacts) -> tuple[str, str]:
    """Rule and code of a refusal."""
    try:
        decide(given, facts)
    except Refused as refused:
        return refused.rule, refused.code
    raise AssertionError("it was accepted")
