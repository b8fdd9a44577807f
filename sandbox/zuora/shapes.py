"""How Zuora writes its records down in JSON: the same contact looks different in each place."""

from __future__ import annotations

from typing import Any

from sandbox.columns import Row

# Fields every form of a contact has: REST name -> column.
SHORT = {
    "id": "id",
    "firstName": "first_name",
    "lastName": "last_name",
    "workEmail": "work_email",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "state": "state",
    "zipCode": "zip_code",
    "country": "country",
    "county": "county",
    "taxRegion": "tax_region",
    "workPhone": "work_phone",
    "fax": "fax",
}
LONG = SHORT | {
    "nickname": "nickname",
    "personalEmail": "personal_email",
    "homePhone": "home_phone",
    "mobilePhone": "mobile_phone",
    "otherPhone": "other_phone",
    "otherPhoneType": "other_phone_type",
}
FLAT = LONG | {"contactDescription": "description"}
# Unset values are null here and "" elsewhere, in Zuora too.
NULLS = ("country", "county", "taxRegion", "otherPhoneType")


def contact_in_summary(contact: Row | None) -> dict[str, Any]:
    """The short form of the account summary."""
    return _named(contact, SHORT)


def contact_in_account(contact: Row | None) -> dict[str, Any]:
    """The form within an account."""
    return _named(contact, LONG)


def _named(contact: Row | None, names: dict[str, str]) -> dict[str, Any]:
    if contact is None:
        return {}
    plain = {name: contact[column] for name, column in names.items()}
    return {
        name: "" if value is None and name not in NULLS else value for name, value in plain.items()
    }


def contact_flat(contact: Row, account_number: Any) -> dict[str, Any]:
    """The form of the contact calls themselves; here unset is null throughout."""
    ids = {"accountId": contact["account_id"], "accountNumber": account_number}
    fields = {name: contact[column] for name, column in FLAT.items()}
    return {"success": True, "id": fields.pop("id")} | ids | fields


def basic_info(account: Row) -> dict[str, Any]:
    """`basicInfo` of GET account."""
    return {
        "id": account["id"],
        "name": account["name"],
        "accountNumber": account["number"],
        "notes": account["notes"] or "",
        "status": account["status"],
        "crmId": account["crm_id"] or "",
        "batch": "Batch1",
        "invoiceTemplateId": None,
        "communicationProfileId": "0" * 32,
        "salesRep": "",
        "parentId": None,
        "profileNumber": "CP-00000001",
        "sequenceSetId": None,
        "partnerAccount": False,
    }


def billing_and_payment(account: Row) -> dict[str, Any]:
    """`billingAndPayment` of GET account."""
    return {
        "autoPay": False,
        "billCycleDay": 1,
        "currency": account["currency"],
        "paymentTerm": "Net 30",
        "paymentGateway": None,
        "defaultPaymentMethodId": None,
        "invoiceDeliveryPrefsEmail": account["invoice_delivery_email"],
        "invoiceDeliveryPrefsPrint": False,
        "additionalEmailAddresses": [],
    }


def metrics(account: Row) -> dict[str, Any]:
    """`metrics` of GET account."""
    balance = account["balance"]
    return {
        "balance": balance,
        "totalInvoiceBalance": balance,
        "creditBalance": 0,
        "contractedMrr": 0,
    }


def summary_info(account: Row, last_invoice: Any) -> dict[str, Any]:
    """`basicInfo` of the summary: another set of fields under the same name."""
    return {
        "id": account["id"],
        "name": account["name"],
        "accountNumber": account["number"],
        "status": account["status"],
        "balance": account["balance"],
        "currency": account["currency"],
        "batch": "Batch1",
        "billCycleDay": 1,
        "autoPay": False,
        "additionalEmailAddresses": [],
        "invoiceDeliveryPrefsEmail": account["invoice_delivery_email"],
        "invoiceDeliveryPrefsPrint": False,
        "lastInvoiceDate": last_invoice,
        "lastPaymentDate": None,
        "lastPaymentAmount": None,
        "defaultPaymentMethod": {},
    }


def invoice(row: Row) -> dict[str, Any]:
    """An invoice as the summary lists it."""
    return {
        "id": row["id"],
        "invoiceNumber": row["number"],
        "invoiceDate": row["invoice_date"],
        "dueDate": row["due_date"],
        "amount": row["amount"],
        "balance": row["balance"],
        "status": row["status"],
    }


def term(row: Row) -> dict[str, Any]:
    """What both forms of a subscription say."""
    return {
        "id": row["id"],
        "subscriptionNumber": row["number"],
        "status": row["status"],
        "termType": "TERMED",
        "termStartDate": row["term_start_date"],
        "termEndDate": row["term_end_date"],
        "subscriptionStartDate": row["term_start_date"],
        "autoRenew": True,
        "ratePlans": [],
    }
