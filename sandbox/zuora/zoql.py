"""The query language ZOQL: one object, no joins, `and` before `or`, keywords in lower case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.columns import Table, Value
from sandbox.tables import ACCOUNT, CONTACT, INVOICE, SUBSCRIPTION

MOST_CONDITIONS = 200
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<op><=|>=|!=|<>|=|<|>)|(?P<comma>,)"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<number>-?\d+(?:\.\d+)?))"
)
OPERATORS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
STAMPS = {"CreatedDate": "created_at", "UpdatedDate": "updated_at"}
OBJECTS: dict[str, tuple[Table, dict[str, str]]] = {
    "Account": (
        ACCOUNT,
        {
            "Id": "id",
            "AccountNumber": "number",
            "Name": "name",
            "Status": "status",
            "CrmId": "crm_id",
            "Notes": "notes",
            "Currency": "currency",
            "Balance": "balance",
            "BillToId": "bill_to_id",
            "SoldToId": "sold_to_id",
        }
        | STAMPS,
    ),
    "Contact": (
        CONTACT,
        {
            "Id": "id",
            "AccountId": "account_id",
            "FirstName": "first_name",
            "LastName": "last_name",
            "NickName": "nickname",
            "WorkEmail": "work_email",
            "PersonalEmail": "personal_email",
            "Address1": "address1",
            "Address2": "address2",
            "City": "city",
            "State": "state",
            "PostalCode": "zip_code",
            "Country": "country",
            "County": "county",
            "Description": "description",
        }
        | STAMPS,
    ),
    "Subscription": (
        SUBSCRIPTION,
        {
            "Id": "id",
            "Name": "number",
            "AccountId": "account_id",
            "InvoiceOwnerId": "invoice_owner_id",
            "Status": "status",
            "Version": "version",
            "TermStartDate": "term_start_date",
            "TermEndDate": "term_end_date",
        }
        | STAMPS,
    ),
    "Invoice": (
        INVOICE,
        {
            "Id": "id",
            "InvoiceNumber": "number",
            "AccountId": "account_id",
            "InvoiceDate": "invoice_date",
            "DueDate": "due_date",
            "Amount": "amount",
            "Balance": "balance",
            "Status": "status",
        }
        | STAMPS,
    ),
}


class QueryError(Exception):
    """A query Zuora would not run."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is the FaultCode."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Query:
    """A query that can be run: what to return, and the SQL that finds it.

    `moment` is the column of a moment that every row is tested by, if there is one.
    """

    table: Table
    fields: dict[str, str]
    where: str
    values: tuple[Value, ...]
    moment: str | None = None


def parse(text: str) -> Query:
    """Understand a query or say what is wrong with it."""
    tokens = _Tokens(text)
    tokens.keyword("select")
    names = [tokens.word()]
    while tokens.take("comma"):
        names.append(tokens.word())
    tokens.keyword("from")
    name = tokens.word()
    if name not in OBJECTS:
        raise QueryError("INVALID_TYPE", f"invalid type for query: {name}")
    table, known = OBJECTS[name]
    fields = {one: _column(name, known, one) for one in names}
    where, values = _where(tokens, name, known)
    moment = next((one for one in STAMPS.values() if f'"{one}"' in where), None)
    return Query(table, fields, where, values, None if " or " in where else moment)


def _where(tokens: _Tokens, name: str, known: dict[str, str]) -> tuple[str, tuple[Value, ...]]:
    if tokens.at_end():
        return "1", ()
    tokens.keyword("where")
    tests, values = [], []
    while True:
        column = _column(name, known, tokens.word())
        operator = OPERATORS[tokens.operator()]
        value = tokens.value()
        if value is None:
            tests.append(f'"{column}" IS {"NOT " if operator == "!=" else ""}NULL')
        else:
            tests.append(f'"{column}" {operator} ?')
            values.append(_moment(value) if column in STAMPS.values() else value)
        if tokens.at_end():
            break
        tests.append(tokens.connective())
    if len(values) > MOST_CONDITIONS:
        raise QueryError("MALFORMED_QUERY", "too many conditions")
    return " ".join(tests), tuple(values)


def _moment(value: Value) -> str:
    """A moment in the form it is stored in; one without an offset is taken for UTC."""
    try:
        given = datetime.fromisoformat(str(value))
    except ValueError:
        raise QueryError("INVALID_VALUE", f"invalid value for a date: {value}") from None
    at = given if given.tzinfo else given.replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _column(name: str, known: dict[str, str], field: str) -> str:
    if field not in known:
        raise QueryError("INVALID_FIELD", f"invalid field for query: {name}.{field}")
    return known[field]


class _Tokens:
    """The query, word by word."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise self._malformed(text[position:].strip()[:20])
            self._tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()

    def at_end(self) -> bool:
        return not self._tokens

    def take(self, kind: str) -> str | None:
        if self._tokens and self._tokens[0][0] == kind:
            return self._tokens.pop(0)[1]
        return None

    def word(self) -> str:
        return self._expect("word")

    def operator(self) -> str:
        return self._expect("op")

    def keyword(self, wanted: str) -> None:
        if self.word() != wanted:
            raise self._malformed(f"expected {wanted}")

    def connective(self) -> str:
        found = self.word()
        if found not in ("and", "or"):
            raise self._malformed(found)
        return found

    def value(self) -> Value:
        if (text := self.take("text")) is not None:
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if (number := self.take("number")) is not None:
            return float(number) if "." in number else int(number)
        literal = self.word()
        if literal not in ("true", "false", "null"):
            raise self._malformed(literal)
        return {"true": True, "false": False, "null": None}[literal]

    def _expect(self, kind: str) -> str:
        found = self.take(kind)
        if found is None:
            raise self._malformed(self._tokens[0][1] if self._tokens else "end of query")
        return found

    @staticmethod
    def _malformed(near: str) -> QueryError:
        return QueryError("MALFORMED_QUERY", f"You have an error in your ZOQL syntax near: {near}")
