"""What a workflow does, in the documented order: for people, and as a diagram."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from domain.errors import InvalidRequest
from domain.requests import WORKFLOWS
from domain.rules import RULES
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker.canvas import Canvas, canvas_for, workflows


def workflows_known() -> dict[str, Any]:
    """What there is to choose from, with what each is for."""
    known = [{"workflow": name, "purpose": _purpose(name)} for name in WORKFLOWS]
    return {"schema": "handover.workflows/1", "workflows": known}


def _purpose(workflow: str) -> str:
    return (WORKFLOWS[workflow].__doc__ or "").partition("\n")[0]


def explain(workflow: str) -> dict[str, Any]:
    """The steps of a workflow in order, each with its rules and what they mean.

    Raises InvalidRequest for a workflow that is not known.
    """
    canvas = _known(workflow)
    return {
        "schema": "handover.workflow/1",
        "workflow": canvas.workflow,
        "purpose": _purpose(canvas.workflow),
        "version": canvas.version,
        "steps": [
            {
                "number": number,
                "step": step.name,
                "title": step.title,
                "rules": [
                    {"rule": rule.id, "means": rule.means, "sees": rule.sees, "asks": rule.asks}
                    for rule in (RULES[name] for name in step.rules)
                ],
            }
            for number, step in enumerate(canvas.steps, 1)
        ],
    }


def diagram(workflow: str) -> str:
    """The same as a Mermaid flowchart. Raises InvalidRequest for an unknown workflow."""
    return "\n".join(_chart(_known(workflow)))


def _known(workflow: str) -> Canvas:
    known = workflows()
    if workflow not in known:
        close = get_close_matches(workflow, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
        raise InvalidRequest([f"workflow: is not known; {hint}"])
    return canvas_for(workflow)


def _chart(canvas: Canvas) -> Iterator[str]:
    yield "flowchart TD"
    yield f'    start(["{canvas.workflow}"])'
    before = "start"
    for step in canvas.steps:
        yield f'    {step.name}["{step.title}<br/>{", ".join(step.rules)}"]'
        yield f"    {before} --> {step.name}"
        asked = [RULES[name] for name in step.rules if RULES[name].asks]
        if asked:
            words = "<br/>".join(f"{rule.id}: {rule.asks}" for rule in asked)
            yield f'    {step.name}_asks{{{{"{words}"}}}}'
            yield f"    {step.name} -. may ask .- {step.name}_asks"
        before = step.name
    yield '    proved(["proved"])'
    yield f"    {before} --> proved"
