"""What a person does next about each kind of drift. Nothing is repaired without their word (D3)."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from shlex import quote

from domain.drift.kinds import Kind


@dataclass(frozen=True, slots=True)
class About:
    """The finding that a remedy is for: its id, the account's number or id, and its subject."""

    finding: str
    account: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do: in words, and the command for it where there is one.

    What Handover does not know stands in capitals in a command: the ticket, reasons, and people's
    names and addresses, which are never shown.
    """

    text: str
    command: str = ""


def remedies(kind: Kind, about: About) -> tuple[Remedy, ...]:
    """What to do about a finding of this kind, in order; one of them at least is a command.

    People paste these: an account's number is whatever somebody typed in Zuora, so it is quoted.
    """
    quoted = About(*map(quote, astuple(about)))
    return tuple(remedy(quoted) for remedy in _REMEDIES[kind])


def next_command(found: tuple[Remedy, ...]) -> str:
    """The first command among remedies: what comes next."""
    return next(remedy.command for remedy in found if remedy.command)


def _look(about: About) -> Remedy:
    text = "Read both systems now, without waiting for the next scan"
    return Remedy(text, f"handover prove {about.account}")


def _start(workflow: str, about: About, *options: str) -> str:
    given = " ".join((f"--account {about.account}", "--ticket TICKET", *options))
    return f"handover start {workflow} {given} --requester-email EMAIL --evidence FILE --plan-only"


_Made = Callable[[About], Remedy]


def _words(text: str) -> _Made:
    return lambda _: Remedy(text)


def _plan(text: str, workflow: str, *options: str) -> _Made:
    return lambda about: Remedy(text, _start(workflow, about, *options))


def _fix(text: str, *options: str) -> _Made:
    def made(about: About) -> Remedy:
        words = ("handover drift fix", about.finding, "--ticket TICKET", *options)
        return Remedy(text, " ".join(words))

    return made


def _proof_of_run(about: About) -> Remedy:
    text = "See which of the facts that the run proved no longer hold"
    return Remedy(text, f"handover prove {about.account} --run {about.subject}")


def _the_run(about: About) -> Remedy:
    return Remedy("See what the run changed, and for whom", f"handover show {about.subject}")


_TO_BILLING = "Hand over to Billing, naming the account and this finding"
_WHO = ("--new-first-name NAME", "--new-last-name NAME", "--new-email EMAIL")
_CHANGE = _plan(
    "If another person is to be the Sold To and manage the account",
    "change-contact",
    *_WHO,
    "--self-service-ruled-out TEXT",
)
_ADD = _plan(
    "With the Sold To's approval, let them manage the account",
    "add-contact",
    "--contact-email EMAIL",
)

_REMEDIES: dict[Kind, tuple[_Made, ...]] = {
    Kind.CONTACT_DIFFERS: (
        _fix("See the plan that writes Zuora's side to CustomersDot's copy", "--keep zuora"),
        _fix(
            "If CustomersDot's copy is right: Billing writes it to Zuora, as a run would say",
            "--keep customersdot",
        ),
        _look,
    ),
    Kind.COPY_MISSING: (
        _words(f"{_TO_BILLING}: CustomersDot lacks the contact, which no workflow can create"),
        _look,
    ),
    Kind.NO_CUSTOMER: (
        _words("Ask the Sold To to sign up with the address on record"),
        _CHANGE,
        _look,
    ),
    Kind.CUSTOMER_TWICE: (
        _words(
            "Have somebody who administers CustomersDot decide which Customer stays: no workflow"
            " joins two"
        ),
        _look,
    ),
    Kind.CUSTOMER_DIFFERS: (
        _fix("See the plan that gives the Sold To the Customer's name", "--keep customersdot"),
        _words("If the Sold To's name is right, the Customer changes theirs in the portal"),
        _look,
    ),
    Kind.EMAIL_UNCONFIRMED: (
        _words("Ask the Customer to confirm their new address, or to take it back in the portal"),
        _look,
    ),
    Kind.NOT_A_MEMBER: (_ADD, _CHANGE, _look),
    Kind.MANAGES_ELSEWHERE: (
        _plan(
            "With the Sold To's approval, let them manage this account; the run asks first what"
            " becomes of the other (A6)",
            "add-contact",
            "--contact-email EMAIL",
        ),
        _CHANGE,
        _look,
    ),
    Kind.NOBODY_MANAGES: (_ADD, _CHANGE, _look),
    Kind.LOGIN_OFF: (
        _plan(
            "With the Sold To's approval, activate the login; the run asks where it was switched"
            " off on purpose (L1)",
            "confirm-login",
            "--contact-email EMAIL",
        ),
        _look,
    ),
    Kind.ONLY_IN_ZUORA: (
        _words(f"{_TO_BILLING}: whoever bought has not reached CustomersDot yet, or never will"),
        _look,
    ),
    Kind.ONLY_IN_CUSTOMERSDOT: (
        _words(f"{_TO_BILLING}: the account was removed or merged in Zuora"),
        _look,
    ),
    Kind.BILLING_ACCOUNT_TWICE: (
        _words(
            "Have somebody who administers CustomersDot decide which billing account stays: no"
            " workflow joins two"
        ),
        _look,
    ),
    Kind.CHANGE_UNDONE: (
        _proof_of_run,
        _the_run,
        _words("Find out who changed it; if it was a mistake, start the same request again"),
    ),
}
