"""Customers who act for themselves in the portal, and what an operator does to their records."""

import time
from collections.abc import Mapping
from typing import Any

import requests
from bs4 import BeautifulSoup

from domain.windows import WriteWindow
from tasks.clients import customersdot
from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until


def sign_up(world: Rehearsal, person: Mapping[str, Any], *, login: bool = True) -> str:
    """Somebody becomes a Customer; returns the record's id once its save has had its effects."""
    values = {name: person[name] for name in ("first_name", "last_name", "email")}
    customersdot()._admin.create("customer", {**values, "login_activated": login}, _window())
    found = customersdot().customer_by_email(person["email"])
    assert found
    wait_until(lambda: not world.control("GET", "effects")["effects"], message="the sync to settle")
    return found.id


def save(customer_id: object, **values: str | bool) -> None:
    """An operator saves fields of a Customer, without *Skip email confirmation*."""
    customersdot()._admin.update("customer", str(customer_id), values, _window())


def switch_off(account: Mapping[str, Any]) -> None:
    """An operator switches off the login of the Customer who was the account's Sold To."""
    save(account["sold_to"]["customer_id"], login_activated=False)


def ask_for_link(email: str) -> None:
    """Somebody asks the portal for a one-time link."""
    customersdot().send_one_time_link(email, _window())


def links(world: Rehearsal, email: str) -> list[str]:
    """The one-time links that somebody finds in their mailbox, the newest first."""
    return [str(one["url"]) for one in world.control("GET", f"one-time-links?email={email}")]


def mails(world: Rehearsal, email: str) -> list[str]:
    """The kinds of mail that somebody got, oldest first."""
    return [str(one["kind"]) for one in world.control("GET", f"sent-mails?recipient={email}")]


def link_gitlab(link: str, uid: str) -> None:
    """Whoever has a one-time link signs in with it and links their GitLab account."""
    session = requests.Session()
    page = session.get(link, timeout=10)
    forms = BeautifulSoup(page.text, "html.parser").select("form")
    [form] = [one for one in forms if str(one.get("action")).endswith("/gitlab_account")]
    inputs = form.select("input[name]")
    data = {str(one["name"]): str(one.get("value", "")) for one in inputs}
    data["customer[uid]"] = uid
    root = link.partition("/customersdot/")[0]
    answer = session.post(f"{root}{form['action']}", data=data, timeout=10)
    assert "is linked" in answer.text, answer.text


def _window() -> WriteWindow:
    return WriteWindow("by-hand", time.monotonic() + 10)
