"""Completes Litestar's description of the API by what it does not know: limits, headers, links, examples.

Schemas are those that msgspec itself checks by; the rest follows from the route registry.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, override

from litestar.datastructures import UploadFile
from litestar.enums import HttpMethod
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import OpenAPI
from msgspec import Struct
from msgspec.json import schema_components

from app.application.fields import PAGE_MAX
from app.application.views import Listed
from app.core.errors import DomainError
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.examples import example, problem_example
from app.presentation.http.problems import status_of
from app.presentation.http.registry import ROUTES
from app.presentation.http.route import Public, RouteMetadata

type Json = dict[str, Any]

FILE = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
SCHEMAS = "#/components/schemas/{name}"
LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Policy")
RETRIED = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
HEADERS: dict[str, tuple[str, str | int]] = {
    "X-Trace-Id": ("Under which the request was logged.", "4bf92f3577b34da6a3ce929d0e0e4736"),
    "X-RateLimit-Limit": ("How many requests may follow one another at once.", 300),
    "X-RateLimit-Remaining": ("How many are left.", 299),
    "X-RateLimit-Reset": ("When all of them are back, in seconds since 1970.", 1_796_000_000),
    "X-RateLimit-Policy": ("`degraded` while Redis does not answer: limits are then looser, or not told.", "degraded"),
    "Retry-After": ("Seconds to wait.", 3),
    "WWW-Authenticate": ("How to authenticate.", "Bearer"),
    "ETag": ("For `If-None-Match`, and for `If-Match` of a change.", '"Yk0b2pQ1"'),
    "Location": ("Where the thing stands.", "/api/v1/imports/0198c2f0-5b7e-7cc3-98c4-dc0c0c07398f"),
    "Preference-Applied": ("The `Prefer` that led to this answer; absent where the file's size did.", "respond-async"),
    "Idempotency-Replayed": ("`true` where the answer is the one that was given before.", "true"),
}


class DescribedConfig(OpenAPIConfig):
    @override
    def to_openapi_schema(self) -> OpenAPI:
        return Description(**vars(super().to_openapi_schema()))


class Description(OpenAPI):
    @override
    def to_schema(self) -> Json:
        return completed(super().to_schema())


def completed(api: Json) -> Json:
    """The description with everything in it."""
    components = api["components"]
    components["schemas"] |= stated(components["schemas"])
    components["headers"] = {name: header(*about) for name, about in HEADERS.items()}
    refusals = {error for meta in ROUTES for error in meta.refusals}
    components["examples"] = {error.code: {"value": problem_example(error)} for error in sorted(refusals, key=code)}
    for meta in ROUTES:
        if meta.documented:
            complete(api, meta)
    return api


def code(error: type[DomainError]) -> str:
    return error.code


def stated(known: Json) -> Json:
    """What msgspec says of the structs among these schemas; a page's list is limited as `limit` is.

    A struct is known by name and fields: a job's command may have the name of another's, and is no part of this.
    """
    fields = {name: {*schema.get("properties", ())} for name, schema in known.items()}
    kinds = {kind.__name__: kind for kind in structs(Struct) if fields.get(kind.__name__) == {*kind.__struct_fields__}}
    _, said = schema_components(kinds.values(), schema_hook=file, ref_template=SCHEMAS)
    for name, kind in kinds.items():
        if issubclass(kind, Listed):
            rows = next(field for field in said[name]["properties"].values() if field.get("type") == "array")
            rows["maxItems"] = PAGE_MAX
    return said


def file(kind: type) -> Json:
    """What msgspec does not know: an uploaded file."""
    if kind is not UploadFile:
        raise NotImplementedError
    return FILE


def structs(kind: type[Struct]) -> Iterator[type[Struct]]:
    """Those of the application and of HTTP."""
    for child in kind.__subclasses__():
        if child.__module__.startswith(("app.application.", "app.presentation.http.")):
            yield child
        yield from structs(child)


def header(about: str, value: str | int) -> Json:
    kind = "string" if isinstance(value, str) else "integer"
    return {"description": about, "schema": {"type": kind}, "example": value}


def operation(api: Json, meta: RouteMetadata) -> Json:
    found: Json = api["paths"][meta.template][meta.method.value.lower()]
    return found


def complete(api: Json, meta: RouteMetadata) -> None:
    said, schemas = operation(api, meta), api["components"]["schemas"]
    responses = said["responses"]
    if meta.may_wait:
        responses["202"] = responses[str(meta.status)] | {"description": "Accepted: a worker does it."}
    for status, response in responses.items():
        named = {name: {"$ref": f"#/components/headers/{name}"} for name in headers(meta, HTTPStatus(int(status)))}
        response["headers"] = response.get("headers", {}) | named
        for media, content in response.get("content", {}).items():
            if media == "application/problem+json":
                errors = [error.code for error in meta.refusals if status_of(error) == int(status)]
                content["examples"] = {name: {"$ref": f"#/components/examples/{name}"} for name in errors}
            else:
                content["example"] = example(content["schema"], schemas, meta.operation_id)
                response["links"] = dict(links(api, meta, content["schema"]))
    for content in said.get("requestBody", {}).get("content", {}).values():
        content["example"] = example(content["schema"], schemas, meta.operation_id)


def headers(meta: RouteMetadata, status: HTTPStatus) -> Iterator[str]:
    """What an answer of that status may bring."""
    yield "X-Trace-Id"
    if meta.limit is not LimitPolicy.UNLIMITED:
        yield from LIMITS
    if status in RETRIED or (status is HTTPStatus.CONFLICT and meta.is_keyed):
        yield "Retry-After"
    if status is HTTPStatus.UNAUTHORIZED:
        yield "WWW-Authenticate"
    if status < HTTPStatus.BAD_REQUEST:
        yield from ("ETag",) if meta.has_etag else ()
        yield from ("Location",) if meta.location else ()
        yield from ("Preference-Applied",) if status is HTTPStatus.ACCEPTED else ()
        yield from ("Idempotency-Replayed",) if meta.is_keyed else ()


def links(api: Json, meta: RouteMetadata, schema: Json) -> Iterator[tuple[str, Json]]:
    """What can be done next with the things that a collection answered: their ids lead to whatever takes one.

    What anyone may create is of whom it names, who need not be the caller: nothing follows from it.
    """
    below = [re.fullmatch(re.escape(meta.template) + r"/{(\w+)}", other.template) for other in ROUTES]
    name = next((found[1] for found in below if found), "")
    fields, place = fields_of(api, schema), "$response.body#"
    if meta.method is HttpMethod.GET and (lists := [key for key in fields if "$ref" in fields[key].get("items", {})]):
        fields, place = fields_of(api, fields[lists[0]]["items"]), f"{place}/{lists[0]}/0"
    known = next((key for key in (name, "id") if key in fields), "")
    if not name or not known or isinstance(meta.auth, Public):
        return
    for other in ROUTES:
        taken = {one["name"] for one in operation(api, other).get("parameters", ())} if other.documented else set()
        if name in taken:
            yield other.operation_id, {"operationId": other.operation_id, "parameters": {name: f"{place}/{known}"}}


def fields_of(api: Json, schema: Json) -> Json:
    """The fields of a schema that is referred to."""
    found: Json = api["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
    return found
