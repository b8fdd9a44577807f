"""A journal on both databases, and a sandbox of its own for the scans."""

from tests.integration.journal.conftest import (
    dialect,
    journal,
    postgres_template,
    sqlite_template,
    url,
)

__all__ = ["dialect", "journal", "postgres_template", "sqlite_template", "url"]
