"""The time in which a write may be sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteWindow:
    """Permission to send one write, once.

    `request_id` goes out with the write, so that the other side's log can name the run. `closes_at`
    is on the clock of `time.monotonic()`: nothing may be sent after it, and the call must have
    ended by then, because another worker may take the step over from that moment.
    """

    request_id: str
    closes_at: float
