"""The calendar, where rules speak of days."""

from datetime import UTC, date, datetime


def utc_today() -> date:
    """Today in UTC. A tenant in another zone may be a day off; the rules leave that margin."""
    return datetime.now(UTC).date()
