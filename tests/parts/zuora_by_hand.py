"""What Billing might do in Zuora, past everybody else."""

from collections.abc import Mapping
from typing import Any

import requests

from tests.parts.rehearsal import Rehearsal


def rename_sold_to(world: Rehearsal, account: Mapping[str, Any]) -> None:
    """Makes the account's present Sold To contact somebody else, in Zuora alone."""
    change_sold_to(
        world, account, firstName="Somebody", workEmail="somebody.else@elsewhere.example"
    )


def change_sold_to(world: Rehearsal, account: Mapping[str, Any], **values: str) -> None:
    """Changes fields of the account's present Sold To contact, in Zuora alone."""
    url, env = world.env["ZUORA_URL"], world.env
    token = requests.post(
        f"{url}/oauth/token",
        data={
            "client_id": env["ZUORA_CLIENT_ID"],
            "client_secret": env["ZUORA_CLIENT_SECRET"],
            "grant_type": "client_credentials",
        },
        timeout=10,
    ).json()["access_token"]
    contact = world.truth(account)["zuora"]["sold_to"]["id"]
    answer = requests.put(
        f"{url}/v1/contacts/{contact}",
        json=values,
        headers={"Authorization": f"Bearer {token}", "Zuora-Version": "2025-08-12"},
        timeout=10,
    )
    assert answer.json()["success"], answer.text
