"""What a person does next: there is something for each kind, and the commands are real ones."""

import shlex

import click
import pytest

from domain.drift.kinds import Kind
from domain.drift.remedies import About, next_command, remedies
from handover.cli.app import root
from handover.cli.request_input import read_request

ABOUT = About(finding="F-7KQ2MW4X", account="A 1; rm", subject="ho-7kq2mw9xpd")
"""A Zuora account's number is free text."""


def _parsed(command: str) -> click.Context:
    """The context of a whole command line, which the real commands have read."""
    program, *words = shlex.split(command)
    assert program == "handover"
    group: click.Command = root
    context = click.Context(root)
    while isinstance(group, click.Group):
        name, group_or_none, words = group.resolve_command(context, words)
        assert group_or_none is not None
        group = group_or_none
        context = group.make_context(name, list(words), parent=context)
    return context


@pytest.mark.rule("D3")
@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_a_command_that_can_be_given(kind: Kind) -> None:
    """With the account or the finding filled in, and nothing that starts a run by itself."""
    found = remedies(kind, ABOUT)
    assert next_command(found) in [remedy.command for remedy in found]
    for remedy in found:
        assert remedy.text
        if remedy.command:
            context = _parsed(remedy.command)
            assert {ABOUT.account, ABOUT.finding, ABOUT.subject} & {*shlex.split(remedy.command)}
            if context.info_name == "start":
                assert context.params["plan_only"]
            if context.info_name == "fix":
                assert context.params["start"] is None


@pytest.mark.parametrize("kind", Kind)
def test_nothing_but_people_and_files_is_left_to_fill_in(kind: Kind) -> None:
    """A start's options make a request once its words in capitals are replaced."""
    people = {"EMAIL": "a@b.example", "NAME": "Ada", "TICKET": "4711"}
    people["TEXT"] = "nobody has access"
    for remedy in remedies(kind, ABOUT):
        if not remedy.command.startswith("handover start"):
            continue
        words = [people.get(word, word) for word in shlex.split(remedy.command)]
        words[words.index(ABOUT.account)] = "A00000001"
        params = _parsed(shlex.join(words)).params
        given = {k: v for k, v in params.items() if v is not None}
        kept = ("workflow", "file", "evidence", "plan_only", "markdown", "wait", "key", "by")
        fields = {k: v for k, v in given.items() if k not in kept}
        fields |= {"approver_email": "a@b.example", "comment": "1"}
        request, _ = read_request(params["workflow"], None, fields)
        assert request["account"] == "A00000001"
