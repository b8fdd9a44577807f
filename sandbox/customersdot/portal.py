"""The portal, as far as a Customer needs it to claim an account: one-time sign-in, their details,
and the GitLab account they link.

Paths, fields and statuses are guesses, except the address of the sign-in page with its `legacy`.
The real portal links a GitLab account by a visit to GitLab; here its id is typed.
"""

from __future__ import annotations

import time

from flask import Blueprint, Response, render_template, request, session, url_for

from sandbox import one_time_links, records, world
from sandbox.columns import Row
from sandbox.customersdot import saving, validation
from sandbox.customersdot.answers import Halt, flash, see, take_flash
from sandbox.customersdot.registry import CUSTOMER_FIELDS
from sandbox.customersdot.shared import params, sandbox
from sandbox.ledger import Cause
from sandbox.links import customer_by_email
from sandbox.tables import CUSTOMER

blueprint = Blueprint("portal", __name__)
SENT = "If an account has this email, a link to sign in is on its way."
NO_LINK = "This link is not valid or has expired."
PROFILE = tuple(one for one in CUSTOMER_FIELDS if one.name in ("first_name", "last_name", "email"))


@blueprint.get("/customers/sign_in")
def page() -> str:
    """The way in by GitLab.com; the form for a one-time link only with `legacy=true`."""
    legacy = request.args.get("legacy") == "true"
    return render_template("portal_sign_in.html", legacy=legacy, flash=take_flash())


@blueprint.post("/customers/sign_in/one_time")
def ask() -> Response:
    """Mail a link to the Customer with that email, if there is one who may sign in.

    The answer is the same for everybody: it does not tell who is a Customer.
    """
    email = str(_given().get("email") or "").strip()
    with sandbox().commit(_cause("anybody")) as commit:
        customer = customer_by_email(commit.db, email)
        if customer and customer["login_activated"]:
            one_time_links.send(commit, customer)
    flash("info", SENT)
    return see(url_for("portal.page", legacy="true"))


@blueprint.get("/customers/sign_in/one_time/<path>")
def enter(path: str) -> Response:
    """Sign in the Customer whose link it is, once."""
    box = sandbox()
    with box.store.writing() as db:
        found = one_time_links.redeem(db, path, time.time(), box.settings.sign_in_link_ttl)
        customer = records.get(db, CUSTOMER, found)
    if customer is None or not customer["login_activated"]:
        flash("danger", NO_LINK)
        return see(url_for("portal.page"))
    session.clear()
    session["customer"] = customer["id"]
    return see(url_for("portal.profile"))


@blueprint.get("/customers/edit")
def profile() -> str:
    """The signed-in Customer's details."""
    return _profile(_holder(), None)


@blueprint.put("/customers/edit")
def save() -> Response | str:
    """Change name and email: at once, and with what follows from any save of a Customer (G1)."""
    row = _holder()
    values = saving.permitted(PROFILE, _given())
    with sandbox().commit(_cause(row)) as commit:
        if reasons := validation.problems(commit.db, CUSTOMER, row | values):
            return _profile(row | values, "<br>- ".join(("Your details were not saved", *reasons)))
        world.update_customer(commit, row, values, confirmed=True)
    flash("success", "Your details were saved")
    return see(url_for("portal.profile"))


@blueprint.post("/customers/gitlab_account")
def link() -> Response | str:
    """Link a GitLab account, in the place of the one that was linked."""
    row = _holder()
    uid = str(_given().get("uid") or "").strip()
    if not uid.isdigit():
        return _profile(row, "The GitLab account was not linked<br>- Uid is invalid")
    with sandbox().commit(_cause(row)) as commit:
        world.link_gitlab_user(commit, row, uid)
    flash("success", "The GitLab account is linked")
    return see(url_for("portal.profile"))


def _holder() -> Row:
    """The Customer who is signed in; a stranger is sent to the way in."""
    with sandbox().reading() as db:
        row = records.get(db, CUSTOMER, session.get("customer"))
    if row is None:
        flash("danger", "You need to sign in before continuing.")
        raise Halt(see(url_for("portal.page")))
    return row


def _profile(row: Row, alert: str | None) -> str:
    """A refused save shows the form again, with status 200 as Devise does."""
    messages = take_flash() | ({"danger": alert} if alert else {})
    return render_template("portal_profile.html", row=row, fields=PROFILE, flash=messages)


def _given() -> Row:
    given = params().get("customer")
    return given if isinstance(given, dict) else {}


def _cause(who: Row | str) -> Cause:
    """Who writes: a Customer by their id, or somebody nobody knows."""
    actor = who if isinstance(who, str) else f"customer:{who['id']}"
    return Cause(
        actor=actor,
        method=request.method,
        path=request.path,
        request_id=request.headers.get("X-Request-Id"),
        whodunnit=None if isinstance(who, str) else str(who["id"]),
    )
