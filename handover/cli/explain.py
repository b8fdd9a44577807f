"""`handover explain`."""

from typing import Any

import click

from handover.cli.options import command, json_option
from handover.cli.session import Session
from handover.exits import Exit


@command(
    "explain",
    "Show a workflow's steps and rules, in order.",
    example="handover explain change-contact --diagram",
)
@click.argument("workflow", required=False)
@click.option("--diagram", is_flag=True, help="Print a Mermaid flowchart instead.")
@json_option
@click.pass_obj
def explain(session: Session, workflow: str | None, *, diagram: bool) -> int:
    """Show the documented order of WORKFLOW: each step, its rules and what you will see.

    Without WORKFLOW: which there are, and what each is for.
    """
    from handover import explaining  # noqa: PLC0415 - loads the workflows

    if diagram and session.json:
        raise click.UsageError("--diagram and --json are two forms of the same: choose one.")
    if workflow is None:
        if diagram:
            raise click.UsageError("--diagram is of one workflow: name it.")
        session.data(listed := explaining.workflows_known(), _list(listed))
        session.say("`handover start --help` says what the request of each needs.")
        return Exit.OK
    told = explaining.explain(workflow)
    session.data(told, explaining.diagram(workflow) if diagram else _text(told))
    return Exit.OK


def _list(listed: dict[str, Any]) -> str:
    return "\n".join(f"{one['workflow']:<18}{one['purpose']}" for one in listed["workflows"])


def _text(told: dict[str, Any]) -> str:
    parts = [f"{told['workflow']}, version {told['version']}: {told['purpose']}"]
    for step in told["steps"]:
        parts.append(f"{step['number']}. {step['title']}")
        parts += [_rule_text(rule) for rule in step["rules"]]
    return "\n".join(parts)


def _rule_text(rule: dict[str, str]) -> str:
    asks = f"\n      May ask: {rule['asks']}" if rule["asks"] else ""
    return f"   {rule['rule']}  {rule['means']}\n      You see: {rule['sees']}.{asks}"
