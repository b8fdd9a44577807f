"""Messages: every template renders strictly, holds nobody's data, and passes the one guard."""

import re
from dataclasses import fields

import pytest

from config.templates import OURS, template
from domain.errors import Defect, Refused, Unavailable
from domain.messages import COMMON, KINDS, Message, check_template, render

SOLD_TO = "ada@example.com"


def rendered(
    which: str, /, text: str | None = None, to: str | None = None, **values: object
) -> str:
    """One message of these values, which must tell nothing about the Sold To."""
    given = {**COMMON, **KINDS[which].required, **values}
    source = text or template(which, None)
    return render(which, source, given, pinned_emails=[SOLD_TO], recipient_email=to).text


def test_every_message_has_its_template_and_no_template_is_left_over() -> None:
    """The files that come with Handover are the messages that there are."""
    assert {path.stem for path in OURS.glob("*.md")} == set(KINDS)


@pytest.mark.rule("G5")
@pytest.mark.parametrize("name", KINDS)
def test_a_default_text_holds_no_personal_data(name: str) -> None:
    """No address, and nobody's name unless it is given; every value has its place."""
    check_template(name, template(name, None))
    text = rendered(name)
    assert "@" not in text
    assert str(COMMON["account"]) in text
    assert "\n\n\n" not in text
    assert text.startswith("Hello,\n") is (KINDS[name].reader not in _COLLEAGUES)
    for value in KINDS[name].required.values():
        assert str(value) in text


_COLLEAGUES = ("support", "legal", "billing", "account-manager")


def test_a_reader_whose_name_is_known_is_greeted() -> None:
    """A name, also one that the Sold To has, is no address."""
    assert rendered("self-service-guidance", name="Ada Lovelace").startswith("Hello Ada Lovelace,")


@pytest.mark.rule("C2")
def test_self_service_sends_no_link_itself() -> None:
    """They trigger it; then they claim the account and link their own GitLab account."""
    text = rendered("self-service-guidance")
    steps = [str(COMMON["sign_in_url"]), "#change-profile-owner-information", "#link-a-gitlabcom"]
    assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)
    assert "Email has already been taken" in text


@pytest.mark.rule("V1", "V3", "V4", "V5", "V6")
def test_only_what_may_be_offered_is_offered() -> None:
    """The licence by the GitLab version, the namespace's own address, the reseller's part."""
    every = rendered("evidence-needed")
    assert all(word in every for word in ("Sold To", "invoice", "14.2", "14.1", "YOUR-GROUP"))
    licence = rendered("evidence-needed", offers=("V4",), gitlab_version="14.1")
    assert "License.current.data" in licence
    assert not [word for word in ("invoice of", "14.2", "Download", "api/v4") if word in licence]
    saas = rendered("evidence-needed", offers=("V5",), namespace="acme%2Fdev")
    assert "/namespaces/acme%2Fdev/gitlab_subscription" in saas
    assert "reseller" not in saas
    assert "through a reseller" in rendered("evidence-needed", offers=("V3",), reseller=True)


@pytest.mark.rule("S6")
def test_billing_is_told_what_is_written_and_what_is_not() -> None:
    """Each on a line of its own; nothing written is said, too."""
    text = rendered("billing-handover", written=("one", "two"), missing=())
    assert "* Written so far:\n    * one\n    * two\n" in text
    assert "Not done" not in text
    assert "* Written so far: nothing\n" in rendered("billing-handover", written=())


@pytest.mark.rule("G5")
def test_a_message_that_discloses_the_sold_to_is_refused() -> None:
    """Whoever edits the template or gives a value; the holder may read their own address."""
    for values in (
        {"text": f"Ask {SOLD_TO}"},
        {"text": "{{ name }}", "name": "ADA (at) Example.com"},
    ):
        with pytest.raises(Refused, match="G5"):
            rendered("sign-up-first", **values)
    assert SOLD_TO in rendered("approval-request", f"You are {SOLD_TO}.", to=SOLD_TO)


@pytest.mark.rule("G5")
def test_a_message_has_one_reader_and_no_copy() -> None:
    """There is no field for a copy, so that nobody can be added."""
    assert [f.name for f in fields(Message)] == ["name", "recipient_role", "text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ nmae }}", "nmae"),
        ("{% if why %}{{ whhy }}{% endif %}", "whhy"),
        ("{{ run.owner }}", "owner"),
        ("a\n{% if name %}", "line 2"),
        ("{{ 1 // (name | length) }}", "ZeroDivisionError"),
        ("{{ run.__class__.__mro__ }}", "SecurityError"),
        ("{% include 'other' %}", "can't be rendered"),
    ],
)
def test_a_template_that_can_fail_is_found_out_before(text: str, says: str) -> None:
    """Also in a branch that is seldom taken; where is said, values are not."""
    with pytest.raises(Unavailable, match=re.escape(says)) as caught:
        check_template("evidence-needed", text)
    assert caught.value.code == "template"
    assert "evidence-needed.md" in str(caught.value)


def test_a_step_gives_exactly_the_values_that_a_message_has() -> None:
    """A missing or a misspelt one is our own mistake."""
    with pytest.raises(Defect, match="other_account"):
        render("confirm-give-up", "x", COMMON, pinned_emails=[], recipient_email=None)
    with pytest.raises(Defect, match="becuase"):
        rendered("legal-escalation", becuase="x")
