"""Licences and activation codes: what is known of them, decoding one, mailing them again."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_rights import MayNotWrite
from domain.errors import Defect, HandoverError, OutcomeUnknown, Refused, SignInExpired, Stale
from domain.windows import WriteWindow
from tests.contract.clients.conftest import READ_ONLY
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

VALIDATE = "/validate_license$"
RIGHT = "right@address.example"


class Account:
    """An account of the demo world and what was issued for it."""

    def __init__(self, sandbox: Sandbox, number: str) -> None:
        truth = sandbox.truth(number)["customersdot"]
        self.id = str(truth["billing_account"]["id"])
        self.licences = truth["licenses"]
        self.codes = truth["cloud_activations"]
        self.code = str(self.codes[0]["id"]) if self.codes else ""
        self.licence = str(self.licences[0]["id"]) if self.licences else ""


@pytest.fixture
def used(sandbox: Sandbox) -> Account:
    return Account(sandbox, "A00000001")


@pytest.fixture
def unused(sandbox: Sandbox) -> Account:
    return Account(sandbox, "A00000002")


@pytest.fixture
def offline(sandbox: Sandbox) -> Account:
    return Account(sandbox, "A00000003")


def test_the_licences_of_an_account(dot: CustomersDot, offline: Account, used: Account) -> None:
    (found,) = dot.licences_of_billing_account(offline.id)
    truth = offline.licences[0]
    assert (found.id, found.billing_account_id) == (offline.licence, offline.id)
    assert (found.email, found.name) == ("pavel.oldrich@dunewind.example", "Pavel Oldrich")
    assert found.company == "Dunewind Studio"
    assert (found.starts_on, found.expires_on) == (truth["starts_at"], truth["expires_at"])
    assert found.subscription_name == truth["zuora_subscription_name"]
    assert (found.offline_cloud, found.cloud, found.trial, found.activated) == (
        True, False, False, False,
    )  # fmt: skip
    assert dot.licences_of_billing_account(used.id) == []


def test_a_code_is_used_if_its_page_says_so(
    dot: CustomersDot, used: Account, unused: Account, offline: Account
) -> None:
    """By the tab that is there only then."""
    (one,) = dot.cloud_activations_of_billing_account(used.id)
    (other,) = dot.cloud_activations_of_billing_account(unused.id)
    assert (one.activated, other.activated) == (True, False)
    assert (one.id, one.billing_account_id) == (used.code, used.id)
    assert one.subscription_name == used.codes[0]["subscription_name"]
    assert dot.cloud_activations_of_billing_account(offline.id) == []


def test_a_page_without_tabs_says_nothing_of_a_code(
    dot: CustomersDot, sandbox: Sandbox, used: Account
) -> None:
    """It is not taken for unused."""
    path = rf"/cloud_activation/{used.code}$"
    sandbox.fault("status", path=path, times=None, code=200, body="<ul class='nav-tabs'></ul>")
    with pytest.raises(HandoverError):
        dot.cloud_activations_of_billing_account(used.id)


def test_no_record_holds_what_lets_one_use_it(
    dot: CustomersDot, used: Account, offline: Account
) -> None:
    """Neither the code nor the text of the licence."""
    text = repr(dot.cloud_activations_of_billing_account(used.id))
    text += repr(dot.licences_of_billing_account(offline.id))
    assert used.codes[0]["activation_code"] not in text
    assert offline.licences[0]["license_file"][:40] not in text


# Decoding


def test_a_pasted_licence(dot: CustomersDot, sandbox: Sandbox, offline: Account) -> None:
    """Who it names, until when, and its record; nothing is written."""
    record = offline.licences[0]
    for text in (record["license_file"], record["license_file"].replace("\n", "\r\n  ")):
        found = known(dot.validate_licence(text))
        assert found.licence_id == offline.licence
        assert (found.name, found.email) == ("Pavel Oldrich", "pavel.oldrich@dunewind.example")
        assert (found.company, found.trial) == ("Dunewind Studio", False)
        assert found.expires_on == record["expires_at"]
    assert sandbox.writes() == []


def test_what_is_no_licence(dot: CustomersDot, offline: Account) -> None:
    """Nonsense, and a licence with another letter in it."""
    text = offline.licences[0]["license_file"]
    other = ("B" if text[200] != "B" else "C") + text[201:]
    assert dot.validate_licence("nonsense") is None
    assert dot.validate_licence(text[:200] + other) is None


@pytest.mark.parametrize(
    "pasted", ["", " \n", "x" * 70_000, "\x89PNG\r\n\x1a\n", "Lizenz für Müller", "a\x00b"]
)
def test_what_can_be_no_licence_is_not_sent(
    dot: CustomersDot, sandbox: Sandbox, pasted: str
) -> None:
    """A screenshot's bytes, an empty or an endless text."""
    sandbox.fault("latency", path=VALIDATE, times=None, seconds=0)
    with pytest.raises(Refused) as caught:
        dot.validate_licence(pasted)
    assert (caught.value.code, caught.value.rule) == ("not-a-licence-text", "V4")
    assert sandbox.hits() == 0


@pytest.mark.parametrize(
    ("kind", "options"),
    [("expired_session", {}), ("status", {"code": 502}), ("timeout_before", {})],
)
def test_decoding_is_tried_again(
    dot: CustomersDot, sandbox: Sandbox, offline: Account, kind: str, options: dict[str, Any]
) -> None:
    """Though it is a POST: it reads."""
    dot.check_sign_in()
    sandbox.fault(kind, method="POST", path=VALIDATE, **options)
    assert dot.validate_licence(offline.licences[0]["license_file"]) is not None


def test_a_token_that_never_counts(dot: CustomersDot, sandbox: Sandbox) -> None:
    sandbox.fault("status", method="POST", path=VALIDATE, times=None, code=422)
    with pytest.raises(SignInExpired):
        dot.validate_licence("text")
    assert sandbox.hits() == 2


PAIRS = {
    "licensee": "", "Name": "N", "Email": "n@n.example", "Company": "C",
    "expires_at": "2027-01-01 00:00", "Trial": "Yes",
}  # fmt: skip


def page(**changes: str | None) -> dict[str, Any]:
    """A page that decodes, with other words; as a table, which nobody has said it is not."""
    words = {word: value for word, value in (PAIRS | changes).items() if value is not None}
    rows = [f"<tr><th>{word}</th><td>{value}</td></tr>" for word, value in words.items()]
    return {"code": 200, "body": f"<table>{''.join(rows)}</table>"}


def test_another_way_to_print_it(dot: CustomersDot, sandbox: Sandbox) -> None:
    """By the words, not by the markup; without a link it is on no record."""
    sandbox.fault("status", method="POST", path=VALIDATE, **page())
    found = known(dot.validate_licence("text"))
    assert (found.trial, found.licence_id, found.expires_on) == (True, "", "2027-01-01")


@pytest.mark.parametrize(
    "answer",
    [page(Email=None), page(Trial="perhaps"), page(Trial=None), {"code": 200, "body": "<p>Hm</p>"}],
    ids=["no-email", "odd-trial", "no-trial", "nothing"],
)
def test_a_page_that_says_too_little(
    dot: CustomersDot, sandbox: Sandbox, answer: dict[str, Any]
) -> None:
    """Neither decoded nor refused: somebody has to look."""
    sandbox.fault("status", method="POST", path=VALIDATE, **answer)
    with pytest.raises(Defect):
        dot.validate_licence("text")


# Mailing


def sent(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(one["after"]["kind"], one["after"]["recipient"]) for one in sandbox.writes()]


@pytest.mark.parametrize("asks", [True, False])
def test_a_code_is_resent(
    dot: CustomersDot, sandbox: Sandbox, unused: Account, window: WriteWindow, asks: bool
) -> None:
    """Once, to Zuora's Sold To, whether its page asks first or sends as soon as it is opened."""
    sandbox.setting(resend_asks=asks)
    dot.resend_cloud_activation(unused.code, window)
    assert sent(sandbox) == [("cloud-activation", "petra.oldham@copperleaf.example")]
    assert sandbox.writes()[0]["request_id"] == "run-7f"


@pytest.mark.parametrize("asks", [True, False])
def test_rights_are_looked_at_without_sending(
    dot: CustomersDot, sandbox: Sandbox, unused: Account, offline: Account, asks: bool
) -> None:
    """The page that may send when it is opened is not opened."""
    sandbox.setting(resend_asks=asks)
    dot.check_may_write(
        [
            ("cloud_activation", "resend", unused.code),
            ("cloud_activation", "forward", unused.code),
            ("license", "forward", offline.licence),
        ]
    )
    assert sandbox.writes() == []


def test_readers_may_not_forward(
    sandbox: Sandbox, offline: Account, unused: Account, make_admin: Callable[..., RailsAdmin]
) -> None:
    reader = CustomersDot(make_admin(READ_ONLY))
    for model, key in (("license", offline.licence), ("cloud_activation", unused.code)):
        with pytest.raises(MayNotWrite, match=f"forward {model}"):
            reader.check_may_write([(model, "forward", key)])


def test_forwarding(
    dot: CustomersDot, sandbox: Sandbox, unused: Account, offline: Account, window: WriteWindow
) -> None:
    """To the typed address, whatever Zuora and the licence say."""
    dot.forward_cloud_activation(unused.code, RIGHT, window)
    dot.forward_licence(offline.licence, f" {RIGHT} ", window)
    assert sent(sandbox) == [("cloud-activation", RIGHT), ("license", RIGHT)]


@pytest.mark.parametrize("email", ["", "a@b.example,c@d.example", "A <a@b.example>", "a"])
def test_exactly_one_address(
    dot: CustomersDot, sandbox: Sandbox, offline: Account, window: WriteWindow, email: str
) -> None:
    with pytest.raises(Defect) as caught:
        dot.forward_licence(offline.licence, email, window)
    assert caught.value.code == "bad-email"
    assert sandbox.writes() == []


def test_a_refused_address(
    dot: CustomersDot, sandbox: Sandbox, offline: Account, window: WriteWindow
) -> None:
    """In the application's own words, without the address."""
    body = "<div class='alert alert-danger'>failed<br>- Destination email address is invalid</div>"
    sandbox.fault("status", method="POST", path="/forward_", code=406, body=body)
    with pytest.raises(Refused, match="Destination email address is invalid") as caught:
        dot.forward_licence(offline.licence, RIGHT, window)
    assert RIGHT not in str(caught.value)


SENDS: dict[str, Callable[[CustomersDot, Account, Account, WriteWindow], None]] = {
    "resend": lambda dot, code, _, window: dot.resend_cloud_activation(code.code, window),
    "forward_code": lambda dot, code, _, window: dot.forward_cloud_activation(
        code.code, RIGHT, window
    ),
    "forward_licence": lambda dot, _, licence, window: dot.forward_licence(
        licence.licence, RIGHT, window
    ),
}


@pytest.fixture(params=SENDS)
def send(
    request: pytest.FixtureRequest,
    dot: CustomersDot,
    unused: Account,
    offline: Account,
    window: WriteWindow,
) -> Callable[[], None]:
    """Each way to send something."""
    return lambda: SENDS[request.param](dot, unused, offline, window)


@pytest.mark.parametrize(
    ("kind", "mailed"), [("timeout_after", 1), ("timeout_before", 0), ("truncated", 1)]
)
def test_a_mail_that_may_have_left(
    sandbox: Sandbox, send: Callable[[], None], kind: str, mailed: int
) -> None:
    """Unknown, and never sent again."""
    sandbox.fault(kind, method="POST", path="/(resend|forward)_")
    with pytest.raises(OutcomeUnknown):
        send()
    assert len(sent(sandbox)) == mailed


def test_a_resend_that_was_lost_when_opened(
    dot: CustomersDot, sandbox: Sandbox, unused: Account, window: WriteWindow
) -> None:
    """Opening may be sending: it is not opened twice."""
    sandbox.setting(resend_asks=False)
    sandbox.fault("timeout_after", method="GET", path="/resend_to_customer$")
    with pytest.raises(OutcomeUnknown):
        dot.resend_cloud_activation(unused.code, window)
    assert len(sent(sandbox)) == 1


@pytest.mark.parametrize("which", SENDS)
def test_what_is_gone_is_stale(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow, which: str, used: Account
) -> None:
    used.code = used.licence = "999999"
    with pytest.raises(Stale):
        SENDS[which](dot, used, used, window)


def test_a_tab_that_leads_elsewhere(
    dot: CustomersDot, sandbox: Sandbox, unused: Account, window: WriteWindow
) -> None:
    """Our session goes to our host and to the record's own pages only."""
    for href in ("https://elsewhere.example/customersdot/admin/cloud_activation/2/x", "/x"):
        tab = f"<li class='x_member_link'><a href='{href}'>Resend to customer via email</a></li>"
        body = f"<ul class='nav nav-tabs'>{tab}</ul>"
        sandbox.fault("status", path=f"/cloud_activation/{unused.code}$", code=200, body=body)
        with pytest.raises(Defect) as caught:
            dot.resend_cloud_activation(unused.code, window)
        assert caught.value.code == "odd-tab"
    assert sandbox.writes() == []
