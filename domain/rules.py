"""The rules of the source workflow, as this program keeps them: what each means, and what is seen.

The numbers are those of the workflow's rules. Steps name the rules that they serve, tests the rules
that they prove; docs/rules.md is made of all three.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `asks` is what a person may be asked by it, as few words; empty for none."""

    id: str
    means: str
    sees: str
    asks: str = ""


_TABLE = (
    Rule(
        "G1",
        "Saving a Customer also writes to a contact of the account: the one with their email, else"
        " the Sold To.",
        "every plan says so beside a save, and every later change expects both outcomes",
    ),
    Rule(
        "G2",
        "Where the Sold To must stay, their Customer is saved last.",
        "the save of the original Sold To stands last among the saves of the plan",
    ),
    Rule("G3", "A new membership leaves the Sold To alone.", "said beside the change in the plan"),
    Rule(
        "G4",
        "A contact that gets an email without a Customer brings a new Customer into the world.",
        "the contact is written only while the right Customer has the email, or after a yes",
        "may a Customer appear?",
    ),
    Rule(
        "G5",
        "The Sold To's address is shown to nobody but its holder, and nobody is copied.",
        "no message for anybody else is written that holds it; the step is refused and says so",
    ),
    Rule(
        "G6",
        "Sending a licence to somebody else, and what Billing forwards, is vetted like the rest.",
        "`send-licence` begins with the same verification",
    ),
    Rule(
        "V1",
        "Approval counts from the Sold To, not from a Bill To who is somebody else.",
        "accepted by V1, or refused with what would be accepted instead",
        "does the comment approve it?",
    ),
    Rule(
        "V2",
        "A contract of before counts once a reviewer has seen it.",
        "a question to a second person, then accepted by V2",
        "is it the contract?",
    ),
    Rule(
        "V3",
        "An invoice of the last twelve months on this account; from a reseller's customer only"
        " through the reseller, once the licence is activated.",
        "accepted by V3, or refused naming what is wrong with the invoice",
        "was the invoice seen?",
    ),
    Rule(
        "V4",
        "The text of the licence that was loaded last, which has to decode to this customer's.",
        "accepted by V4, or refused; the request for it says how each version of GitLab gives it",
    ),
    Rule(
        "V5",
        "The namespace of this very subscription, with the answer that an owner sees.",
        "accepted by V5, refused where it differs, asked where it can't be read",
        "is the namespace theirs?",
    ),
    Rule(
        "V6",
        "A reseller may vouch while the licence is not activated, from the domain of the invoice"
        " owner.",
        "accepted by V6, or refused naming the condition that fails",
        "does the reseller vouch?",
    ),
    Rule(
        "V7",
        "A team member's word, a screenshot, an activation email and support entitlement prove"
        " nothing.",
        "refused by kind, with what would be accepted",
    ),
    Rule(
        "V8",
        "A doubtful case goes to Legal, and the run waits for their word.",
        "the answer `escalate`, a ready text, and a run that waits",
        "what does Legal say?",
    ),
    Rule("A1", "Ownership is verified before anybody is added.", "the first step of the run"),
    Rule(
        "A2",
        "The new contact has a Customer; nobody is renamed to become one.",
        "a question: they sign up, and the run goes on",
        "have they signed up?",
    ),
    Rule(
        "A3",
        "The billing account is found by its Zuora account id.",
        "refused where CustomersDot has none",
    ),
    Rule("A4", "The membership is created.", "the membership, created and read back"),
    Rule("A5", "The new contact can sign in.", "the login, active or activated by L"),
    Rule(
        "A6",
        "A Customer manages one account: another one has to be given up first, with their word.",
        "a question that names the other account; its membership is then removed first",
        "do they give up the other account?",
    ),
    Rule("R1", "A membership is found by the Customer's email.", "refused where nobody has it"),
    Rule(
        "R2",
        "It is the right Customer's on the right account.",
        "the record and both ids in the plan; somebody else's is never touched",
    ),
    Rule("R3", "That membership is deleted.", "the membership, deleted"),
    Rule("R4", "It is seen to be gone.", "read back after the delete, and again by the proof"),
    Rule(
        "R5",
        "An account's only membership is removed only if that is wanted.",
        "a question before anything is written",
        "shall nobody manage it?",
    ),
    Rule(
        "L1",
        "A login that was switched off after the record was made may be off on purpose.",
        "a question to a second person, who asks in the channel first",
        "was it switched off on purpose?",
    ),
    Rule("L2", "Otherwise it is activated.", "the login, activated and read back"),
    Rule(
        "L3",
        "After that the original Sold To's Customer is saved last.",
        "an unchanged save, judged in Zuora; a question where nobody can be saved or it did not"
        " help",
        "who restores the Sold To?",
    ),
    Rule(
        "S1",
        "The contact is the one of this account that has the email on record.",
        "other accounts with the same email are left alone; refused where there is no such contact",
    ),
    Rule(
        "S2",
        "Its roles are known; one contact in both roles changes both.",
        "a question before anything is written",
        "change both roles?",
    ),
    Rule("S3", "Names, email and, if asked, the address are changed.", "the fields in the plan"),
    Rule("S4", "The contact is saved.", "the contact, written and read back"),
    Rule("S5", "Zuora is looked at to see that it arrived.", "the proof that ends the run"),
    Rule(
        "S6",
        "What does not arrive, or must be two people, goes to Billing.",
        "a run that waits for Billing with a ready note, and goes on with their report",
        "is Billing done?",
    ),
    Rule(
        "C1",
        "Self-service comes first; a support-assisted run says why it was ruled out.",
        "a request without a reason is not accepted",
    ),
    Rule(
        "C2",
        "The customer is guided to change the contact themselves; we send no link to the owner.",
        "a message that is ready to send, and a run that waits without holding anything",
        "has the customer changed it?",
    ),
    Rule(
        "C3",
        "After their change Zuora's Sold To matches the portal account, or S mends it.",
        "proved as it is, or one change of the contact",
    ),
    Rule(
        "C4",
        "“Email has already been taken” means that the new owner is a Customer: C5, with V.",
        "the answer `email-taken`, and the same run goes on",
        "which evidence is there?",
    ),
    Rule("C5", "For an existing Customer: V, A with L in it, R, then S.", "the order of the steps"),
    Rule(
        "C6",
        "For nobody's Customer the Sold To's is renamed, unlinked and invited to sign in.",
        "the renamed record, the account it was linked to, and a link that nobody sees",
        "may the Customer be renamed?",
    ),
    Rule(
        "C7",
        "Zuora proves at the end that the Sold To is who it should be.",
        "proved, or a question with what differs",
        "what now, if it is not so?",
    ),
    Rule(
        "T1",
        "A cloud activation code is unused.",
        "refused where it was used; offline licences have none",
    ),
    Rule(
        "T2",
        "The mail log shows that the mail to the mistyped address failed.",
        "accepted on a bounce, asked about anything else, stopped on *delivered*",
        "did the mail fail?",
    ),
    Rule("T3", "The error is recorded on the ticket as text.", "an internal note, exactly one"),
    Rule(
        "T4",
        "The Account Manager who asked has confirmed the right address in writing.",
        "the comment is read, and a second person looks where it does not name the address",
        "is the address confirmed?",
    ),
    Rule(
        "T5",
        "The Customer's email is corrected first, then the contact's.",
        "two records of which only the email differs",
    ),
    Rule(
        "T6",
        "The code is sent again, the licence forwarded, to the corrected address.",
        "one mail; if its fate is unknown, a question",
        "was it sent?",
    ),
    Rule("T7", "The Account Manager is told to correct SFDC.", "a message that is ready to send"),
    Rule(
        "D1",
        "For every account, Zuora's Sold To, CustomersDot's copy and the Customer with that email"
        " agree; further members are normal.",
        "a finding by `handover drift`, once two looks have shown it; facts by `handover prove`",
    ),
    Rule(
        "D2",
        "What a run proved is still in place later.",
        "looked at after an hour, a day and seven days; a finding that names the run and its facts",
    ),
    Rule(
        "D3",
        "Drift is reported with the fields that differ; it is repaired at a person's word only.",
        "findings with both sides masked and the next command; a run that a person starts",
    ),
    Rule(
        "D1",
        "On every billing account the Sold To, CustomersDot's copy and their Customer agree.",
        "a finding for each that does not, with the fields that differ",
    ),
    Rule(
        "D2",
        "What a run has proved is still so an hour, a day and a week later.",
        "a finding of the kind proved-change-undone",
    ),
    Rule(
        "D3",
        "Drift is reported, and never repaired without a person's word.",
        "a plan and its checksum; only a start that names it becomes a run",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _TABLE}
"""Every rule by its number, in the order of the source's sections."""
