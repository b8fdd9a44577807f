"""Markdown for tickets: a table of changes, masked values as code, and nothing that breaks out."""

from typing import Any

import pytest

from tests.unit.cli.test_plan_text import SET
from tests.unit.cli.test_run_text import ANSWERED, QUESTION, REPORT, write
from worker.telling.markdown import preview_markdown, run_markdown

PREVIEW: dict[str, Any] = {
    "changes": [SET],
    "notes": ["One thing."],
    "expectations": ["Zuora's Sold To is the new contact"],
    "question": None,
    "evidence_question": None,
    "answers": [],
}


def test_a_plan_is_a_table() -> None:
    """Number, rule, what, record, what changes from what to what, and side effects."""
    lines = preview_markdown(PREVIEW).splitlines()
    assert lines[2] == "| # | rule | what | record | before → after | side effects |"
    assert lines[4] == (
        "| 1 | L2 | set: Activate the new contact's login | `customer/5` |"
        " `login_activated`: `false` → `true` | may replace the Sold To (G1) |"
    )
    assert lines[6:] == [
        "**To be proved at the end**",
        "",
        "- Zuora's Sold To is the new contact",
        "",
        "**Notes**",
        "",
        "- One thing.",
    ]


def test_masked_values_stay_stars() -> None:
    """Outside of code, three stars would begin bold letters."""
    change = SET | {
        "before": {"email": "n***@c***.example"},
        "after": {"email": "o***@c***.example"},
    }
    text = preview_markdown(PREVIEW | {"changes": [change]})
    assert "`email`: `n***@c***.example` → `o***@c***.example`" in text


def test_creating_deleting_touching_and_conditions() -> None:
    """What is not there is called nothing; a touch says that it changes nothing."""
    created = preview_markdown(PREVIEW | {"changes": [SET | {"kind": "create", "before": {}}]})
    assert "`login_activated`: nothing → `true`" in created
    deleted = preview_markdown(PREVIEW | {"changes": [SET | {"kind": "delete", "after": {}}]})
    assert "`login_activated`: `false` → nothing" in deleted
    touch = SET | {"kind": "touch", "only_if": "asked=yes", "side_effects": []}
    assert "| saved as it is | only if answered `asked=yes` |" in preview_markdown(
        PREVIEW | {"changes": [touch]}
    )


def test_words_cannot_break_out_of_their_place() -> None:
    """A pipe, a backtick or a tag in a value does not end its cell or begin a link."""
    change = SET | {"title": "a|b <c> `d`", "before": {}, "after": {"x": "e|f`g"}, "changed": ["x"]}
    row = preview_markdown(PREVIEW | {"changes": [change]}).splitlines()[4]
    assert row.replace("\\|", "").count("|") == 7
    assert "a\\|b \\<c\\> `d`" in row
    assert "`e\\|f'g`" in row


def test_a_question_in_the_place_of_a_plan() -> None:
    """With its answers and what each of them means."""
    asking = PREVIEW | {
        "changes": None,
        "question": "What now?",
        "answers": [{"id": "stop", "meaning": "it ends"}],
    }
    text = preview_markdown(asking)
    assert text.endswith(
        "**Question:** What now?\n\n**Answers**\n\n- stop: it ends\n\n**Notes**\n\n- One thing."
    )


def test_nothing_to_change() -> None:
    """No empty table."""
    assert "Nothing has to be changed." in preview_markdown(PREVIEW | {"changes": []})


def test_a_run_with_its_checksum_and_its_question() -> None:
    """The whole checksum, how far it is, and what is asked."""
    text = _run(question=QUESTION, state="waiting")
    assert text.startswith("## change-contact of account A1: waits for a person\n")
    assert "Run `ho-abc`, ticket 4711, started by kim 1970-01-01 00:00:00 UTC." in text
    assert "### Plan, checksum `0123456789abcdef`" in text
    assert "- Do one thing: not done" in text
    assert "**Question:** What now?" in text
    assert "- leave: it ends here<br>`handover answer ho-abc leave --reason TEXT`" in text


def _run(**changes: Any) -> str:
    return run_markdown({**REPORT, "expectations": ["It is so"], **changes})


@pytest.mark.parametrize(("state", "result"), [("proving", None), ("ended", "failed")])
def test_what_nobody_proved_is_not_called_proved(state: str, result: str | None) -> None:
    """Only a run whose proof held says that it was proved."""
    text = _run(state=state, result=result)
    assert "**To be proved at the end**" in text
    assert "**Proved" not in text
    assert "**Proved at the end**" in _run(state="ended", result="proved")


def test_what_earlier_rounds_wrote_is_told() -> None:
    """Below the plan of this round, in its place where it is empty or missing."""
    line = "\n\n- Do one thing: written and read back (round 1)"
    writes = [write("done", 1)]
    assert f"**Written in earlier rounds**{line}" in _run(writes=writes)
    assert f"**Written so far**{line}" in _run(writes=writes, plan=None)
    assert f"**Written so far**{line}" in _run(writes=writes, plan=[])
    assert "Written so far: nothing." in _run(plan=None)
    assert "Written" not in _run()


def test_a_question_says_whom_it_waits_for_and_until_when() -> None:
    """A ticket is read by the one who has to answer."""
    day = 86_400_000
    text = _run(state="waiting", question=QUESTION | {"second_person": True, "expires_at": day})
    times = "1970-01-01 00:00:00 UTC, expires 1970-01-02 00:00:00 UTC"
    assert f"Asked {times} (half-applied, A6)." in text
    assert "Somebody other than kim has to answer." in text
    alone = _run(state="waiting", question=QUESTION)
    assert "Somebody other" not in alone
    assert "- go-on: it goes on (a second person)<br>`" in alone


def test_a_run_says_when_it_began_and_ended() -> None:
    """In UTC: whoever reads a ticket may be anywhere."""
    text = _run(state="ended", result="proved", ended_at=60_000)
    assert "by kim 1970-01-01 00:00:00 UTC, ended 1970-01-01 00:01:00 UTC." in text


def test_answers_so_far_are_told_unless_a_table_follows() -> None:
    """By whom and when; their reasons are sealed."""
    text = _run(answered=ANSWERED)
    assert "- approve-plan: approve, answered by lee 1970-01-01 00:00:00 UTC" in text
    report = {**REPORT, "expectations": [], "answered": ANSWERED}
    assert "answered by lee" not in run_markdown(report, with_answers=False)
