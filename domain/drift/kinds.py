"""The kinds of drift. Their names are stable: filters, metrics and acknowledgements use them."""

from enum import StrEnum


class Kind(StrEnum):
    """One way in which Zuora and CustomersDot, or a run and the world after it, can disagree."""

    CONTACT_DIFFERS = "contact-differs"
    COPY_MISSING = "copy-missing"
    NO_CUSTOMER = "sold-to-without-customer"
    CUSTOMER_TWICE = "customer-twice"
    CUSTOMER_DIFFERS = "customer-differs"
    EMAIL_UNCONFIRMED = "email-unconfirmed"
    NOT_A_MEMBER = "sold-to-not-member"
    MANAGES_ELSEWHERE = "sold-to-manages-elsewhere"
    NOBODY_MANAGES = "nobody-manages"
    LOGIN_OFF = "login-deactivated"
    ONLY_IN_ZUORA = "only-in-zuora"
    ONLY_IN_CUSTOMERSDOT = "only-in-customersdot"
    BILLING_ACCOUNT_TWICE = "billing-account-twice"
    CHANGE_UNDONE = "proved-change-undone"

    @property
    def meaning(self) -> str:
        """What it means, as the end of "it was found that ..."."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.CONTACT_DIFFERS: "CustomersDot's copy of the Sold To says something else than Zuora",
    Kind.COPY_MISSING: "CustomersDot has no copy of the Sold To",
    Kind.NO_CUSTOMER: "no Customer has the Sold To's email address",
    Kind.CUSTOMER_TWICE: "several Customers have the Sold To's email address",
    Kind.CUSTOMER_DIFFERS: "the Sold To's Customer has another name",
    Kind.EMAIL_UNCONFIRMED: "the Sold To's Customer waits to confirm another email address",
    Kind.NOT_A_MEMBER: "the Sold To's Customer manages no account",
    Kind.MANAGES_ELSEWHERE: "the Sold To's Customer manages another account instead",
    Kind.NOBODY_MANAGES: "nobody manages the account",
    Kind.LOGIN_OFF: "the Sold To's Customer can't sign in: the login is deactivated",
    Kind.ONLY_IN_ZUORA: "the account has no billing account in CustomersDot",
    Kind.ONLY_IN_CUSTOMERSDOT: "Zuora does not know the account of the billing account",
    Kind.BILLING_ACCOUNT_TWICE: "several billing accounts stand for the same Zuora account",
    Kind.CHANGE_UNDONE: "what a run proved is no longer so",
}
