"""Small things that several texts have in common."""

from sqlalchemy import URL


def counted(number: int, noun: str) -> str:
    """A number and its noun: 1 run, 2 runs."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def spoken_address(url: URL) -> str:
    """Where a journal is: a file's path, or a server's address without its passwords."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    hidden = {name: "***" for name in url.query if "pass" in name.lower()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)
