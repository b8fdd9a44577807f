"""Licences and activation codes: who has them, and mailing them again (facts: A2 and A3).

Neither a licence's text nor an activation code is ever asked for.
"""

from clients.customersdot_part import Part, one_address
from clients.customersdot_records import needed, text, true
from clients.licence_pages import checked_text, validation
from clients.rails_filters import LinkedTo, Row
from clients.rails_tool_forms import ToolForm
from clients.rails_tools import Tool
from domain.licences import CloudActivation, DecodedLicence, Licence
from domain.windows import WriteWindow

LICENCE = "license"
CODE = "cloud_activation"
ACTIVATED = Tool(CODE, "self_managed_instance_activations", "Self Managed Instance Activations")
RESEND_CODE = Tool(CODE, "resend", "Resend to customer via email", opens_only=True)
FORWARD_CODE = Tool(CODE, "forward", "Forward Cloud activation email")
FORWARD_LICENCE = Tool(LICENCE, "forward", "Forward license email")
DESTINATION = "Destination email address"
LICENCE_COLUMNS = (
    *("id", "billing_account_id", "email", "name", "company", "trial", "starts_at", "expires_at"),
    *("zuora_subscription_name", "cloud_licensing_enabled", "offline_cloud_licensing_enabled"),
    "activated_at",
)
CODE_COLUMNS = ("id", "billing_account_id", "subscription_name")


class Licensing(Part):
    """What was issued for a billing account."""

    def licences_of_billing_account(self, billing_account_id: str) -> list[Licence]:
        """The licences of an account, oldest first."""
        by_account = LinkedTo("billing_account", "billing_account_id", billing_account_id)
        return self._list(LICENCE, by_account, _licence, LICENCE_COLUMNS)

    def cloud_activations_of_billing_account(
        self, billing_account_id: str
    ) -> list[CloudActivation]:
        """The activation codes of an account; which of them were used, by their tabs (T1, V6)."""
        by_account = LinkedTo("billing_account", "billing_account_id", billing_account_id)
        rows = self._admin.rows(CODE, [by_account], CODE_COLUMNS)
        return [_code(row, self._tools.has_tab(ACTIVATED, needed(row, "id"))) for row in rows]

    def validate_licence(self, pasted: str) -> DecodedLicence | None:
        """What a pasted licence says; None if it does not decode (V4). It changes nothing.

        Raises Refused with code `not-a-licence-text` for what is no text of a licence's size: that
        is not sent.
        """
        return validation(self._admin, checked_text(pasted))

    def resend_cloud_activation(self, activation_id: str, window: WriteWindow) -> None:
        """Mail an activation code to its customer: the Sold To, as Zuora knows them now (T6)."""
        self._tools.open(RESEND_CODE, activation_id, window)

    def forward_cloud_activation(self, activation_id: str, email: str, window: WriteWindow) -> None:
        """Mail an activation code to one address (T6, G6)."""
        self._forward(FORWARD_CODE, activation_id, email, window)

    def forward_licence(self, licence_id: str, email: str, window: WriteWindow) -> None:
        """Mail a licence to one address; a resend would go to the one inside it (T6, G6)."""
        self._forward(FORWARD_LICENCE, licence_id, email, window)

    def _forward(self, tool: Tool, record_id: str, email: str, window: WriteWindow) -> None:
        address = one_address(email)

        def fill(form: ToolForm) -> dict[str, str]:
            return {form.name_of(DESTINATION): address}

        self._tools.fill_in(tool, record_id, fill, window)


def _licence(row: Row) -> Licence:
    return Licence(
        id=needed(row, "id"),
        billing_account_id=needed(row, "billing_account_id"),
        email=text(row, "email"),
        name=text(row, "name"),
        company=text(row, "company"),
        trial=true(row, "trial"),
        starts_on=text(row, "starts_at")[:10],
        expires_on=text(row, "expires_at")[:10],
        subscription_name=text(row, "zuora_subscription_name"),
        cloud=true(row, "cloud_licensing_enabled"),
        offline_cloud=true(row, "offline_cloud_licensing_enabled"),
        activated=bool(text(row, "activated_at")),
    )


def _code(row: Row, activated: bool) -> CloudActivation:
    return CloudActivation(
        id=needed(row, "id"),
        billing_account_id=needed(row, "billing_account_id"),
        subscription_name=text(row, "subscription_name"),
        activated=activated,
    )
