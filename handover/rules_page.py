"""The pages that show what is covered: docs/rules.md and docs/workflows.md, made from the code.

`python -m handover.rules_page docs tests` brings both up to date. A rule's steps come from the
canvases, its tests from the marks that the tests carry, and its words from `domain.rules`.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from domain.rules import RULES
from handover.explaining import diagram, explain
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker.canvas import canvas_for, workflows

SERVED_BY = {
    "D1": ("drift scan --kind full", "drift scan --kind changed"),
    "D2": ("drift scan --kind proved",),
    "D3": ("drift fix",),
}
"""What keeps the rules of drift: no steps of runs, but commands, of which beats give some."""
_MADE = "<!-- Made by `python -m handover.rules_page docs tests`; not to be edited. -->"


def steps_by_rule() -> dict[str, list[str]]:
    """Which steps serve each rule, in any workflow's newest version, or which commands."""
    found = defaultdict(list, {rule: list(names) for rule, names in SERVED_BY.items()})
    for workflow in workflows():
        for step in canvas_for(workflow).steps:
            for rule in step.rules:
                if step.name not in found[rule]:
                    found[rule].append(step.name)
    return found


def proofs_by_rule(folder: Path) -> dict[str, list[str]]:
    """Which tests prove each rule, as `file::test`, by the marks in the files of a folder."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for test, rules in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            for rule in rules:
                found[rule].append(f"{path.relative_to(folder)}::{test}")
    return found


def rules_page(tests: Mapping[str, Sequence[str]]) -> str:
    """One row for each rule: what it means, its steps, its tests and what the person sees."""
    steps = steps_by_rule()
    rows = [
        f"| {rule.id} | {rule.means} | {_code(steps.get(rule.id, []))}"
        f" | {rule.sees} | {_proofs(tests.get(rule.id, []))} |"
        for rule in RULES.values()
    ]
    return "\n".join([*_HEAD, *rows, ""])


def workflows_page() -> str:
    """Every workflow's flowchart and steps."""
    parts = [
        f"# The workflows\n\n{_MADE}\n\nEach box is a step with the rules that it serves; a dotted"
        " line leads to what a person may be asked there. `handover explain WORKFLOW` says the same"
        " in words.\n"
    ]
    for name in workflows():
        parts.append(f"## {name}\n\n```mermaid\n{diagram(name)}\n```\n")
        steps = explain(name)["steps"]
        parts.append(
            "\n".join(f"{s['number']}. {s['title']} (`{s['step']}`)" for s in steps) + "\n"
        )
    return "\n".join(parts)


_HEAD = (
    "# The rules",
    "",
    _MADE,
    "",
    "The numbers are those of the source workflow's rules. For each: what it means, the steps that",
    "keep it, what the person sees, and the tests that prove it (the first of them, and how many).",
    "",
    "| rule | what it means | steps | what the person sees | tests |",
    "|---|---|---|---|---|",
)


def _marked(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            rules = [rule for mark in node.decorator_list for rule in _rules_of(mark)]
            if rules:
                yield node.name, rules


def _rules_of(mark: ast.expr) -> list[str]:
    if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.rule":
        return []
    return [str(ast.literal_eval(argument)) for argument in mark.args]


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _proofs(tests: Sequence[str]) -> str:
    if not tests:
        return ""
    more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
    return f"`{tests[0]}`{more}"


def main(docs: str, tests: str) -> None:
    """Brings both pages up to date."""
    found = proofs_by_rule(Path(tests))
    (Path(docs) / "rules.md").write_text(rules_page(found), encoding="utf-8")
    (Path(docs) / "workflows.md").write_text(workflows_page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
