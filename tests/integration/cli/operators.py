"""Somebody who calls `handover` beside a worker and the sandbox, about an account of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.integration.cli.calls import Called, Cli
from tests.parts.rehearsal import CANARY, Rehearsal


class Operator:
    """Calls `handover` about one fresh account, and sees that nobody is named in what it says."""

    def __init__(self, world: Rehearsal, folder: Path, **order: Any) -> None:
        self.world = world
        self.account = world.account(**order)
        self.folder = folder
        self._cli = Cli(folder, world.env)

    def __call__(self, *arguments: str, env: Mapping[str, str] = {}) -> Called:
        called = self._cli(*arguments, env=env)
        said = (called.out + called.err).lower()
        assert not CANARY.search(said.encode()), said
        return called

    @property
    def number(self) -> str:
        """The account's number."""
        return str(self.account["account_number"])

    @property
    def ticket(self) -> str:
        """The ticket in which somebody asks for the account."""
        return str(self.account["ticket"]["id"])

    def file(self, **evidence: Any) -> str:
        """A request file; the evidence is the usual one with some fields changed."""
        request = self.world.request(self.account)
        kept = request["evidence"] | evidence
        request["evidence"] = {k: v for k, v in kept.items() if v is not None}
        path = self.folder / "request.yaml"
        path.write_text(yaml.safe_dump(request))
        return str(path)

    def asked(self) -> str:
        """A run of kim's that waits for a second person to look at its evidence."""
        called = self("start", "--file", self.file(seen_by=None), "--as", "kim", "--wait", "60")
        assert called.code == 7, called
        return called.out.split()[1].rstrip(":")

    def proved(self) -> str:
        """A run that went all the way."""
        called = self("start", "--file", self.file(), "--wait", "60", "--json")
        assert called.code == 0, called
        return str(called.json["run"])
