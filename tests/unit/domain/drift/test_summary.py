"""How a scan's result is told in one sentence."""

from domain.drift.findings import summary


def test_what_could_not_be_looked_at_is_counted() -> None:
    """Also where nothing else was found; one account is one."""
    assert summary({}, 0, 0) == "No drift."
    assert summary({}, 0, 0, 1).endswith("1 account could not be looked at; the log names them.")
    assert summary({}, 0, 0, 2).endswith("2 accounts could not be looked at; the log names them.")
