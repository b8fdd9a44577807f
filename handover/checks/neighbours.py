"""Zuora and CustomersDot: reachable, and whether our credentials are accepted."""

from collections.abc import Callable, Iterator

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from config.settings import Settings
from domain.errors import HandoverError, Refused, SignInExpired
from handover.checks.finding import Finding, fail, note, ok
from handover.exits import Exit, of_error
from worker import sign_ins
from worker.sign_ins import JournalKeeper

NO_ACCOUNT = "handover-doctor"
"""A key that nothing has: an answer that says so proves that we may look."""


def zuora(current: Settings) -> Iterator[Finding]:
    """The token, and the right to read accounts."""
    if not current.zuora_url:
        yield _unset("zuora", "ZUORA_URL")
        return

    def read_one() -> None:
        keeper = _shared(sign_ins.zuora_token)
        _look_up_nothing(Zuora.from_settings(current, keeper=keeper))

    yield _tried("zuora", "ZUORA", read_one)


def customersdot(current: Settings) -> Iterator[Finding]:
    """The sign-in page, the sign-in, and the right to read Customers."""
    if not current.customersdot_url:
        yield _unset("customersdot", "CUSTOMERSDOT_URL")
        return

    def read_one() -> None:
        keeper = _shared(sign_ins.customersdot_session)
        CustomersDot.from_settings(current, keeper=keeper).check_sign_in()

    yield _tried("customersdot", "CUSTOMERSDOT", read_one)
    if not current.customersdot_password.get_secret_value():
        text = "no password is configured: when the session ends, runs wait for a person"
        yield note("customersdot", text, "`handover signin` then signs in for all workers.")


def _shared(keeper: Callable[[], JournalKeeper]) -> JournalKeeper | None:
    """What workers use; our own sign-in where the journal itself is what is broken."""
    try:
        return sign_ins.if_shared(keeper)
    except HandoverError:
        return None


def _look_up_nothing(client: Zuora) -> None:
    try:
        client.account(NO_ACCOUNT)
    except Refused as error:
        if error.code != "zuora-account-unknown":
            raise


def _tried(check: str, prefix: str, read: Callable[[], None]) -> Finding:
    try:
        read()
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
