"""Signing in to CustomersDot for all worker processes, and what that lets go on."""

from typing import Any

from clients.cookies import from_browser
from clients.customersdot import MEMBERSHIP, CustomersDot
from clients.rails_rights import MayNotWrite
from clients.rails_sign_in import NoSignIn, PasswordSignIn, SignIn
from clients.shared_secret import MemoryKeeper
from config.settings import settings
from domain.errors import HandoverError, InvalidRequest, Refused, SignInExpired
from domain.questions import SIGN_IN
from domain.sign_ins import Fresh
from tasks.clients import customersdot
from worker import decisions, sign_ins
from worker.canvas import NotSent
from worker.journal import runs
from worker.runtime import journal

NOT_ACCEPTED = (
    "CustomersDot does not accept this cookie: sign in with the browser again, and take the"
    " cookie of CUSTOMERSDOT_URL's host from there"
)
MAY_NOT_WRITE = (
    "the account that is signed in may read and not write: runs will stop before their first write"
)
MOST_RUNS = 10_000


def with_cookie(cookie: str, by: str) -> bool | None:
    """Shares the session of a browser, once CustomersDot has taken it. Raises SignInExpired.

    Tells whether it may write, as `may_write` does.
    """
    return _share(MemoryKeeper(from_browser(cookie)), NoSignIn(NOT_ACCEPTED), by)


def with_password(email: str | None, password: str | None, by: str) -> bool | None:
    """Shares a session that we get for email and password. Raises SignInExpired.

    Tells whether it may write, as `may_write` does.
    """
    current = settings()
    email = email or current.customersdot_email
    password = password or current.customersdot_password.get_secret_value()
    given = {"CUSTOMERSDOT_EMAIL": email, "CUSTOMERSDOT_PASSWORD": password}
    if lacking := [name for name, value in given.items() if not value]:
        hint = "is not set and none was given; with single sign-on, give a browser's cookie instead"
        raise InvalidRequest([f"{name}: {hint}" for name in lacking])
    return _share(MemoryKeeper(), PasswordSignIn(email, password), by)


def examined() -> tuple[str | None, bool | None]:
    """Why the present sign-in does not work, None if it does; and whether it may write.

    Signs in anew as a run would.
    """
    try:
        customersdot().check_sign_in()
    except (SignInExpired, Refused) as error:
        return str(error), None
    return None, may_write(customersdot())


def may_write(client: CustomersDot) -> bool | None:
    """Whether the account may give somebody an account, told by the page for it; None if unknown.

    Nothing is written: a right that every run needs, on a page that needs no record.
    """
    try:
        client.check_may_write([(MEMBERSHIP, "new", "")])
    except MayNotWrite:
        return False
    except HandoverError:  # the sign-in itself was found good; a run will see
        return None
    return True


def let_runs_go_on(by: str, reason: str) -> dict[str, Any]:
    """Answers every run that waits for a sign-in: which were `answered`, and which were `left`."""
    with journal().read() as tx:
        found = runs.search(tx, limit=MOST_RUNS, state="waiting", reason=SIGN_IN)
        # Zuora's credentials are settings: nobody signs in there.
        waiting = [row.id for row in reversed(found) if not row.summary.startswith("Zuora")]
    answered, left = [], []
    for run_id in waiting:
        try:
            decisions.answer(run_id, "signed-in", by=by, reason=reason)
        except Refused as error:  # somebody else has to answer this one
            left.append({"run": run_id, "why": str(error)})
            continue
        except InvalidRequest:  # it has been answered in between
            continue
        except NotSent:  # it is recorded; recovery publishes it
            pass
        answered.append(run_id)
    return {"answered": answered, "left": left}


def _share(keeper: MemoryKeeper, sign_in: SignIn, by: str) -> bool | None:
    client = CustomersDot.from_settings(settings(), keeper=keeper, sign_in=sign_in)
    client.check_sign_in()
    writes = may_write(client)
    session = keeper.read()
    if session is not None:
        sign_ins.customersdot_session().put(Fresh(session.value), by=by)
    return writes
