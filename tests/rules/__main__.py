"""`make taken-out`: takes each step out of its workflow, and sees that its tests turn red.

For every step, the tests of the workflow that carry one of the step's rules are run without it. At
least one has to fail. Names a step, such as add-contact:create_membership, to try that one only.
"""

import os
import subprocess
import sys
from pathlib import Path

from handover.rules_page import proofs_by_rule
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker.canvas import canvas_for, workflows
from worker.step import Step

FOLDER = Path(__file__).parents[1]


def proofs(workflow: str, step: Step) -> list[str]:
    """The tests of a workflow that prove a rule of this step."""
    name = f"integration/workflows/test_{workflow.replace('-', '_')}"
    found = proofs_by_rule(FOLDER)
    mine = {t for rule in step.rules for t in found.get(rule, ()) if t.startswith(name)}
    return sorted(str(FOLDER / test) for test in mine)


def noticed(workflow: str, step: Step, tests: list[str]) -> bool:
    """Whether one of these tests fails without the step."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        env={**os.environ, "TAKEN_OUT": f"{workflow}:{step.name}"},
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode == 1 and " failed" in done.stdout


def main(chosen: list[str]) -> int:
    """The number of steps that nobody missed, at most 1 as an exit code."""
    missed = 0
    for workflow in workflows():
        for step in canvas_for(workflow).steps:
            name = f"{workflow}:{step.name}"
            if chosen and name not in chosen:
                continue
            tests = proofs(workflow, step)
            good = bool(tests) and noticed(workflow, step, tests)
            missed += not good
            verdict = "noticed" if good else "NOT NOTICED"
            print(f"{verdict}  {name}  ({len(tests)} tests)", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
