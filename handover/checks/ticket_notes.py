"""Notes on tickets: whether they are written at all, wait for too long, or were given up."""

from collections.abc import Iterator

from config.settings import Settings
from handover.checks.finding import Finding, note, ok, warn
from handover.words import counted
from worker.journal import outbox
from worker.runtime import has_journal, journal, milliseconds

_LATE_SECONDS = 600
_NAMED = 5


def ticket_notes(current: Settings) -> Iterator[Finding]:
    """What is owed to tickets, and since when."""
    if not current.zendesk_url:
        text = "Zendesk is not configured: no run leaves notes on its ticket"
        yield note("ticket notes", text, "`handover show RUN --markdown` can be pasted.")
        return
    if not has_journal(current):
        return
    with journal().read() as tx:
        waiting, given_up = outbox.open_notes(tx), outbox.given_up(tx)
        late = [n for n in waiting if tx.now - n.owed_at > milliseconds(_LATE_SECONDS)]
    if late:
        text = f"{counted(len(late), 'note')} not posted for more than {_LATE_SECONDS // 60} min"
        runs = ", ".join(dict.fromkeys(n.run_id for n in late[:_NAMED]))
        yield warn("ticket notes", f"{text}, of {runs}", "Look at Zendesk and the workers' logs.")
    else:
        yield ok("ticket notes", f"{counted(len(waiting), 'note')} to be posted, none for too long")
    if given_up:
        runs = ", ".join(dict.fromkeys(n.run_id for n in given_up[:_NAMED]))
        text = f"{counted(len(given_up), 'note')} given up, of {runs}"
        yield warn("ticket notes", text, "`handover show RUN` says why.")
