"""Markdown for tickets: a table of changes, masked values as code, and nothing that breaks out."""

from typing import Any

from handover.cli.markdown import preview_markdown, run_markdown
from tests.unit.cli.test_plan_text import SET
from tests.unit.cli.test_run_text import QUESTION, REPORT

PREVIEW: dict[str, Any] = {
    "changes": [SET],
    "notes": ["One thing."],
    "expectations": ["Zuora's Sold To is the new contact"],
    "question": None,
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
        "**Proved at the end**",
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
    assert "a\\|b \\<c\\> \\`d\\`" in row
    assert "`e\\|f'g`" in row


def test_a_question_in_the_place_of_a_plan() -> None:
    """With its answers and what each of them means."""
    asking = PREVIEW | {
        "changes": None,
        "question": "What now?",
        "answers": [{"id": "stop", "meaning": "it ends"}],
    }
    text = preview_markdown(asking)
    assert text.endswith("**Question:** What now?\n\n**Answers**\n\n- stop: it ends")


def test_nothing_to_change() -> None:
    """No empty table."""
    assert "Nothing has to be changed." in preview_markdown(PREVIEW | {"changes": []})


def test_a_run_with_its_checksum_and_its_question() -> None:
    """The whole checksum, how far it is, and what is asked."""
    more = {"expectations": [], "question": QUESTION, "state": "waiting"}
    text = run_markdown(REPORT | more)
    assert text.startswith("## change-contact of account A1: waits for a person\n")
    assert "Run `ho-abc`, ticket 4711, started by kim." in text
    assert "### Plan, checksum `0123456789abcdef`" in text
    assert "- Do one thing: not done" in text
    assert "**Question:** What now?" in text
    assert "- leave: it ends here" in text
