"""What a run has written and what not: the changes of its plan, and those of earlier rounds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]
Write = Mapping[str, Any]
Tries = dict[tuple[int, str], list[Write]]
"""Each change's tries, by round and change, oldest first."""
Told = tuple[str, str, str]
"""How a change stands (done, failed, asks or open), its title and its fate."""

_LANDED = ("done", "found", "differs")
_NOT_KNOWN = ("open", "unknown")
_FATES = {
    "done": ("done", "written and read back"),
    "found": ("done", "written; found in place afterwards"),
    "open": ("asks", "sent; whether it landed is not known yet"),
    "unknown": ("asks", "sent; whether it landed was never found out"),
    "differs": ("failed", "written, but it reads back differently"),
}


def legacy_text(report: Report) -> str:
    """What a run that ended unproved leaves behind, in plain words; else empty."""
    if report["state"] != "ended" or report["result"] == "proved":
        return ""
    return written_text("Written before it ended", *landed(report["writes"]))


def landed(writes: Sequence[Write]) -> tuple[list[str], list[str]]:
    """The titles of what is written, and of what was sent and may have landed; each once."""
    last = [tries[-1] for tries in _tries(writes).values()]
    written = dict.fromkeys(w["title"] for w in last if w["outcome"] in _LANDED)
    unknown = dict.fromkeys(w["title"] for w in last if w["outcome"] in _NOT_KNOWN)
    return list(written), list(unknown)


def written_text(said: str, written: Sequence[str], unknown: Sequence[str]) -> str:
    """What `landed` found, in plain words that begin with what is `said`."""
    text = f"{said}: {'; '.join(written) or 'nothing'}."
    if unknown:
        text += f" Sent, and it is not known whether it landed: {'; '.join(unknown)}."
    return text


def _tries(writes: Sequence[Write]) -> Tries:
    found: Tries = {}
    for write in writes:
        found.setdefault((write["round"], write["change"]), []).append(write)
    return found


def fates(report: Report) -> Iterator[Told]:
    """Each planned change: whether it is done, and how that is known."""
    known = _tries(report["writes"])
    steps = {step["name"]: step["state"] for step in report["steps"]}
    for change in report["plan"]:
        tries = known.get((report["round"], change["id"]))
        if tries:
            status, word = _tried(tries)
        else:
            status, word = _untried(change, steps.get(change["step"]) == "done")
        yield status, change["title"], word


def earlier(report: Report) -> Iterator[Told]:
    """What was written in rounds that are over, or by a plan that is not there any more."""
    for (round_, _), tries in _tries(report["writes"]).items():
        if report["plan"] is None or round_ != report["round"]:
            status, word = _tried(tries)
            yield status, tries[-1]["title"], f"{word} (round {round_})"


def _untried(change: Mapping[str, Any], over: bool) -> tuple[str, str]:
    if over:
        return "done", "was not needed" if change["only_if"] else "was so already"
    return "open", "only if needed" if change["only_if"] else "not done"


def _tried(writes: Sequence[Write]) -> tuple[str, str]:
    """By the last try."""
    last = writes[-1]
    tries = f", {len(writes)} tries" if len(writes) > 1 else ""
    if last["outcome"] in ("done", "found") and last["kind"] == "touch":
        # An unchanged save leaves nothing in CustomersDot that could be read back.
        return "done", f"saved; whether it helped is read in Zuora{tries}"
    if last["outcome"] == "done" and last["kind"] == "send":
        return "done", f"sent{tries}"  # nor can a mail be read back
    if last["outcome"] in _FATES:
        status, word = _FATES[last["outcome"]]
        return status, word + (tries if last["outcome"] == "done" else "")
    return "failed", f"not done ({last['outcome']}{tries})"
