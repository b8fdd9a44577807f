"""Sending a licence or activation code: again after a typo fix (T6), or to somebody else (G6)."""

from domain import questions_typos as questions
from domain.changes import Guard, Kind, Target
from domain.errors import NeedsPerson
from domain.licences import CloudActivation, Licence
from domain.plans.draft import Answers, Draft
from domain.snapshot import Issued, activation_of

Sendable = CloudActivation | Licence


def choose(issued: Issued, answers: Answers, *, rule: str) -> Sendable | None:
    """The one that is to be sent; None where the subscription has none, as on GitLab.com.

    A licence behind an activation code is no file to send, and a trial is none that was bought.
    Raises NeedsPerson where there are several.
    """
    files = [one for one in issued.licences if not one.cloud and not one.trial]
    both: tuple[Sendable, ...] = (*issued.activations, *files)
    found = {_key(one): one for one in both}
    if len(found) < 2:
        return next(iter(found.values()), None)
    question = questions.which_licence(
        tuple((key, _known_of(one)) for key, one in found.items()), rule
    )
    answer = answers.get(question.key)
    if answer not in found:
        raise NeedsPerson(question)
    return found[answer]


def sent_before(draft: Draft) -> bool:
    """Whether this run has sent it in an earlier round: that is never repeated; says so."""
    if not any(one.startswith(("resend-", "forward-")) for one in draft.now.written):
        return False
    draft.notes.append("The mail was sent earlier in this run; it is not sent again (T6, G6).")
    return True


def resend(draft: Draft, chosen: Sendable, corrected: str) -> None:
    """T6: a code goes to the Sold To as Zuora knows them by now; a licence has to be forwarded.

    A resent licence would go to the email inside it, which is the mistyped one. Either waits for
    the corrected Sold To: that is a guard of every change.
    """
    if isinstance(chosen, Licence):
        _forward(draft, chosen, corrected, step="resend_licence", rule="T6")
        return
    draft.add(
        Guard(name=activation_of(chosen.id), allowed=({"activated": False},)),
        id=f"resend-activation-{chosen.id}",
        kind=Kind.SEND,
        action="resend",
        step="resend_licence",
        rule="T6",
        title=f"Resend the activation code of cloud activation {chosen.id} to the Sold To",
        target=Target(model="cloud_activation", id=chosen.id),
        before=(),
        after={},
        side_effects=("a mail to the Sold To's address in Zuora",),
    )


def forward(draft: Draft, chosen: Sendable, destination: str) -> None:
    """G6: it goes to the typed address, and to nobody else."""
    _forward(draft, chosen, destination, step="forward_licence", rule="G6")


def _forward(draft: Draft, chosen: Sendable, destination: str, *, step: str, rule: str) -> None:
    is_code = isinstance(chosen, CloudActivation)
    what = "the activation code of cloud activation" if is_code else "licence"
    draft.add(
        id=f"forward-{_key(chosen)}",
        kind=Kind.SEND,
        action="forward",
        step=step,
        rule=rule,
        title=f"Forward {what} {chosen.id} to the address that was asked for",
        target=Target(model="cloud_activation" if is_code else "license", id=chosen.id),
        before=(),
        after={},
        values={"email": destination},
        side_effects=("a mail to that one address",),
    )


def _key(one: Sendable) -> str:
    kind = "activation" if isinstance(one, CloudActivation) else "licence"
    return f"{kind}-{one.id}"


def _known_of(one: Sendable) -> str:
    if isinstance(one, CloudActivation):
        used = "used" if one.activated else "not used yet"
        return f"the activation code of cloud activation {one.id} ({used})"
    kind = "offline licence" if one.offline_cloud else "licence file"
    return f"{kind} {one.id} ({one.starts_on or 'no date'} to {one.expires_on or 'no date'})"
