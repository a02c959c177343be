"""Examples of everything the API takes and answers: a value for each field, put together as the schemas say.

A test holds that each example is what its schema allows, and that no field lacks a value.
"""

from typing import Any

from app.core.errors import DomainError, FieldError, Invalid
from app.presentation.http.problems import status_of, title

type Json = dict[str, Any]

ID = "0198c2f0-5b7e-7cc3-98c4-dc0c0c07398f"
FORMATS: dict[str, str] = {
    "uuid": ID,
    "date-time": "2026-11-27T09:30:00Z",
    "date": "2026-11-27",
    "decimal": "1234.50",
}
PLAIN = {"boolean": True, "integer": 2}
FIELDS: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
    "alias": "Household",
    "authorization_url": "https://127.0.0.1:8000/oauth/start?state=Yk0b2pQ1",
    "check_number": "1042",
    "counterparty": "Corner Bakery",
    "credentials": {"token": "aHR0cHM6Ly9iYW5rLmV4YW1wbGUvY2xhaW0vMQ=="},
    "cron": "*/5 * * * *",
    "cusip": "037833100",
    "description": "CORNER BAKERY 0042",
    "device": "Firefox on Linux",
    "email": "ada@example.com",
    "event_lag_seconds": 0.04,
    "external_id": "2026112700042",
    "facts": {"reason": "credentials_wrong"},
    "file_name": "statement.qfx",
    "format": "ofx",
    "get_liveness": {"status": "alive"},
    "get_metrics": 'dashtam_requests_total{route="list_accounts",status="200"} 42.0',
    "get_problem": "<!doctype html><title>not_found</title>",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "institution": "First Example Bank",
    "ip_address": "198.51.100.7",
    "isin": "US0378331005",
    "kid": "1",
    "last_rotation_reason": "laptop of an administrator lost",
    "location": None,
    "locator": "statement 1, row 12",
    "memo": "Card 4242",
    "name": "Everyday checking",
    "next_cursor": None,
    "number_masked": "****5678",
    "personal": {"ip_address": "198.51.100.7"},
    "provider_slug": "simplefin",
    "raw": "<STMTTRN><TRNTYPE>DEBIT",
    "reason": "phone stolen",
    "reference": "INV-2026-117",
    "refresh_token": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "roles": ["user"],
    "slug": "simplefin",
    "symbol": "AAPL",
    "tier": "plus",
    "token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "token_type": "Bearer",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "user_action": None,
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "CredentialFieldView": {"name": "token", "label": "Setup token", "is_secret": True},
    "CsvMappingView": {"date": "Date", "date_order": "year_first", "description": ["Payee"], "amount": "Amount"},
    "Health.parts": {"postgres": True, "redis": True, "events": True},
    "ImportFault.code": "amount_unreadable",
    "ImportFault.detail": "The amount is no number: 12,x4",
    "ImportFormatView": {"code": "csv", "name": "CSV", "suffixes": [".csv"], "presets": ["n26", "revolut"]},
    "ImportMappingView.name": "My bank's card",
    "ProviderView.name": "SimpleFIN",
    "QueuedJobsView.name": "import",
    "QueuedJobsView.state": "queued",
    "ScheduleView.name": "sync_accounts",
    "ScheduleView.state": "queued",
    "Security.name": "Apple Inc.",
    "SyncFault": {"code": "rate_limited", "detail": "The institution asks to wait."},
    "UpdateProfile.name": "Ada",
    "Upload": {"file": "statement.qfx"},
    "UserView.name": "Ada",
    "RegisteredUserView.name": "Ada",
}
"""By name, or by schema and name where one name means different things; or a whole schema."""


class NoExampleError(LookupError):
    """A field without a value: add it to `FIELDS`."""


def example(schema: Json, schemas: Json, name: str = "") -> Any:
    """A value that the schema allows; `name` is the field's, with its schema's before it."""
    keys = (name, name.rpartition(".")[2], schema.get("$ref", "").rpartition("/")[2])
    known = [FIELDS[key] for key in keys if key in FIELDS]
    said = [*known, *schema.get("examples", ()), *schema.get("enum", ())]
    if said:
        return said[0]
    if target := schema.get("$ref", "").rpartition("/")[2]:
        return example(schemas[target], schemas, target)
    branches = schema.get("anyOf") or schema.get("oneOf")
    return example(branches[0], schemas, name) if branches else made(schema, schemas, name)


def made(schema: Json, schemas: Json, name: str) -> Any:
    """Objects and lists of examples; of other types, a value that says nothing."""
    match schema:
        case {"type": "object", "properties": fields}:
            return {field: example(about, schemas, f"{name}.{field}") for field, about in fields.items()}
        case {"type": "array", "items": items}:
            return [example(items, schemas, name)]
        case {"type": "boolean" | "integer" as kind}:
            return PLAIN[kind]
        case {"format": known} if known in FORMATS:
            return FORMATS[known]
    raise NoExampleError(name)


def problem_example(error: type[DomainError]) -> Json:
    """How a refusal looks."""
    fault = FieldError(field="/email", code=Invalid.code, detail="Expected `str`, got `int`")
    return {
        "type": f"/problems/{error.code}",
        "title": title(error),
        "status": status_of(error),
        "detail": f"{fault.field}: {fault.detail}" if error is Invalid else title(error),
        "instance": "/api/v1/users",
        "errors": [{"field": fault.field, "code": fault.code, "detail": fault.detail}] if error is Invalid else [],
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
