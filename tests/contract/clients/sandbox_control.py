"""What the tests ask of the sandbox's control."""

from typing import Any, TypeVar

import requests

T = TypeVar("T")


def known(found: T | None) -> T:
    """What has to exist in the world that the test starts from."""
    assert found is not None
    return found


class Sandbox:
    """The control of a running sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.control = f"{url}/_sandbox"

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """A control request's answer."""
        answer = requests.request(method, f"{self.control}{path}", timeout=10, **options)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, kind: str, **options: Any) -> int:
        """Order misbehaviour; returns its number."""
        number: int = self.ask("POST", "/faults", json={"kind": kind, **options})["id"]
        return number

    def hits(self) -> int:
        """How often any fault has struck."""
        return sum(fault["hits"] for fault in self.ask("GET", "/faults"))

    def setting(self, **values: Any) -> None:
        """Change settings."""
        self.ask("PUT", "/settings", json=values)

    def settle(self) -> None:
        """Let all side effects arrive."""
        self.ask("POST", "/effects/run")

    def truth(self, account: str) -> dict[str, Any]:
        """What both systems really hold about an account."""
        found: dict[str, Any] = self.ask("GET", f"/accounts/{account}")
        return found

    def writes(self) -> list[dict[str, Any]]:
        """What the clients wrote, side effects left out."""
        found: list[dict[str, Any]] = self.ask("GET", "/writes", params={"origin": "request"})
        return found
