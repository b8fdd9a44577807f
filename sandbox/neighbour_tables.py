"""The records of GitLab, Mailgun and Zendesk, in the same form as those of `tables`."""

from __future__ import annotations

from sandbox.columns import STAMPS, Column, Table, strings

GITLAB_USER = Table(
    "gitlab",
    "user",
    (
        Column("id", "integer"),
        *strings("username", "name", "email"),
        Column("state", default="active"),
        *STAMPS,
    ),
    folded=("username",),
)
NAMESPACE = Table(
    "gitlab",
    "namespace",
    (
        Column("id", "integer"),
        *strings("path", "full_path", "name"),
        Column("owner_id", "integer"),
        Column("private", "boolean", True),
        *strings("plan_code", "plan_name"),
        Column("trial", "boolean"),
        *strings("start_date", "end_date"),
        Column("seats_in_subscription", "integer"),
        Column("seats_in_use", "integer"),
        Column("max_seats_used", "integer"),
        *STAMPS,
    ),
    folded=("full_path",),
)
MAIL_EVENT = Table(
    "mailgun",
    "event",
    (
        Column("id", "integer"),
        Column("at", "number"),
        *strings("event", "severity", "reason"),
        Column("code", "integer"),
        *strings("message", "recipient", "subject", "mx_host"),
        *STAMPS,
    ),
    indexed=("at",),
    folded=("recipient",),
)
MAILBOX = Table(
    "mailgun",
    "mailbox",
    (Column("id", "integer"), *strings("recipient", "outcome"), *STAMPS),
    folded=("recipient",),
)
ZENDESK_USER = Table(
    "zendesk",
    "user",
    (
        Column("id", "integer"),
        *strings("name", "email"),
        Column("verified", "boolean", True),
        Column("role", default="end-user"),
        *STAMPS,
    ),
    folded=("email",),
)
TICKET = Table(
    "zendesk",
    "ticket",
    (
        Column("id", "integer"),
        *strings("subject"),
        Column("status", default="open"),
        Column("requester_id", "integer"),
        *strings("copied_ids"),
        *STAMPS,
    ),
)
COMMENT = Table(
    "zendesk",
    "comment",
    (
        Column("id", "integer"),
        Column("ticket_id", "integer"),
        Column("author_id", "integer"),
        Column("public", "boolean", True),
        *strings("body"),
        *STAMPS,
    ),
    indexed=("ticket_id",),
)
UPLOAD = Table(
    "zendesk",
    "upload",
    (
        Column("id", "integer"),
        *strings("token", "file_name", "content_type", "content"),
        Column("size", "integer"),
        Column("comment_id", "integer"),
        *STAMPS,
    ),
    indexed=("token", "comment_id"),
)

NEIGHBOURS = (
    *(GITLAB_USER, NAMESPACE, MAIL_EVENT, MAILBOX),
    *(ZENDESK_USER, TICKET, COMMENT, UPLOAD),
)
