"""What became of a subscription: licences, activation codes and namespaces (V3 to V6)."""

from typing import Any

from domain.errors import Refused
from domain.evidence import AttachedNamespace
from domain.licences import CloudActivation, Licence, Order
from domain.records import ZuoraSubscription
from domain.requests import LicenceProof, NamespaceProof
from tasks.clients import customersdot, gitlab


def delivered(zuora_account_id: str, found: ZuoraSubscription | None) -> dict[str, Any]:
    """How a subscription is delivered, what it is attached to, and whether it is in use.

    An attached namespace is use. Where CustomersDot knows neither a namespace nor a licence, the
    last two are unknown.
    """
    if found is None:
        return {"attached": ()}
    orders = customersdot().orders_of_subscription(found.number)
    attached = tuple(_attached(order) for order in orders if order.namespace_id)
    if attached:
        return {"attached": attached, "delivery": "saas", "activated": True}
    used = _used(zuora_account_id, found.number)
    if not used:
        return {"attached": ()}
    return {"attached": (), "delivery": "self-managed", "activated": any(used)}


def decoded(zuora_account_id: str, evidence: LicenceProof) -> dict[str, Any]:
    """What a pasted licence says, and the ids of this billing account's licences (V4)."""
    here = customersdot().billing_account_by_zuora_id(zuora_account_id)
    ours = customersdot().licences_of_billing_account(here.id) if here else []
    try:
        licence = customersdot().validate_licence(evidence.text)
    except Refused as error:
        if error.code != "not-a-licence-text":
            raise
        licence = None
    return {"licence": licence, "account_licences": tuple(one.id for one in ours)}


def namespace_facts(
    evidence: NamespaceProof, attached: tuple[AttachedNamespace, ...]
) -> dict[str, Any]:
    """Which namespace the evidence names, and what GitLab says of the attached one (V5).

    It is read by the id that the order has: the answer itself does not say whose it is.
    """
    client = gitlab()
    if client is None or not attached:
        return {}
    ids = [one.id for one in attached]
    try:
        claimed = client.namespace(evidence.namespace)
        which = claimed.id if claimed and claimed.id in ids else ids[0]
        subscription = client.namespace_subscription(which)
    except Refused:  # a token that may not look: what can't be read is unknown
        return {}
    return {"claimed_namespace_id": claimed.id if claimed else None, "namespace": subscription}


def _attached(order: Order) -> AttachedNamespace:
    return AttachedNamespace(id=order.namespace_id, name=order.namespace_name)


def _used(zuora_account_id: str, subscription: str) -> list[bool]:
    """For each licence and activation code of a subscription, whether it was used."""
    here = customersdot().billing_account_by_zuora_id(zuora_account_id)
    if here is None:
        return []
    issued: list[Licence | CloudActivation] = [
        *customersdot().licences_of_billing_account(here.id),
        *customersdot().cloud_activations_of_billing_account(here.id),
    ]
    return [one.activated for one in issued if one.subscription_name == subscription]
