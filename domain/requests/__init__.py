"""Requests: what a person asks for, validated so that every problem is named at once."""

from domain.requests.evidence import ContactApproval, Evidence, InvoiceProof
from domain.requests.files import parse_yaml
from domain.requests.parsing import WORKFLOWS, parse_request, warnings_for
from domain.requests.parts import check_words, checked_handle
from domain.requests.workflows import (
    AddContact,
    ChangeContact,
    ConfirmLogin,
    FixTypo,
    NewContact,
    RemoveContact,
    Request,
    SelfService,
    SendLicence,
    UpdateSoldTo,
    VerifyOwnership,
)

__all__ = [
    "WORKFLOWS",
    "AddContact",
    "ChangeContact",
    "ConfirmLogin",
    "ContactApproval",
    "Evidence",
    "FixTypo",
    "InvoiceProof",
    "NewContact",
    "RemoveContact",
    "Request",
    "SelfService",
    "SendLicence",
    "UpdateSoldTo",
    "VerifyOwnership",
    "check_words",
    "checked_handle",
    "parse_request",
    "parse_yaml",
    "warnings_for",
]
