"""What a run has written and what not: the changes of its plan, and those of earlier rounds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handover.cli.session import marks

Report = Mapping[str, Any]
Outcomes = dict[tuple[int, str], list[str]]
"""The outcomes of each change's tries, by round and change, oldest first."""

_LANDED = ("done", "found", "differs")
_NOT_KNOWN = ("open", "unknown")


def changes_text(report: Report) -> str:
    """The changes of the plan, and whatever was written besides: in rounds that are over."""
    parts = []
    if report["plan"] is not None:
        parts.append(_listed("Changes", fates(report)) or "Changes\n  nothing to change")
    parts.append(_listed("Written in earlier rounds", _earlier(report)))
    return "\n\n".join(filter(None, parts))


def legacy_text(report: Report) -> str:
    """What a run that ended unproved leaves behind, in plain words; else empty."""
    if report["state"] != "ended" or report["result"] == "proved":
        return ""
    last = {key: tries[-1] for key, tries in _outcomes(report["writes"]).items()}
    titles = _titles(report)
    written = dict.fromkeys(titles[key] for key, outcome in last.items() if outcome in _LANDED)
    unknown = dict.fromkeys(titles[key] for key, outcome in last.items() if outcome in _NOT_KNOWN)
    lines = [f"Written before it ended: {'; '.join(written) or 'nothing'}."]
    if unknown:
        lines.append(f"Sent, and it is not known whether it landed: {'; '.join(unknown)}.")
    return " ".join(lines)


def _listed(title: str, told: Iterator[tuple[str, str, str]]) -> str:
    lines = [f"  {mark} {name}: {word}" for mark, name, word in told]
    return "\n".join([title, *lines]) if lines else ""


def _outcomes(writes: Sequence[Mapping[str, Any]]) -> Outcomes:
    found: Outcomes = {}
    for write in writes:
        found.setdefault((write["round"], write["change"]), []).append(write["outcome"])
    return found


def _titles(report: Report) -> dict[tuple[int, str], str]:
    return {(write["round"], write["change"]): write["title"] for write in report["writes"]}


def fates(report: Report) -> Iterator[tuple[str, str, str]]:
    """Each planned change: whether it is done, and how that is known."""
    outcomes = _outcomes(report["writes"])
    steps = {step["name"]: step["state"] for step in report["steps"]}
    for change in report["plan"]:
        tries = outcomes.get((report["round"], change["id"]))
        if tries:
            mark, word = _tried(tries)
        else:
            mark, word = _untried(change, steps.get(change["step"]) == "done")
        yield mark, change["title"], word


def _earlier(report: Report) -> Iterator[tuple[str, str, str]]:
    titles = _titles(report)
    for key, tries in _outcomes(report["writes"]).items():
        if report["plan"] is None or key[0] != report["round"]:
            mark, word = _tried(tries)
            yield mark, titles[key], f"{word} (round {key[0]})"


def _untried(change: Mapping[str, Any], over: bool) -> tuple[str, str]:
    sign = marks()
    if over:
        return sign.done, "was not needed" if change["only_if"] else "was so already"
    return sign.open, "only if needed" if change["only_if"] else "not done"


def _tried(outcomes: Sequence[str]) -> tuple[str, str]:
    """By the last try."""
    sign = marks()
    tries = f", {len(outcomes)} tries" if len(outcomes) > 1 else ""
    match outcomes[-1]:
        case "done":
            return sign.done, f"written and read back{tries}"
        case "found":
            return sign.done, "written; found in place afterwards"
        case "open":
            return sign.asks, "sent; whether it landed is not known yet"
        case "unknown":
            return sign.asks, "sent; whether it landed was never found out"
        case "differs":
            return sign.failed, "written, but it reads back differently"
        case other:
            return sign.failed, f"not done ({other}{tries})"
