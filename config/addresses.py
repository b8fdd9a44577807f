"""Addresses as settings take them: what is wrong with one is said without quoting it."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


def is_dsn(address: str) -> bool:
    """Whether this names a Sentry project.

    It is Sentry's own rule without its package, for whose import no command line shall wait.
    """
    try:
        parts = urlsplit(address)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    project = parts.path.rpartition("/")[2]
    known = parts.scheme in ("http", "https") and parts.hostname and parts.username
    return bool(known) and port_fits and project.isascii() and project.isdigit()


def is_database(address: str) -> bool:
    """Whether a journal can be there."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - only where an address is given
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(address).get_backend_name() in ("postgresql", "postgres", "sqlite")
    except (ArgumentError, ValueError):
        return False


def is_redis(address: str) -> bool:
    """Whether this names a Redis."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def is_listening_address(address: str) -> bool:
    """Whether a server can be told to listen there: HOST:PORT, an IPv6 host in brackets."""
    try:
        parts = urlsplit(f"//{address}")
        return bool(parts.hostname and parts.port) and parts.netloc == address
    except ValueError:
        return False


def with_verified_server(address: str) -> str:
    """The address of a Redis that, where it speaks TLS, has to show a certificate we trust.

    Celery's transport verifies nothing unless it is told to. Raises ValueError where the address
    asks for less, or names a file that is not there.
    """
    parts = urlsplit(address)
    if parts.scheme != "rediss":
        return address
    options = {"ssl_cert_reqs": "required", **dict(parse_qsl(parts.query))}
    if options["ssl_cert_reqs"] != "required":
        raise ValueError(
            "must not turn off the check of the server's certificate; name the authority to trust"
            " as ?ssl_ca_certs=FILE"
        )
    for name in _FILES:
        if name in options and not Path(options[name]).is_file():
            raise ValueError(f"names a file in {name} that is not there")
    return parts._replace(query=urlencode(options)).geturl()
