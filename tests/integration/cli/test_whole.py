"""Commands beside a worker and the sandbox: runs that go all the way, and their exit codes."""

from tests.integration.cli.operators import Operator
from tests.parts.rehearsal import Rehearsal

WAIT = ("--wait", "60")


def test_a_change_that_is_proved(ops: Operator) -> None:
    """Exit 0; each step on stderr, the report on stdout, and the Sold To is the new contact."""
    called = ops("start", "--file", ops.file(), *WAIT, "--json")
    assert called.code == 0, called
    report = called.json
    assert report["result"] == "proved"
    for number in range(1, 13):
        assert f"✓ {number}/12 " in called.err
    assert ops.world.sold_to(ops.account) == ops.account["new"]["email"]
    shown = ops("show", report["run"]).out
    assert "done, and proved in Zuora" in shown
    assert shown.count("written and read back") == len(report["plan"])
    assert "): nothing to do  " in shown
    assert ops("audit", "verify").code == 0


def test_a_plan_alone_changes_nothing(ops: Operator) -> None:
    """Exit 2, a masked diff, no run; once it is done there is nothing left to change: exit 0."""
    planned = ops("start", "--file", ops.file(), "--plan-only")
    assert planned.code == 2
    assert "\n+ work_email: " in planned.out
    assert not ops.world.writes(ops.account)
    assert not ops("runs", "--account", ops.account["account_number"], "--json").json["runs"]
    as_json = ops("start", "--file", ops.file(), "--plan-only", "--json")
    number = planned.out.count("@@\n")
    assert len(as_json.json["changes"]) == number
    assert ops("start", "--file", ops.file(), *WAIT).code == 0
    approver = ops.account["new"]["email"]
    comment = str(ops.account["ticket"]["asked"])
    path = ops.file(approver_email=approver, comment=comment)
    again = ops("start", "--file", path, "--plan-only")
    assert again.code == 0
    assert "nothing to change" in again.out


def test_evidence_that_the_rules_refuse(ops: Operator) -> None:
    """Exit 3, with the rule and what would be accepted; as a plan and as a run."""
    path = ops.file(approver_email=ops.account["new"]["email"])
    for arguments in (("--plan-only",), WAIT):
        called = ops("start", "--file", path, *arguments)
        assert called.code == 3, called
        assert "(V1)" in called.err + called.out
    assert not ops.world.writes(ops.account)


def test_a_question_and_its_second_person(ops: Operator) -> None:
    """Exit 7 with the commands to answer; 3 for who started it; 0 once somebody else has."""
    waiting = ops("start", "--file", ops.file(seen_by=None), "--as", "kim", *WAIT)
    assert waiting.code == 7
    run = waiting.out.split()[1].rstrip(":")
    assert f"handover answer {run} confirmed --reason TEXT" in waiting.out
    assert ops("watch", run).code == 7
    listed = ops("runs", "--state", "waiting", "--account", ops.account["account_number"]).out
    assert "evidence-seen, for somebody other than kim" in listed
    own = ops("answer", run, "confirmed", "--reason", "saw it", "--as", "Kim")
    assert own.code == 3
    assert "Somebody other than kim" in own.err
    wrong = ops("answer", run, "perhaps", "--reason", "saw it", "--as", "sam")
    assert wrong.code == 64
    assert "confirmed, not-confirmed" in wrong.err
    other = ops("answer", run, "confirmed", "--reason", "saw it", "--as", "sam", *WAIT)
    assert other.code == 0, other
    assert "sam answered confirmed" in other.err
    assert "asks: evidence-seen" not in other.err  # that was shown before


def test_an_answer_that_ends_the_run(ops: Operator) -> None:
    """Without --wait the answer is accepted, exit 0; the run itself is refused, exit 3."""
    path = ops.file(approver_email=ops.account["new"]["email"])
    run = ops("start", "--file", path, *WAIT, "--json").json["run"]
    called = ops("answer", run, "stop", "--reason", "nobody else may approve")
    assert called.code == 0
    assert "refused" in called.out
    assert ops("watch", run).code == 3


def test_better_evidence_for_the_same_run(ops: Operator) -> None:
    """Exit 3 with the command to give it; wrong evidence is named and loses nothing."""
    path = ops.file(approver_email=ops.account["new"]["email"])
    refused = ops("start", "--file", path, "--as", "kim", *WAIT)
    assert refused.code == 3
    run = refused.out.split()[1].rstrip(":")
    words = ("answer", run, "better-evidence", "--reason", "asked the Sold To", "--as", "kim")
    assert f"handover answer {run} better-evidence --evidence FILE --reason TEXT" in refused.out
    shown = ops("show", run, "--evidence")
    assert shown.out.startswith("kind: contact-approval\n")
    assert f"comment: {ops.account['ticket']['approved']}" in shown.out
    assert ops.account["new"]["email"] not in shown.out
    assert ops("watch", run).code == 3
    better = ops.folder / "better.yaml"
    better.write_text("kind: contact-approval\ncoment: 4411\n")
    wrong = ops(*words, "--evidence", str(better))
    assert wrong.code == 64
    assert "evidence.approver_email: is missing" in wrong.err
    assert "did you mean comment?" in wrong.err
    assert ops(*words).code == 64
    email = ops.account["sold_to"]["email"]
    comment = ops.account["ticket"]["approved"]
    better.write_text(
        f"kind: contact-approval\napprover_email: {email}\ncomment: {comment}\nseen_by: lee\n"
    )
    proved = ops(*words, "--evidence", str(better), *WAIT)
    assert proved.code == 0, proved
    assert "kim gave other evidence: contact-approval" in proved.err
    assert "evidence accepted by V1, seen by lee" in proved.err


def test_evidence_in_a_file_of_its_own(ops: Operator) -> None:
    """It replaces that of the request, whatever its kind."""
    path = ops.folder / "evidence.yaml"
    path.write_text("evidence:\n  kind: screenshot\n  comment: 7\n")
    called = ops("start", "--file", ops.file(), "--evidence", str(path), "--plan-only")
    assert called.code == 3
    assert "(V7)" in called.err
    both = ops("start", "--file", "-", "--evidence", "-", "--plan-only")
    assert both.code == 64


def test_a_reason_in_place_of_evidence(ops: Operator) -> None:
    """Whoever decides can read it; the report and the output of others don't tell it."""
    fields = ("--account", ops.account["account_number"], "--ticket", "4711")
    people = (
        *("--contact-email", ops.account["sold_to"]["email"]),
        *("--requester-email", ops.account["new"]["email"]),
    )
    reason = ("--reason-without-evidence", "Ada Moss left in May")
    waiting = ops("start", "remove-contact", *fields, *people, *reason, *WAIT)
    assert waiting.code == 7
    assert "Ada" not in waiting.out + waiting.err
    run = waiting.out.split()[1].rstrip(":")
    assert (
        ops("show", run, "--evidence").out.strip()
        == "no evidence, but a reason: Ada Moss left in May"
    )
    assert ops("cancel", run, "--reason", "no").code == 0
    none = ops("start", "remove-contact", *fields, *people, *reason, "--plan-only",
               env={"HANDOVER_WITHOUT_EVIDENCE": "none"})  # fmt: skip
    assert none.code == 64
    assert "remove-contact needs `evidence` here" in none.err


def test_credentials_that_are_refused(ops: Operator) -> None:
    """Exit 4 for a plan; the doctor says which system it is."""
    env = {"ZUORA_CLIENT_ID": "wrong"}  # a wrong secret is not noticed while a token lasts
    assert ops("start", "--file", ops.file(), "--plan-only", env=env).code == 4
    called = ops("doctor", "--json", env=env)
    assert called.code == 4
    failed = [f["check"] for f in called.json["findings"] if f["status"] == "fail"]
    assert failed == ["zuora"]


def test_the_doctor_finds_all_well(ops: Operator) -> None:
    """Exit 0 and nothing that failed, once runs have passed through."""
    called = ops("doctor", "--json")
    assert called.code == 0, called
    by_check = {f["check"]: f["status"] for f in called.json["findings"]}
    assert by_check["zuora"] == by_check["customersdot"] == by_check["redis"] == "ok"
    assert by_check["gitlab"] == by_check["mailgun"] == by_check["zendesk"] == "ok"
    says = " ".join(f["says"] for f in called.json["findings"])
    assert "1 worker alive" in says
    assert by_check["journal"] == by_check["audit"] == by_check["keys"] == "ok"


def test_an_account_that_nobody_knows(ops: Operator) -> None:
    """A refusal that names the next step, and no trace of a run in the systems."""
    called = ops("start", "--file", ops.file(), "--account", "A99999999", "--plan-only")
    assert called.code == 3
    assert "There is no account of this number in Zuora; check it (reason " in called.err


def test_systems_that_are_down(world: Rehearsal, ops: Operator) -> None:
    """Exit 69 while they are down; the doctor names both, and all is well again afterwards."""
    world.sandbox.stop()
    try:
        assert ops("start", "--file", ops.file(), "--plan-only").code == 69
        called = ops("doctor", "--json")
        assert called.code == 69
        failed = {f["check"] for f in called.json["findings"] if f["status"] == "fail"}
        assert failed == {"zuora", "customersdot", "gitlab", "mailgun", "zendesk"}
    finally:
        world.sandbox.restart()
    assert ops("start", "--file", ops.file(), "--plan-only").code == 2
