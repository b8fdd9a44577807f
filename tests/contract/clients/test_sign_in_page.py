"""A sign-in page that is not there: the address is wrong, and no credentials help."""

import pytest

from clients.rails_admin import RailsAdmin
from clients.rails_sign_in import NoSignInPage, PasswordSignIn
from tests.contract.clients.conftest import OPERATOR
from tests.contract.clients.sandbox_control import Sandbox

pytestmark = pytest.mark.usefixtures("no_pauses")


def test_something_else_answers(sandbox: Sandbox) -> None:
    """The variable that has to be corrected is named, and nobody is asked to sign in."""
    admin = RailsAdmin(f"{sandbox.url}/customersdot/elsewhere", PasswordSignIn(*OPERATOR))
    with pytest.raises(NoSignInPage, match="check CUSTOMERSDOT_URL") as caught:
        admin.find("customer", "1")
    assert "handover signin" not in str(caught.value)
