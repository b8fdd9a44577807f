"""Zuora and CustomersDot: reachable, and whether our credentials are accepted."""

from collections.abc import Callable, Iterator

from clients.customersdot import CustomersDot
from clients.rails_sign_in import NoSignInPage
from clients.shared_secret import Keeper, MemoryKeeper
from clients.zuora import Zuora
from config.settings import Settings
from domain.errors import HandoverError, Refused, SignInExpired
from handover.checks.finding import Finding, Status, fail, note, ok, unknown, warn
from handover.exits import Exit, of_error
from handover.signing_in import MAY_NOT_WRITE, may_write
from worker import sign_ins
from worker.sign_ins import JournalKeeper

NO_ACCOUNT = "handover-doctor"
"""A key that nothing has: an answer that says so proves that we may look."""


def zuora(current: Settings) -> Iterator[Finding]:
    """The token, and the right to read accounts."""
    if not current.zuora_url:
        yield _unset("zuora", "ZUORA_URL")
        return

    def read_one(keeper: Keeper | None) -> None:
        _look_up_nothing(Zuora.from_settings(current, keeper=keeper))

    found = tried("zuora", "ZUORA", lambda: read_one(_shared(sign_ins.zuora_token)))
    yield found
    if found.status is Status.OK and current.zuora_client_secret.get_secret_value():
        variables = "ZUORA_CLIENT_ID and ZUORA_CLIENT_SECRET"
        said = ("the configured secret is refused; runs stop when the shared token ends", variables)
        yield from _alone("zuora", said, lambda: read_one(MemoryKeeper()))


def customersdot(current: Settings) -> Iterator[Finding]:
    """The sign-in page, the sign-in, the right to read Customers and the right to write."""
    if not current.customersdot_url:
        yield _unset("customersdot", "CUSTOMERSDOT_URL")
        return

    def client(keeper: Keeper | None) -> CustomersDot:
        return CustomersDot.from_settings(current, keeper=keeper)

    keeper = _shared(sign_ins.customersdot_session)
    found = tried("customersdot", "CUSTOMERSDOT", lambda: client(keeper).check_sign_in())
    yield found
    password = current.customersdot_password.get_secret_value()
    if found.status is Status.OK:
        if may_write(client(keeper)) is False:
            yield warn("customersdot", MAY_NOT_WRITE, "`handover signin` as somebody who may.")
        if password:
            variables = "CUSTOMERSDOT_EMAIL and CUSTOMERSDOT_PASSWORD"
            refused = "the configured password is refused; runs stop when the shared session ends"
            alone = client(MemoryKeeper()).check_sign_in
            yield from _alone("customersdot", (refused, variables), alone)
    if not password:
        text = "no password is configured: when the session ends, runs wait for a person"
        yield note("customersdot", text, "`handover signin` then signs in for all workers.")


def _shared(keeper: Callable[[], JournalKeeper]) -> JournalKeeper | None:
    """What workers use; our own sign-in where the journal itself is what is broken."""
    try:
        return sign_ins.if_shared(keeper)
    except HandoverError:
        return None


def _alone(check: str, said: tuple[str, str], read: Callable[[], None]) -> Iterator[Finding]:
    """Whether what is configured works without what is shared. Nothing of it is kept.

    A secret that was changed or mistyped shows only when the shared sign-in has ended, in the
    middle of somebody's run.
    """
    refused, variables = said
    try:
        read()
    except SignInExpired:
        yield fail(check, refused, f"Correct {variables}.", Exit.SIGN_IN)
    except HandoverError as error:
        text = f"what is configured could not be tried on its own: {error}"
        yield unknown(check, text, "Try again.")


def _look_up_nothing(client: Zuora) -> None:
    try:
        client.account(NO_ACCOUNT)
    except Refused as error:
        if error.code != "zuora-account-unknown":
            raise


def tried(check: str, prefix: str, read: Callable[[], None]) -> Finding:
    """What a read comes to. The system's variables begin with `prefix`."""
    try:
        read()
    except NoSignInPage as error:
        return fail(check, str(error), f"Correct {prefix}_URL.", Exit.USAGE)
    except SignInExpired as error:
        return fail(check, str(error), f"Check {prefix}'s credentials.", Exit.SIGN_IN)
    except Refused as error:
        return fail(check, str(error), "Ask for the right to read there.", Exit.SIGN_IN)
    except HandoverError as error:
        again = f"Check {prefix}_URL and the network, then try again."
        return fail(check, str(error), again, of_error(error))
    return ok(check, "reachable, signed in, and allowed to read")


def _unset(check: str, variable: str) -> Finding:
    text = f"{variable} is not set"
    again = "Set it, or rehearse on the sandbox: `handover up` sets it in the state folder."
    return fail(check, text, again, Exit.USAGE)
