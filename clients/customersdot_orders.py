"""Finding a billing account by what a ticket names: a subscription, a namespace or a company.

What is found is for a person or a rule to judge: a list may hold several.
"""

from clients import customersdot_records as records
from clients.customersdot_part import Part
from clients.rails_filters import Contains, Row
from domain.licences import Order
from domain.records import BillingAccount

ORDER = "order"
COLUMNS = (
    *("id", "subscription_name", "gitlab_namespace_id", "gitlab_namespace_name", "customer_id"),
)


class Orders(Part):
    """Orders, and billing accounts by their name."""

    def orders_of_subscription(self, name: str) -> list[Order]:
        """The orders of the subscription with exactly this name."""
        wanted = name.strip()
        found = self._orders(Contains("subscription_name", wanted))
        return [order for order in found if order.subscription_name == wanted]

    def orders_of_namespace(self, name_or_id: str) -> list[Order]:
        """The orders attached to a GitLab namespace, by its number or its whole path.

        GitLab does not mind letter case in a path. A number may also be a path.
        """
        wanted = name_or_id.strip()
        found = self._orders(Contains("gitlab_namespace_name", wanted))
        if wanted.isdecimal():
            found += self._orders(Contains("gitlab_namespace_id", wanted, operator="default"))
        by_id = {order.id: order for order in found if _is_of(order, wanted)}
        return [by_id[key] for key in sorted(by_id, key=int)]

    def billing_accounts_named(self, company: str) -> list[BillingAccount]:
        """The billing accounts whose name holds these words, whatever their letter case."""
        wanted = company.strip()
        like = Contains("zuora_account_name", wanted)
        found = self._list("billing_account", like, records.billing_account)
        return [one for one in found if wanted.casefold() in one.zuora_account_name.casefold()]

    def _orders(self, one: Contains) -> list[Order]:
        return self._list(ORDER, one, _order, COLUMNS)


def _is_of(order: Order, namespace: str) -> bool:
    same_path = order.namespace_name.casefold() == namespace.casefold()
    return same_path or order.namespace_id == namespace


def _order(row: Row) -> Order:
    return Order(
        id=records.needed(row, "id"),
        subscription_name=records.text(row, "subscription_name"),
        namespace_id=records.text(row, "gitlab_namespace_id"),
        namespace_name=records.text(row, "gitlab_namespace_name"),
        customer_id=records.text(row, "customer_id"),
    )
