"""Every kind of question in one table: its answers, and whether a second person always answers.

The table is made from the questions themselves, so that it can't say anything else than they do.
"""

from collections.abc import Collection
from dataclasses import replace

from domain import questions as ask
from domain import questions_contacts as contacts
from domain import questions_handed_over as handed_over
from domain import questions_renaming as renaming
from domain import questions_self_service as self_service
from domain import questions_typos as typos
from domain.errors import Question
from domain.evidence import Accepted, confirmation
from domain.mail import MailVerdict

# What a question is about does not matter here, so that it is left empty.
_EVERY = (
    ask.shared_contact(""),
    ask.member_elsewhere("", ""),
    ask.last_member("", ""),
    ask.no_customer(may_rename=True),
    ask.login_disabled_on_purpose(""),
    ask.without_evidence(""),
    ask.evidence_refused("", "", ""),
    ask.nobody_to_save_last(s_follows=True),
    ask.sold_to_not_restored(),
    ask.approve_plan(second_person=False),
    ask.half_applied(""),
    ask.not_proved(""),
    ask.sign_in(""),
    ask.keeps_failing(""),
    ask.unknown_send(""),
    handed_over.with_billing("", ""),
    handed_over.with_legal("", ""),
    confirmation(Accepted(""), ""),
    contacts.which_contact(""),
    contacts.roles_disagree("", "", ""),
    contacts.creates_customer(certainly=True),
    contacts.zuora_did_not_follow(""),
    renaming.nobody_to_rename("none"),
    renaming.unconfirmed_email(""),
    renaming.linked_gitlab_account("", ""),
    self_service.customer_acts(),
    self_service.another_email("", ""),
    self_service.owners_login_off(""),
    typos.mail_log_inconclusive(MailVerdict.UNKNOWN, entry_given=False),
    typos.mail_delivered(),
    typos.record_by_hand(),
    typos.address_not_confirmed(typos.NOT_CONFIGURED, ""),
    typos.which_licence((), ""),
    typos.sold_to_manages_elsewhere(()),
    typos.mail_not_seen(MailVerdict.UNKNOWN),
)

ANSWERS = {question.kind: tuple(a.id for a in question.answers) for question in _EVERY}
"""The answers of each kind. The licences among which `which-licence` lets one choose are no words
that one could know before."""

FOR_A_SECOND_PERSON = frozenset(q.kind for q in _EVERY if q.second_person)
"""Kinds that a second person answers under any settings."""


def by_policy(question: Question, approval: str, named: Collection[str] = ()) -> Question:
    """The question as the settings want it answered.

    With `two-people` nobody answers their own run. `named` are the entries of the setting
    HANDOVER_SECOND_PERSON: a kind is a second person's as a whole, except for the answers by which
    nothing is decided in favour of the run; `KIND=ANSWER` is that answer alone, whichever it is.
    """
    kind = question.kind
    return replace(
        question,
        second_person=question.second_person or approval == "two-people" or kind in named,
        answers=tuple(
            replace(one, second_person=one.second_person or f"{kind}={one.id}" in named)
            for one in question.answers
        ),
    )
