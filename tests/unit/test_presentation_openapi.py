"""The API's description is whole: nothing is left for a reader to guess, and every example is true."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar
from litestar.openapi.spec import OpenAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.asgi import assemble
from app.core.loading import load
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.openapi import LIMITS
from app.presentation.http.registry import ROUTES
from app.presentation.http.route import Body, Requires, RouteMetadata

type Json = dict[str, Any]

DOCUMENTED = [meta for meta in ROUTES if meta.documented]
BOUNDS = {
    "string": {"maxLength", "pattern", "format", "enum"},
    "array": {"maxItems", "uniqueItems"},
    "integer": {"maximum"},
}
UNBOUNDED = {"Upload.file"}  # by `imports.upload_bytes_max`


@pytest.fixture(scope="module")
def litestar() -> Litestar:
    load("app")  # whatever else bears the name of a struct of the API
    return assemble()


@pytest.fixture(scope="module")
def api(litestar: Litestar) -> Json:
    schema: Json = msgspec.json.decode(msgspec.json.encode(litestar.openapi_schema.to_schema()))
    return schema


def test_schemas_are_those_of_what_routes_take_and_answer(litestar: Litestar, api: Json) -> None:
    known: Json = OpenAPI.to_schema(litestar.openapi_schema)["components"]["schemas"]
    for name, schema in api["components"]["schemas"].items():
        assert {*schema.get("properties", ())} == {*known[name].get("properties", ())}, name


def test_the_description_is_openapi_3_1(api: Json) -> None:
    assert api["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(api).validate()


def operation(api: Json, meta: RouteMetadata) -> Json:
    found: Json = api["paths"][meta.template][meta.method.value.lower()]
    return found


@pytest.mark.parametrize("meta", DOCUMENTED, ids=lambda meta: meta.operation_id)
def test_an_operation_says_everything_of_itself(api: Json, meta: RouteMetadata) -> None:
    said = operation(api, meta)
    assert said["operationId"] == meta.operation_id
    assert all(said[part] for part in ("summary", "description", "tags"))
    assert ("security" in said) == isinstance(meta.auth, Requires)
    assert ("requestBody" in said) == (meta.body is not Body.NONE)
    limited = meta.limit is not LimitPolicy.UNLIMITED
    for status, response in said["responses"].items():
        assert response["description"]
        assert "X-Trace-Id" in response["headers"]
        assert ({*LIMITS} <= {*response["headers"]}) == limited
        assert ("Retry-After" in response["headers"]) >= (status in {"429", "503"})
    for parameter in said.get("parameters", ()):
        assert parameter["in"] == "path" or parameter["description"], parameter["name"]
        for name, schema in parts(api, parameter["schema"], parameter["name"]) if parameter["in"] == "query" else ():
            bounds = BOUNDS.get(str(schema.get("type")), set())
            assert not bounds or bounds & {*schema, *parameter["schema"]}, name


@pytest.mark.parametrize("meta", DOCUMENTED, ids=lambda meta: meta.operation_id)
def test_every_example_is_what_its_schema_allows(api: Json, meta: RouteMetadata) -> None:
    said = operation(api, meta)
    for part in (*said["responses"].values(), said.get("requestBody", {})):
        for content in part.get("content", {}).values():
            named = [resolved(api, one)["value"] for one in content.get("examples", {}).values()]
            shown = [*named, *([content["example"]] if "example" in content else [])]
            assert shown
            schema = content["schema"] | {"components": api["components"]}
            check = jsonschema_rs.validator_for(schema, validate_formats=True)
            for each in shown:
                check.validate(each)


def resolved(api: Json, node: Json) -> Json:
    while reference := node.get("$ref"):
        node = api
        for key in reference.removeprefix("#/").split("/"):
            node = node[key]
    return node


def parts(api: Json, node: Json, name: str = "") -> Iterator[tuple[str, Json]]:
    """The schemas that one is made of, each with its name."""
    name = node.get("$ref", name).rpartition("/")[2]
    node = resolved(api, node)
    yield name, node
    for field, about in node.get("properties", {}).items():
        yield from parts(api, about, f"{name}.{field}")
    inner = [*node.get("anyOf", ()), *node.get("oneOf", ()), node.get("items"), node.get("additionalProperties")]
    for about in inner:
        if isinstance(about, dict):
            yield from parts(api, about, name)


@pytest.mark.parametrize(
    "meta", [meta for meta in DOCUMENTED if meta.body is not Body.NONE], ids=lambda meta: meta.operation_id
)
def test_what_is_sent_has_limits(api: Json, meta: RouteMetadata) -> None:
    for content in operation(api, meta)["requestBody"]["content"].values():
        for name, schema in parts(api, content["schema"]):
            bounds = BOUNDS.get(schema.get("type", ""), set())
            assert not bounds or bounds & {*schema} or name in UNBOUNDED, (name, schema)


def test_what_is_answered_has_the_limits_that_lists_and_counts_have(api: Json) -> None:
    for meta in DOCUMENTED:
        for response in operation(api, meta)["responses"].values():
            for content in response.get("content", {}).values():
                for name, schema in parts(api, content["schema"]):
                    assert (
                        schema.get("type") != "integer"
                        or "minimum" in schema
                        or name in {"Problem.status", "AuditRecordView.position"}
                    ), name
                    if "next_cursor" in schema.get("properties", {}):
                        arrays = [one for one in schema["properties"].values() if one.get("type") == "array"]
                        assert any("maxItems" in one for one in arrays), name


def test_links_lead_from_what_was_answered_to_what_can_be_done_with_it(api: Json) -> None:
    linked = {
        name
        for meta in DOCUMENTED
        for said in operation(api, meta)["responses"].values()
        for name in said.get("links", {})
    }
    below = {meta.operation_id for meta in DOCUMENTED if "/{" in meta.template}
    assert below - linked == {"get_problem"}
