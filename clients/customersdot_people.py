"""What C6 and T5 do to a person's record (facts: customersdot, A3 and A5)."""

from collections.abc import Mapping

from clients.customersdot_part import Part, one_address
from clients.customersdot_portal import send_one_time_link
from clients.customersdot_records import CUSTOMER_COLUMNS, customer
from clients.rails_form_pages import FieldMissing
from clients.rails_tool_forms import ToolForm
from clients.rails_tools import Tool
from domain.errors import Defect, Stale
from domain.windows import WriteWindow

# A Customer's Show page has their one-time link: the tab is looked for on another page of theirs.
UNLINK = Tool("customer", "unlink_gitlab_user", "Unlink GitLab User", page="history")
TICKET_LINK = "Zendesk ticket link"
NAMES = frozenset({"first_name", "last_name", "email"})
SKIP = "skip_email_confirmation"


class People(Part):
    """Renaming a Customer, unlinking their GitLab user, and the one-time link."""

    def rename_customer(
        self, customer_id: str, values: Mapping[str, str], window: WriteWindow
    ) -> None:
        """Give a Customer another name or email, with *Skip email confirmation* ticked (C6, T5).

        Saving has the side effects of G1. Raises Defect with code `no-skip-email-confirmation` if
        the form has no such box, and saves nothing then: the email would wait to be confirmed.
        Raises Refused with code `already-taken` if another Customer has the email.
        """
        if not values or values.keys() - NAMES:
            raise Defect("CustomersDot: a Customer is renamed by first_name, last_name and email")
        try:
            self._admin.update("customer", customer_id, {**values, SKIP: True}, window)
        except FieldMissing as error:
            if SKIP not in error.names:
                raise
            text = "CustomersDot: the Customer's form has no Skip email confirmation"
            raise Defect(text, code="no-skip-email-confirmation") from None

    def unlink_gitlab(self, customer_id: str, ticket_url: str, window: WriteWindow) -> None:
        """Unlink the Customer's GitLab user, for a ticket (C6).

        Raises Refused with code `not-offered` where there is nothing to unlink, and Stale with code
        `other-account` if the page does not show the GitLab user that the Customer's record has.
        """
        uid = self._uid(customer_id)

        def fill(form: ToolForm) -> dict[str, str]:
            if not uid or uid not in form.shown:
                text = "CustomersDot: the page shows another GitLab user than the record's"
                raise Stale(text, code="other-account")
            return {form.name_of(TICKET_LINK): ticket_url}

        self._tools.fill_in(UNLINK, customer_id, fill, window)

    def send_one_time_link(self, email: str, window: WriteWindow) -> None:
        """Have a one-time sign-in link mailed to a Customer (C6).

        The portal answers alike whoever asks, so that it is taken proves no mail: the mail log
        does. The link comes nowhere near us.
        """
        send_one_time_link(self._admin.visitor(), one_address(email), window)

    def _uid(self, customer_id: str) -> str:
        row = self._admin.find("customer", customer_id, CUSTOMER_COLUMNS)
        if row is None:
            raise Stale("CustomersDot: there is no such Customer", code="missing")
        return customer(row).uid
