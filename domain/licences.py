"""What CustomersDot knows of licences, activation codes and orders, as immutable records.

A licence's text and an activation code let whoever has them use what was bought: no record holds
either.
"""

from domain.records import Record


class Licence(Record):
    """A licence that was issued for a subscription. `email` is whom it names, whatever Zuora says.

    Dates are ISO, `YYYY-MM-DD`, empty where there is none. `activated` is whether it was used.
    """

    id: str
    billing_account_id: str
    email: str
    name: str = ""
    company: str = ""
    trial: bool = False
    starts_on: str = ""
    expires_on: str = ""
    subscription_name: str = ""
    cloud: bool = False
    offline_cloud: bool = False
    activated: bool = False


class DecodedLicence(Record):
    """What a pasted licence says of itself (V4). `licence_id` is empty if it is on no record."""

    licence_id: str
    name: str
    email: str
    company: str
    trial: bool
    expires_on: str


class CloudActivation(Record):
    """An activation code's record. `activated`: an instance has used the code (T1, V6)."""

    id: str
    billing_account_id: str
    subscription_name: str
    activated: bool


class Order(Record):
    """The order behind a subscription. A self-managed one has no namespace."""

    id: str
    subscription_name: str
    namespace_id: str = ""
    namespace_name: str = ""
    customer_id: str = ""
