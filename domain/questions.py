"""The questions that several workflows ask: each a closed set of answers, and what these do."""

from collections.abc import Mapping

from domain.errors import Answer, NeedsPerson, Question

SHARED = "shared-contact"
ELSEWHERE = "member-elsewhere"
LAST_MEMBER = "last-member"
NO_CUSTOMER = "no-customer"
LOGIN = "login-disabled-on-purpose"
NO_RESTORE = "nobody-to-save-last"
NOT_RESTORED = "sold-to-not-restored"
WITHOUT_EVIDENCE = "without-evidence"
EVIDENCE_REFUSED = "evidence-refused"
APPROVE = "approve-plan"
HALF_APPLIED = "half-applied"
NOT_PROVED = "not-proved"
SIGN_IN = "sign-in"
KEEPS_FAILING = "keeps-failing"
UNKNOWN_SEND = "unknown-outcome"

STOP = Answer("stop", "the run stops; if it has written anything, what becomes of that is asked")
PLAN_ANEW = Answer("plan-anew", "both systems are read again and the rest is planned anew")
LEAVE = Answer("leave", "the run ends here; what is done stays done, as the report says")
HAND_OVER = Answer("hand-over", "Billing takes over (S6); the run waits for their report")
ESCALATE = Answer("escalate", "Legal decides about the ownership (V8); the run waits for them")
SEPARATE = Answer(
    "must-be-separate",
    "nothing is written; Billing splits the contact first (S6) and the run waits for their report",
)
BETTER = Answer(
    "better-evidence",
    "the evidence that is given with it (--evidence FILE, of a form that docs/examples/evidence"
    " shows) is judged instead",
)
GO_ON = Answer("go-on", "the run goes on, as if ownership were verified")
REFUSE = Answer("stop", "the run ends as refused; nothing was written")
RENAME = Answer(
    "rename", "the Sold To's Customer gets the new contact's name and email, as C6 documents it"
)


def shared_contact(
    contact_id: str, both: str = "the new contact becomes Sold To and Bill To"
) -> Question:
    """S2, S6: one contact record is both Sold To and Bill To. The id is Zuora's.

    `both` is what becomes of the two roles if both are changed.
    """
    return Question(
        SHARED,
        "S2",
        "One contact is both Sold To and Bill To of this account; editing it changes both roles."
        " Change both, or must they be separate people?",
        (Answer("change-both", both), SEPARATE, STOP),
        subject=contact_id,
    )


def member_elsewhere(billing_account_id: str, number: str) -> Question:
    """A6: a Customer can have one membership only. The id is CustomersDot's, the number Zuora's."""
    return Question(
        ELSEWHERE,
        "A6",
        f"The new contact manages billing account {billing_account_id} (Zuora account {number}),"
        " and a Customer can manage only one. Have they confirmed that they stop managing the"
        " subscriptions there? Say in the reason where they did, for example ticket and comment.",
        (
            Answer("gives-it-up", "that membership is removed first, as part of the plan (R)"),
            PLAN_ANEW,
            STOP,
        ),
        subject=billing_account_id,
    )


def last_member(billing_account_id: str, number: str) -> Question:
    """R5: the membership to be removed is that billing account's only one. Ids as above."""
    return Question(
        LAST_MEMBER,
        "R5",
        f"The new contact is the only member of billing account {billing_account_id} (Zuora account"
        f" {number}): without them nobody manages it. Is that wanted?",
        (Answer("leave-empty", "the only membership there is removed"), PLAN_ANEW, STOP),
        subject=billing_account_id,
    )


def last_member_here(billing_account_id: str, number: str) -> Question:
    """R5: the membership that is asked to be removed is the account's only one. Ids as above."""
    return Question(
        LAST_MEMBER,
        "R5",
        f"This is the only membership of billing account {billing_account_id} (Zuora account"
        f" {number}): without it nobody manages the account. Is that wanted?",
        (Answer("leave-empty", "the only membership is removed"), PLAN_ANEW, STOP),
        subject=billing_account_id,
    )


def no_customer(*, may_rename: bool = False) -> Question:
    """A2: the new contact's own sign-up is waited for.

    Where the contact is changed, and only there, the Sold To's Customer `may_rename` (C6).
    """
    instead = " If they can't, the Sold To's Customer can become theirs." if may_rename else ""
    return Question(
        NO_CUSTOMER,
        "A2",
        "The new contact has no Customer record. Ask them to sign up at the Customers Portal with"
        f" exactly this email, and answer when they have.{instead}",
        (Answer("signed-up", PLAN_ANEW.meaning), *((RENAME,) if may_rename else ()), STOP),
    )


def login_disabled_on_purpose(customer_id: str) -> Question:
    """L1: the history shows that somebody switched the login off."""
    return Question(
        LOGIN,
        "L1",
        "The contact's login was switched off after their record was created, which may be"
        " intentional. Ask in #support_licensing_subscription before you decide.",
        (Answer("activate", "the login is activated as part of the plan"), STOP),
        second_person=True,
        subject=customer_id,
    )


def without_evidence(workflow: str) -> Question:
    """Decision 5: no evidence, but a recorded reason, which policy lets a second person accept."""
    return Question(
        WITHOUT_EVIDENCE,
        "V",
        f"This {workflow} comes without evidence of ownership, with a reason instead, which"
        " `handover show RUN --evidence` tells. May it go on without evidence?",
        (GO_ON, BETTER, ESCALATE, STOP),
        second_person=True,
    )


def evidence_refused(rule: str, why: str, subject: str) -> Question:
    """V: the evidence does not count, and that is not the end: better may be given to this run.

    `why` names the rule and what would be accepted instead. `subject` is the evidence.
    """
    return Question(EVIDENCE_REFUSED, rule, why, (BETTER, ESCALATE, REFUSE), subject=subject)


def nobody_to_save_last(*, s_follows: bool) -> Question:
    """L3: activating the login may replace the Sold To, and nobody can be saved to take it back.

    `s_follows` says that the workflow sets the Sold To anyway, after that.
    """
    then = (
        "the plan goes on; S sets the Sold To in the end"
        if s_follows
        else "the plan goes on; the original Sold To is then written back on their billing account"
        " contact (S), which makes a Customer for them if they have none (G4)"
    )
    return Question(
        NO_RESTORE,
        "L3",
        "Activating the contact's login may replace the account's Sold To, and the original"
        " Sold To can't be saved last to undo that: they have no Customer, manage another account,"
        " don't manage this one, or share their contact or their email with the Bill To.",
        (Answer("go-on", then), STOP),
    )


def sold_to_not_restored() -> Question:
    """L3: the unchanged save did not take the Sold To back."""
    return Question(
        NOT_RESTORED,
        "L3",
        "Saving the original Sold To's Customer did not make them the Sold To again in Zuora.",
        (
            Answer(
                "restore", "the original Sold To is written back on their billing account contact"
            ),
            HAND_OVER,
            LEAVE,
        ),
    )


def approve_plan(second_person: bool) -> Question:
    """The settings want somebody's yes before this plan is carried out."""
    return Question(
        APPROVE,
        "",
        "The plan is ready and waits for approval.",
        (Answer("approve", "the plan is carried out as shown"), Answer("reject", STOP.meaning)),
        second_person=second_person,
    )


def half_applied(why: str) -> Question:
    """Something stopped a run after its first write. `why` is free of personal data."""
    return Question(
        HALF_APPLIED,
        "",
        f"The run stopped after it had begun to write: {why}",
        (PLAN_ANEW, HAND_OVER, LEAVE),
    )


def not_proved(why: str) -> Question:
    """C7, S5, S6: everything is written, and the proof does not hold."""
    return Question(
        NOT_PROVED,
        "C7",
        f"Everything planned is written, but the proof fails: {why} If Zuora did not take the"
        " change, Billing can correct the contact there (S6).",
        (
            Answer("prove-again", "both systems are read again and the proof is tried again"),
            HAND_OVER,
            PLAN_ANEW,
            LEAVE,
        ),
    )


def sign_in(why: str) -> Question:
    """A session or credential has expired."""
    return Question(
        SIGN_IN,
        "",
        why,
        (
            Answer("signed-in", "the step is tried again; `handover signin` answers this itself"),
            LEAVE,
        ),
    )


def keeps_failing(why: str) -> Question:
    """A step used up its tries."""
    return Question(
        KEEPS_FAILING,
        "",
        f"A step failed again and again: {why}",
        (
            Answer("retry", "the step looks first and goes on from there; nothing is sent twice"),
            LEAVE,
        ),
    )


def unknown_send(what: str) -> Question:
    """Something that can't be read back may or may not have left the house."""
    return Question(
        UNKNOWN_SEND,
        "",
        f"It is unknown whether this was sent: {what}",
        (
            Answer("was-sent", "it counts as sent"),
            Answer("was-not-sent", "it is sent now"),
        ),
    )


def require(question: Question, answers: Mapping[str, str], wanted: str) -> None:
    """Raises NeedsPerson unless the question, about this very subject, was answered as wanted."""
    if answers.get(question.key) != wanted:
        raise NeedsPerson(question)


JUDGED = {NOT_RESTORED: sold_to_not_restored}
"""The questions that a change may name for the case that its effect does not show elsewhere."""
