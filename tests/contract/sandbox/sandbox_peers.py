"""Minimal callers of the sandbox for its own tests, written from the facts like the sandbox."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from bs4 import BeautifulSoup, Tag

from sandbox import serve

CLIENT = {
    "client_id": "5a4dbc0e-0000-4000-8000-000000000001",
    "client_secret": "sandbox-zuora-secret",
    "grant_type": "client_credentials",
}
JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


class Control:
    """The `/_sandbox` mount."""

    def __init__(self, url: str) -> None:
        self.root = url
        self.url = f"{url}/_sandbox"

    def get(self, path: str, /, **params: Any) -> Any:
        return self._checked(requests.get(f"{self.url}/{path}", params=params, timeout=20))

    def post(self, path: str, /, **body: Any) -> Any:
        return self._checked(requests.post(f"{self.url}/{path}", json=body, timeout=20))

    def set(self, **settings: Any) -> None:
        self._checked(requests.put(f"{self.url}/settings", json=settings, timeout=20))

    @staticmethod
    def _checked(answer: requests.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()

    def account(self, **options: Any) -> dict[str, Any]:
        """A fresh account; returns who is who in it."""
        (one,) = self.post("accounts", **options)
        assert isinstance(one, dict)
        return one

    def truth(self, number: str) -> dict[str, Any]:
        answer = self.get(f"accounts/{number}")
        assert isinstance(answer, dict)
        return answer

    def settle(self) -> None:
        """Run every waiting side effect; none may fail."""
        self.post("effects/run")
        state = self.get("effects")
        assert (state["pending"], state["failed"]) == (0, [])

    def writes(self, **filters: Any) -> list[dict[str, Any]]:
        entries = self.get("writes", **filters)
        assert isinstance(entries, list)
        return entries

    def fault(self, kind: str, /, **options: Any) -> int:
        return int(self.post("faults", kind=kind, **options)["id"])

    def clear_faults(self) -> None:
        requests.delete(f"{self.url}/faults", timeout=20).raise_for_status()


class Zuora:
    """A signed-in REST caller."""

    def __init__(self, url: str, version: str = "2025-08-12") -> None:
        self.url = f"{url}/zuora"
        self.http = requests.Session()
        token = self.http.post(f"{self.url}/oauth/token", data=CLIENT, timeout=20).json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"
        if version:
            self.http.headers["Zuora-Version"] = version

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.url}/{path}", **({"timeout": 20} | options))

    def account(self, key: str) -> dict[str, Any]:
        body = self.call("GET", f"v1/accounts/{key}").json()
        assert isinstance(body, dict)
        return body

    def query(self, text: str, **conf: Any) -> requests.Response:
        body = {"queryString": text, "conf": conf}
        return self.call("POST", "v1/action/query", json=body)


class Admin:
    """A browser of the admin pages that never follows a redirect by itself."""

    def __init__(
        self, url: str, email: str = "ops@handover.example", password: str = "sandbox-password"
    ) -> None:
        self.root = url
        self.url = f"{url}/customersdot"
        self.http = requests.Session()
        self.meta = ""
        if email:
            assert self.sign_in(email, password).status_code == 302
            self.page("")

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        options = {"allow_redirects": False, "timeout": 20} | options
        return self.http.request(method, f"{self.url}/{path}", **options)

    def sign_in(self, email: str, password: str) -> requests.Response:
        form = soup(self.call("GET", "admins/sign_in")).select_one("form#new_admin")
        assert form is not None
        data = hidden(form) | {"admin[email]": email, "admin[password]": password}
        return self.call("POST", "admins/sign_in", data=data)

    def page(self, path: str, **options: Any) -> BeautifulSoup:
        """An HTML page; remembers its global token."""
        answer = self.call(
            "GET", f"admin/{path}", **({"headers": {"Accept": "text/html"}} | options)
        )
        page = soup(answer)
        meta = page.select_one("meta[name=csrf-token]")
        assert meta is not None, answer.text
        self.meta = str(meta["content"])
        return page

    def json(self, path: str, **params: Any) -> Any:
        return self.call("GET", f"admin/{path}", params=params, headers=JSON).json()

    def form(self, path: str) -> tuple[str, dict[str, str]]:
        """A form's address below the root, and everything it would send."""
        form = self.page(path).select_one("form.denser")
        assert form is not None
        return str(form["action"]), fields(form)

    def save(self, path: str, **changes: str) -> requests.Response:
        """Fill in the form at `path` and press Save."""
        action, data = self.form(path)
        model = path.split("/", 1)[0]
        data |= {f"{model}[{name}]": value for name, value in changes.items()}
        return self.http.post(
            f"{self.root}{action}", data=data | {"_save": ""}, allow_redirects=False, timeout=20
        )

    def write(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request with the global token, as a script sends it."""
        headers = {"X-CSRF-Token": self.meta} | options.pop("headers", {})
        return self.call(method, f"admin/{path}", headers=headers, **options)

    def put(self, path: str, **changes: Any) -> requests.Response:
        """A JSON update with the global token."""
        model = path.split("/", 1)[0]
        return self.write("PUT", f"{path}/edit.json", json={model: changes})

    def history(self, path: str) -> list[str]:
        """The messages of a history page."""
        rows = self.page(path).select("table#history tbody tr")
        return [row.select("td")[-1].get_text(strip=True) for row in rows]


def soup(answer: requests.Response) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def hidden(form: Tag) -> dict[str, str]:
    found = form.select("input[type=hidden]")
    return {str(one["name"]): str(one.get("value", "")) for one in found}


def fields(form: Tag) -> dict[str, str]:
    """What a browser would send, without a button."""
    data = hidden(form)
    for one in form.select("input:not([type=hidden])"):
        if one.get("type") != "checkbox" or one.has_attr("checked"):
            data[str(one["name"])] = str(one.get("value", ""))
    for area in form.select("textarea"):
        data[str(area["name"])] = area.text
    for select in form.select("select"):
        chosen = select.select_one("option[selected]")
        data[str(select["name"])] = str(chosen["value"]) if chosen else ""
    return data


def alert(answer: requests.Response | BeautifulSoup, kind: str = "danger") -> str:
    """The text of a page's alert, or an empty string."""
    page = answer if isinstance(answer, BeautifulSoup) else soup(answer)
    found = page.select_one(f"div.alert-{kind}")
    return re.sub(r"\s+", " ", found.get_text(" ", strip=True)) if found else ""


@contextmanager
def running(**options: Any) -> Iterator[Control]:
    """A sandbox in a thread of this process whose effects wait until a test runs them."""
    with TemporaryDirectory() as folder:
        one = serve.start(Path(folder), options={"lag": 3600} | options)
        try:
            yield Control(one.url)
        finally:
            one.stop()


class Neighbour:
    """A caller of GitLab, Mailgun or Zendesk; the options are those of a session."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url = url
        self.http = requests.Session()
        for name, value in options.items():
            setattr(self.http, name, value)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.url}/{path}", **({"timeout": 20} | options))

    def get(self, path: str, /, **params: Any) -> Any:
        """The body of a good answer."""
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


def gitlab(url: str, token: str = "sandbox-gitlab-admin") -> Neighbour:
    return Neighbour(f"{url}/gitlab", headers={"PRIVATE-TOKEN": token})


def mailgun(url: str, key: str = "sandbox-mailgun-key") -> Neighbour:
    return Neighbour(f"{url}/mailgun", auth=("api", key))


def zendesk(url: str, token: str = "sandbox-zendesk-token") -> Neighbour:
    return Neighbour(f"{url}/zendesk", auth=("handover@support.example/token", token))
