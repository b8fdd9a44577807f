"""Which of an account's subscriptions the evidence is about."""

from domain.errors import Refused
from domain.evidence.facts import EvidenceFacts, concerned
from domain.evidence.verdict import no
from domain.records import ZuoraSubscription
from domain.requests import Evidence


def the_one(evidence: Evidence, facts: EvidenceFacts, rule: str) -> ZuoraSubscription:
    """The subscription in question. Raises Refused unless it is exactly one."""
    found = possible(evidence, facts, rule)
    if len(found) > 1:
        raise to_name(found, rule)
    return found[0]


def possible(evidence: Evidence, facts: EvidenceFacts, rule: str) -> tuple[ZuoraSubscription, ...]:
    """The subscriptions that may be meant. Raises Refused if there is none."""
    found = concerned(evidence, facts.subscriptions)
    if found:
        return found
    if facts.subscriptions:
        why = f"The named subscription is not one that this is about; that is {_numbers(facts)}"
        raise no(rule, "subscription-not-on-account", why)
    raise no(rule, "no-subscription", "The account has no subscription that this could prove")


def to_name(found: tuple[ZuoraSubscription, ...], rule: str) -> Refused:
    """The refusal of evidence that has to say which subscription it is about."""
    numbers = ", ".join(s.number for s in found)
    why = f"The account has several subscriptions; name one as `subscription`: {numbers}"
    return no(rule, "subscription-not-named", why)


def _numbers(facts: EvidenceFacts) -> str:
    return ", ".join(s.number for s in facts.subscriptions)
