"""One secret for many: our copy, what others have, a renewed one, in that order."""

import time
from dataclasses import dataclass, field

import pytest

from clients.shared_secret import MemoryKeeper, SharedSecret
from domain.errors import SignInExpired
from domain.sign_ins import Fresh, Secret


class Refused(SignInExpired):
    """The call says that the secret does not count."""


@dataclass
class Renewal:
    """Gives these values, one after the other; each lasts so long."""

    values: list[str] = field(default_factory=list)
    good_for: float | None = None
    ready: bool = True

    def check(self) -> None:
        if not self.ready:
            raise SignInExpired("nobody is there")

    def __call__(self) -> Fresh:
        return Fresh(self.values.pop(0), self.good_for)


@dataclass
class Server:
    """Takes some values and refuses others; remembers what it was shown."""

    good: set[str]
    shown: list[str] = field(default_factory=list)

    def __call__(self, secret: Secret) -> str:
        self.shown.append(secret.value)
        if secret.value not in self.good:
            raise Refused("no")
        return f"as {secret.value}"


def shared(keeper: MemoryKeeper, renewal: Renewal) -> SharedSecret:
    return SharedSecret(keeper, renewal, Refused)


def test_it_is_fetched_once() -> None:
    """Many calls, one renewal."""
    secret, server = shared(MemoryKeeper(), Renewal(["a"])), Server({"a"})
    assert [secret.use(server), secret.use(server)] == ["as a", "as a"]


def test_it_is_everybodys() -> None:
    """What one has fetched, the other uses without fetching."""
    keeper, server = MemoryKeeper(), Server({"a"})
    shared(keeper, Renewal(["a"])).use(server)
    assert shared(keeper, Renewal()).use(server) == "as a"


def test_a_refused_copy_is_renewed_once_for_all() -> None:
    """The first that is refused renews; the other finds the new one."""
    keeper = MemoryKeeper("old")
    first, second = shared(keeper, Renewal(["new"])), shared(keeper, Renewal())
    server = Server({"old"})
    first.use(server)
    second.use(server)
    server.good = {"new"}
    assert [first.use(server), second.use(server)] == ["as new", "as new"]
    assert server.shown == ["old", "old", "old", "new", "old", "new"]


def test_what_others_have_may_be_refused_too() -> None:
    """Then it is renewed after all."""
    keeper = MemoryKeeper("old")
    ours, server = shared(keeper, Renewal(["new"])), Server({"old"})
    ours.use(server)
    keeper.follow_up(Secret("old", 1), "later")
    server.good = {"new"}
    assert ours.use(server) == "as new"
    assert server.shown[1:] == ["old", "later", "new"]


def test_a_renewed_one_that_is_refused_ends_it() -> None:
    """It is renewed once and not again and again."""
    ours, server = shared(MemoryKeeper(), Renewal(["a", "b", "c"])), Server(set())
    with pytest.raises(Refused):
        ours.use(server)
    assert server.shown == ["a", "b"]


def test_without_credentials_nothing_is_tried() -> None:
    """Unless somebody else has signed in."""
    keeper = MemoryKeeper()
    ours, server = shared(keeper, Renewal(ready=False)), Server({"a"})
    with pytest.raises(SignInExpired, match="nobody is there"):
        ours.use(server)
    assert server.shown == []
    keeper.renew(None, lambda: Fresh("a"))
    assert ours.use(server) == "as a"


def test_the_end_that_is_known_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that is over is not shown any more; what others have by then is used."""
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    keeper, server = MemoryKeeper(), Server({"a", "b"})
    first, second = (shared(keeper, Renewal([name], 10)) for name in "ab")
    first.use(server)
    clock[0] += 11
    assert [second.use(server), first.use(server)] == ["as b", "as b"]
    assert server.shown == ["a", "b", "b"]


def test_a_later_form_is_shared() -> None:
    """The others find it when their own copy fails."""
    keeper, server = MemoryKeeper("early"), Server({"early", "later"})
    ours = shared(keeper, Renewal())
    ours.use(server)
    assert ours.follow_up("later") == Secret("later", 1)
    assert shared(keeper, Renewal()).use(server) == "as later"


def test_a_later_form_of_what_was_renewed_is_not_shared() -> None:
    """A new sign-in is not overwritten by somebody who still uses the old one."""
    keeper, server = MemoryKeeper("old"), Server({"old"})
    ours = shared(keeper, Renewal())
    ours.use(server)
    keeper.renew(Secret("old", 1), lambda: Fresh("new"))
    assert ours.follow_up("old but later") == Secret("new", 2), "ours is the new one from now on"
    assert keeper.read() == Secret("new", 2)


def test_nothing_secret_is_printed() -> None:
    """Neither of the two shows its value."""
    assert "s3cret" not in repr((Fresh("s3cret"), Secret("s3cret", 1)))
