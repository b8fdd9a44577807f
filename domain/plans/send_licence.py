"""The plan for G6: a licence or an activation code goes to somebody other than the Sold To."""

from domain.errors import Refused
from domain.plan import Plan
from domain.plans import licences, proof
from domain.plans.draft import Answers, Draft
from domain.plans.sold_to import require_original_sold_to
from domain.records import domain_of
from domain.requests import SendLicence
from domain.snapshot import Pinned, Snapshot


def derive(
    request: SendLicence,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,  # noqa: ARG001 - no Customer is saved here
) -> Plan:
    """One mail to one address; nobody's contact or access changes.

    Raises Refused where nothing was issued for the subscription and where a reseller would get it,
    and NeedsPerson where it has several.
    """
    require_original_sold_to(now, pinned, None)
    _never_to_the_reseller(request, now)
    draft = Draft(request, now, pinned, None)
    if not licences.sent_before(draft):
        licences.forward(draft, _chosen(now, answers), request.destination_email)
    return draft.plan((*proof.original_contacts(draft), proof.members_as_planned(draft)))


def _chosen(now: Snapshot, answers: Answers) -> licences.Sendable:
    chosen = licences.choose(now.issued, answers, rule="G6")
    if chosen is None:
        raise Refused(
            "The subscription has no licence and no activation code on this billing account (G6),"
            " as on GitLab.com: there is nothing to send. For access to the subscription use"
            " `handover start add-contact`.",
            rule="G6",
            code="nothing-to-send",
        )
    return chosen


def _never_to_the_reseller(request: SendLicence, now: Snapshot) -> None:
    if now.issued.reseller_domain and (
        domain_of(request.destination_email) == now.issued.reseller_domain
    ):
        raise Refused(
            "The destination is at the reseller, who owns the invoices: a licence is never sent"
            " there (G6). Ask for an address of the customer's.",
            rule="G6",
            code="destination-at-reseller",
        )
