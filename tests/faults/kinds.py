"""Every kind of fault: what it does to a call, and which calls it can strike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.faults import treatments as does
from tests.faults.treatments import rewritten, says, says_after, without
from tests.parts.exchange import Call, Treatment, pass_on

Strikes = Callable[[Call], bool]
LONG_WAIT = "6"
"""Seconds to wait that are too many to sleep them in the call."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault.

    `passes`: a run gets over it without a person. `lies`: the answers are wrong and look right, so
    that the run may ask about what is not so. `doubt`: the write lands after it has been judged.
    """

    name: str
    strikes: Strikes
    treat: Treatment = pass_on
    lasting: bool = False
    detour: str = ""
    passes: bool = False
    lies: bool = False
    doubt: bool = False


def passing(name: str, strikes: Strikes, treat: Treatment = pass_on, *, detour: str = "") -> Kind:
    """A kind that passes, if a run only tries or looks again."""
    return Kind(name, strikes, treat, detour=detour, passes=True)


# which calls


def anything(call: Call) -> bool:
    return True


def token(call: Call) -> bool:
    return call.name.endswith("/oauth/token")


def zuora(call: Call) -> bool:
    return "./zuora/v1/" in call.name


def query(call: Call) -> bool:
    return call.name.endswith("/action/query")


def sign_in(call: Call) -> bool:
    return call.name.endswith("/admins/sign_in")


def admin(call: Call) -> bool:
    return "./customersdot/admin/" in call.name


def write(call: Call) -> bool:
    return admin(call) and call.name.startswith("POST.")


def read(call: Call) -> bool:
    return admin(call) and not write(call)


def rows(call: Call) -> bool:
    return read(call) and call.wants_json


def page(call: Call) -> bool:
    return read(call) and not call.wants_json


# Zuora


def _reasons(code: int, *, success: bool = True) -> dict[str, object]:
    body: dict[str, object] = {"processId": "747E0D5A53240416", "requestId": "test"}
    if success:
        body["success"] = False
    return {**body, "reasons": [{"code": code, "message": "somebody@a0.example could not"}]}


CATEGORIES = {
    10: 403, 11: 401, 20: 400, 21: 400, 22: 400, 23: 400, 27: 400, 30: 400, 40: 404, 45: 405,
    50: 409, 60: 500, 61: 500, 70: 429, 90: 400, 99: 500,
}  # fmt: skip
"""The HTTP status of each category of reasons, as documented."""
PASSING = (11, 50, 60, 61, 70, 99)
MAINTENANCE = "<html><body><h1>Service Unavailable</h1></body></html>"
CRUD = {"Success": False, "Errors": [{"Code": "INVALID_VALUE", "Message": "no"}]}
ZOQL = {"FaultCode": "INVALID_FIELD", "FaultMessage": "invalid field for query"}


def _of_zuora() -> Iterator[Kind]:
    for category, status in CATEGORIES.items():
        body = _reasons(50000000 + category)
        passes = category in PASSING
        yield Kind(f"zuora-{category}", zuora, says(status, body), passes=passes)
        yield Kind(f"zuora-{category}-as-200", zuora, says(200, body), passes=passes)
    busy = _reasons(50000070)
    yield passing("zuora-429-short", zuora, says(429, busy, {"Retry-After": "1"}))
    yield passing("zuora-429-long", zuora, says(429, busy, {"Retry-After": LONG_WAIT}))
    yield passing("zuora-429-date", zuora, does.says_wait_until_a_date(busy))
    rate = _reasons(70, success=False)
    yield passing("zuora-429-rate", zuora, says(429, rate, {"RateLimit-Reset": LONG_WAIT}))
    yield Kind("zuora-crud-error", zuora, says(200, CRUD))
    yield Kind("zuora-zoql-fault", query, says(400, ZOQL))
    unauthorized = {"WWW-Authenticate": "Bearer"}
    refused = {"message": "Authentication error"}
    yield passing("zuora-401", zuora, says(401, refused, unauthorized))
    yield Kind("zuora-401-lasting", zuora, says(401, refused, unauthorized), lasting=True)
    yield passing("zuora-401-user-info", zuora, says(401, {"message": "Failed to get user info"}))
    yield passing("zuora-gateway-503", zuora, says(503, MAINTENANCE))
    yield Kind("zuora-gateway-414", zuora, says(414, MAINTENANCE))
    yield passing("zuora-html-200", zuora, says(200, MAINTENANCE))
    yield passing("zuora-half-json", zuora, rewritten(lambda body: body[: len(body) // 2]))
    yield passing("zuora-no-success", zuora, without("success"))
    yield passing("zuora-no-records", query, without("records"))
    empty = {"size": 0, "records": [], "done": True}
    yield passing("zuora-empty-once", query, says(200, empty))
    yield Kind("zuora-empty-lasting", query, says(200, empty), lasting=True, lies=True)
    yield Kind("zuora-stale", zuora, does.stale, lies=True)
    yield Kind("zuora-stale-lasting", zuora, does.stale, lasting=True, lies=True)
    yield Kind("zuora-50-lasting", zuora, says(409, _reasons(50000050)), lasting=True)
    yield Kind("token-401", token, says(401, {"message": "Invalid client id"}))
    yield passing("token-429", token, says(429, rate, {"RateLimit-Reset": LONG_WAIT}))
    yield passing("token-html-200", token, says(200, MAINTENANCE))
    yield passing("token-empty", token, says(200, {}))


# CustomersDot

SIGN_IN_PATH = {"Location": "/customersdot/admins/sign_in"}
OKTA = {"Location": "https://okta.example/app/sso"}
STRANGER = {"error": "You need to sign in or sign up before continuing."}
NOT_ACCEPTABLE = {"status": 406, "error": "Not Acceptable"}
LOGIN_PAGE = (
    '<html><body><form action="/login" method="post"><input name="username">'
    '<input name="password" type="password"></form></body></html>'
)
REASON = (
    '<html><body><div class="alert-danger alert alert-dismissible">Record failed to be saved'
    "<br>- Customer has already been taken</div></body></html>"
)


def _of_customersdot() -> Iterator[Kind]:
    for name, lasting in (("", False), ("-lasting", True)):
        yield Kind(f"sign-in-302{name}", admin, says(302, "", SIGN_IN_PATH), lasting)
        yield Kind(f"okta-302{name}", admin, says(302, "", OKTA), lasting)
        yield Kind(f"sign-in-401{name}", admin, says(401, STRANGER), lasting)
        yield Kind(f"sign-in-page-200{name}", admin, says(200, LOGIN_PAGE), lasting)
        yield Kind(f"422{name}", write, says(422), lasting, passes=not lasting)
        yield Kind(f"406-with-reason{name}", admin, says(406, REASON), lasting)
        yield Kind(f"stale{name}", rows, does.stale, lasting, lies=True)
        yield Kind(f"empty-list{name}", rows, says(200, []), lasting, lies=True)
    yield Kind("406-without-reason", admin, says(406, NOT_ACCEPTABLE))
    yield Kind("403", admin, says(403, {"status": 403, "error": "Forbidden"}))
    yield Kind("404", admin, says(404, MAINTENANCE))
    yield passing("429", admin, says(429, MAINTENANCE, {"Retry-After": "1"}))
    yes = says(302, "", {"Location": "/customersdot/admin/"})
    yield Kind("yes-and-nothing-done", write, yes, lies=True)
    yield passing("200-instead-of-302", write, says(200, MAINTENANCE))
    yield passing("200-after", write, says_after(200, MAINTENANCE))
    yield Kind("list-instead", read, does.list_instead)
    yield passing("leaked-flash", page, does.leaked_flash)
    yield Kind("filter-dropped", rows, does.without_filters)
    yield Kind("filter-dropped-lasting", rows, does.without_filters, lasting=True)
    yield passing("half-json", rows, rewritten(lambda body: body[: len(body) // 2]))
    yield Kind("half-page", page, rewritten(lambda body: body[: len(body) // 4]))


# any server, any wire


def _of_servers() -> Iterator[Kind]:
    for status in (500, 502, 503, 504):
        yield passing(f"{status}", anything, says(status, MAINTENANCE))
        yield passing(f"{status}-after", write, says_after(status, MAINTENANCE))
    yield Kind("500-lasting", anything, says(500, MAINTENANCE), lasting=True)
    yield Kind("502-after-lasting", write, says_after(502, MAINTENANCE), lasting=True)


def _of_the_wire() -> Iterator[Kind]:
    yield passing("refused", anything, detour="refused")
    yield Kind("refused-lasting", anything, detour="refused", lasting=True)
    yield passing("connect-timeout", anything, detour="timeout")
    yield passing("hang-up-before", anything, does.hang_up_before)
    yield passing("reset-before", anything, does.reset_before)
    yield Kind("reset-lasting", anything, does.reset_before, lasting=True)
    yield passing("silence-before", anything, does.silence_before)
    yield passing("hang-up-after", write, does.hang_up_after)
    yield passing("reset-after", write, does.reset_after)
    yield Kind("reset-after-lasting", write, does.reset_after, lasting=True)
    yield passing("silence-after", write, does.silence_after)
    yield passing("truncated", anything, does.half_body)
    yield passing("drip", anything, does.dripping)
    yield passing("latency", anything, does.a_little_late)
    yield passing("late-commit", write, does.commit_when_given_up)
    late = does.commit_after_the_deadline
    yield Kind("commit-after-deadline", write, late, lies=True, doubt=True)


KINDS = {
    kind.name: kind for kind in (*_of_zuora(), *_of_customersdot(), *_of_servers(), *_of_the_wire())
}
