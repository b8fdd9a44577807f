"""`handover start`: where a request comes from, and what becomes of a wrong one."""

from pathlib import Path

import pytest

from tests.integration.cli.calls import Cli

OPTIONS = (
    *("--ticket", "4711", "--account", "A00000001", "--new-first-name", "Canary"),
    *("--new-last-name", "Birdsong", "--new-email", "canary.birdsong@example.org"),
    *("--requester-email", "canary.requester@example.org"),
    *("--self-service-ruled-out", "the owner has left the company"),
)
APPROVAL = ("--approver-email", "canary.approver@example.org", "--comment", "4411")
INVOICE = ("--invoice", "INV00000001", "--document", "attachment 3")


def test_only_the_id_is_on_stdout(quiet: Cli) -> None:
    """So that `RUN=$(handover start ...)` works; what is for people is on stderr."""
    called = quiet("start", "--file", quiet.request())
    assert called.code == 0
    run = called.out.strip()
    assert quiet("show", run).code == 0
    assert f"handover watch {run}" in called.err


def test_a_file_options_and_stdin_make_the_same_request(quiet: Cli) -> None:
    """The same request is the same run, whichever way it came."""
    path = quiet.request()
    by_file = quiet("start", "--file", path)
    by_options = quiet("start", "change-contact", *OPTIONS, *APPROVAL)
    by_stdin = quiet("start", "--file", "-", stdin=Path(path).read_text())
    assert by_file.out == by_options.out == by_stdin.out
    assert "already" not in by_file.err
    assert "already" in by_options.err
    assert "already" in by_stdin.err


def test_options_win_over_the_file(quiet: Cli) -> None:
    """An option replaces one field; options of the other evidence replace the file's evidence."""
    run = quiet.start("--account", "A00000009", "--ticket", "99", *INVOICE)
    report = quiet("show", run, "--json").json
    assert (report["account"], report["ticket"]) == ("A00000009", "99")


def test_a_key_is_the_same_run_for_ever(quiet: Cli) -> None:
    """Also after the run has ended; without a key it is a new run then."""
    run = quiet.start("--key", "once")
    assert quiet("cancel", run, "--reason", "a try").code == 0
    again = quiet("start", "--file", quiet.request(), "--key", "once", "--json")
    assert again.json == {
        "schema": "handover.started/1",
        "run": run,
        "new": False,
        "next": f"handover watch {run}",
    }
    assert quiet("start", "--file", quiet.request()).out.strip() != run


def test_every_problem_is_named_at_once(cli: Cli) -> None:
    """Each with its field and its option; values are not repeated, and nothing is made."""
    called = cli(
        *("start", "change-contact", "--ticket", "x1", "--account", "A 1", "--json"),
        *("--new-email", "canary.birdsong", "--approver-email", "canary.approver@example.org"),
    )
    assert called.code == 64
    fields = [problem.split(":")[0] for problem in called.json["problems"]]
    assert fields == [
        "ticket (--ticket)",
        "account (--account)",
        "requester_email (--requester-email)",
        "evidence.comment (--comment)",
        "new_contact.first_name (--new-first-name)",
        "new_contact.last_name (--new-last-name)",
        "new_contact.email (--new-email)",
        "self_service_ruled_out (--self-service-ruled-out)",
    ]
    for field in fields:
        assert f"  - {field}: " in called.err
    assert not (cli.folder / "state").exists()


def test_two_kinds_of_evidence_are_one_problem(cli: Cli) -> None:
    """Both kinds at once is a mistake of its own, named besides the others."""
    called = cli("start", "change-contact", *OPTIONS, *APPROVAL, *INVOICE)
    assert called.code == 64
    assert called.err.startswith("handover: evidence: give either --approver-email")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"workflow: [change-contact\nticket: 1\n", "not valid YAML at line"),
        (b"- a\n- list\n", "must hold a group of"),
        (b"", "must hold a group of"),
        (b"ticket: \xff\xfe\n", "not text in UTF-8"),
        (b"workflow: chagne-contact\n", "did you mean change-contact?"),
        (b"ticket: '4711'\n", "workflow: is missing"),
        (b"workflow: change-contact\ntickt: 1\n", "did you mean ticket?"),
        (b"workflow: change-contact\nnew_contact: Canary\n", "new_contact: must be a group"),
        (b"workflow: change-contact\nevidence: {kind: rumour}\n", "unknown `kind`"),
    ],
)
def test_a_file_that_cannot_be_used(cli: Cli, content: bytes, said: str) -> None:
    """It is said what is wrong with it; no trace, no journal."""
    (cli.folder / "bad.yaml").write_bytes(content)
    called = cli("start", "--file", "bad.yaml")
    assert called.code == 64
    assert said in called.err
    assert not (cli.folder / "state").exists()


def test_a_file_that_is_not_there(cli: Cli) -> None:
    """A missing file and a folder in its place are told from a bad request."""
    assert "No such file" in cli("start", "--file", "nowhere.yaml").err
    assert "directory" in cli("start", "--file", ".").err
    assert cli("start", "--file", "nowhere.yaml").code == 64


def test_a_file_for_another_workflow(cli: Cli) -> None:
    """The file and the command line have to agree."""
    (cli.folder / "other.yaml").write_text("workflow: remove-contact\n")
    called = cli("start", "change-contact", "--file", "other.yaml")
    assert called.code == 64
    assert "workflow: the file names another one" in called.err


def test_an_address_that_parts_of_zuora_cannot_hold(quiet: Cli) -> None:
    """It is accepted with a warning on stderr."""
    email = f"canary.{'b' * 57}@example.org"
    called = quiet("start", "--file", quiet.request(), "--new-email", email)
    assert called.code == 0
    assert "Warning: new_contact.email has more than 74 characters" in called.err
