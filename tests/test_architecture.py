"""Rules that no reviewer should have to repeat: the registries agree with the code, and budgets hold."""

import ast
import inspect
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.application.reactions.email import LETTERS
from app.application.registry import USE_CASES, Command, Query
from app.asgi import assemble
from app.core.errors import DomainError, error_classes
from app.core.loading import load
from app.domain.events.registry import EVENTS, NAMES, WORKFLOWS, Phase
from app.domain.protocols.secrets import Ring
from app.infrastructure.security.permissions import MATRIX
from app.presentation.http.problems import status_of
from app.presentation.http.registry import ROUTES
from app.presentation.http.route import Public, Requires, RouteMetadata
from app.wiring.request import services, use_cases
from tests.reference import REFERENCE

ROOT = Path(__file__).parent.parent
FILE_LINES_MAX = 200
USE_CASE_LINES_MAX = 80  # below its imports
PUBLIC = {
    "create_user",
    "create_email_verification",
    "create_email_verification_token",
    "create_password_reset",
    "create_password_reset_token",
    "create_session",
    "create_tokens",
    "get_jwks",
    "get_metrics",  # for holders of a token of its own
    "get_liveness",
    "get_readiness",
    "get_problem",
    "list_import_formats",
    "finish_authorization",
    "schema",
    "show_email_verification",
    "show_password_reset",
    "start_authorization",
    "submit_email_verification",
    "submit_password_reset",
}
SECRETS = re.compile(r"password|secret(?!_hash)|^token$|credential|number", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def app() -> Litestar:
    load("app")
    return assemble()


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def subclasses(kind: type) -> Iterator[type]:
    children: list[type] = kind.__subclasses__()
    for child in children:
        yield child
        yield from subclasses(child)


def handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """Every handler of ours; Litestar's answers to OPTIONS have no metadata and run nothing."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (handler for handler in route.route_handlers if handler.http_methods != {"OPTIONS"})


def test_every_message_has_one_handler() -> None:
    assert {*subclasses(Command), *subclasses(Query)} == set(USE_CASES)


def test_a_use_case_is_one_file_named_after_its_message() -> None:
    for message, use_case in USE_CASES.items():
        file = message.__module__.rpartition(".")[2]
        assert message.__module__ == use_case.handler.__module__
        assert file == re.sub(r"(?<!^)(?=[A-Z])", "_", message.__name__).lower()
        assert use_case.handler.__name__ == f"{message.__name__}Handler"


def test_the_request_graph_is_made_of_the_registered_handlers() -> None:
    provided = {factory.provides.type_hint for factory in use_cases().factories}
    assert provided == {use_case.handler for use_case in USE_CASES.values()} | {*services()}


def test_every_workflow_has_its_three_phases_and_a_command() -> None:
    phases = {*Phase} - {Phase.OCCURRED}
    declared = {workflow for workflow, phase in WORKFLOWS if phase in phases}
    found = {(workflow, phase) for workflow, phase in WORKFLOWS if phase in phases}
    assert found == {(workflow, phase) for workflow in declared for phase in phases}
    assert not declared & {workflow for workflow, phase in WORKFLOWS if phase is Phase.OCCURRED}
    assert declared == {use_case.workflow for use_case in USE_CASES.values()} - {None}


def test_events_are_named_after_workflow_and_phase_and_audited_once() -> None:
    for event, meta in EVENTS.items():
        words = "".join(word.capitalize() for word in meta.workflow.split("_"))
        assert event.__name__ == words + meta.phase.capitalize()
    audited = {meta.name: meta.audit_action for meta in NAMES.values() if meta.audit_action}
    assert len(set(audited.values())) == len(audited)
    assert all(meta.phase is Phase.OCCURRED for meta in NAMES.values() if meta.name not in audited)


def test_every_text_of_an_event_says_whether_it_is_personal_or_a_fact() -> None:
    """Import both from the registry: a `Fact` is shown in the audit trail, what is `Personal` can be erased."""
    for meta in NAMES.values():
        assert {field.name for field in fields(meta.event)} == meta.shown | meta.personal, meta.name


def test_workflows_that_the_reference_has_are_audited_under_its_names() -> None:
    for workflow, actions in REFERENCE.items():
        found = {phase: meta.audit_action for (name, phase), meta in WORKFLOWS.items() if name == workflow}
        assert not found or [*found.values()] == actions, workflow


def test_events_hold_no_secret() -> None:
    assert not [
        f"{event.__name__}.{field.name}" for event in EVENTS for field in fields(event) if SECRETS.search(field.name)
    ]


@pytest.mark.usefixtures("app")
def test_an_event_that_ends_sessions_names_them() -> None:
    for event, meta in EVENTS.items():
        assert meta.session == ("session_ids" in {field.name for field in fields(event)}), event.__name__


def test_every_event_that_mails_has_its_letter() -> None:
    assert {meta.event for meta in NAMES.values() if meta.email} == set(LETTERS)


def test_the_app_serves_exactly_the_registered_routes(app: Litestar) -> None:
    served = {handler.opt["route"].operation_id for handler in handlers(app)}
    assert served == {meta.operation_id for meta in ROUTES}
    assert len({(meta.method, meta.path) for meta in ROUTES}) == len(ROUTES)


def test_public_routes_are_these() -> None:
    assert {meta.operation_id for meta in ROUTES if isinstance(meta.auth, Public)} == PUBLIC


@pytest.mark.parametrize("meta", ROUTES, ids=lambda meta: meta.operation_id)
def test_somebody_may_use_the_route(meta: RouteMetadata) -> None:
    if isinstance(meta.auth, Requires):
        assert (meta.auth.resource, meta.auth.action) in MATRIX


def test_openapi_declares_the_registered_refusals_and_no_other(app: Litestar) -> None:
    paths: dict[str, Any] = app.openapi_schema.to_schema()["paths"]
    for meta in ROUTES:
        if not meta.documented:
            continue
        operation = paths[re.sub(r":\w+}", "}", meta.path)][meta.method.value.lower()]
        refusals = {status: body for status, body in operation["responses"].items() if int(status) >= 400}
        assert set(refusals) == {str(status_of(error)) for error in meta.refusals}, meta.operation_id
        assert all([*body["content"]] == ["application/problem+json"] for body in refusals.values())
        assert operation["operationId"] == meta.operation_id
        assert operation["summary"]
        assert ("security" in operation) == isinstance(meta.auth, Requires)


def test_every_error_has_a_title_a_status_and_its_own_code() -> None:
    errors = list(dict.fromkeys(error_classes()))
    assert all(status_of(error) for error in errors)
    assert all(error.__doc__ and error.__doc__ != DomainError.__doc__ for error in errors)
    assert len({error.code for error in errors}) == len(errors)


def test_controller_methods_are_short() -> None:
    for file in modules("app/presentation/http/controllers"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                assert len(node.body) <= 1 + 5, f"{file.name}: {node.name}"


def test_files_stay_small() -> None:
    long = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in modules("app")}
    assert not {file: lines for file, lines in long.items() if lines > FILE_LINES_MAX}


def test_a_use_case_reads_in_a_minute() -> None:
    for message in USE_CASES:
        source = Path(str(inspect.getfile(message))).read_text("utf-8")
        last_import = max(node.end_lineno or 0 for node in ast.parse(source).body if isinstance(node, ast.ImportFrom))
        assert len(source.splitlines()) - last_import <= USE_CASE_LINES_MAX, message.__name__


def test_every_package_says_what_it_is_and_nothing_else() -> None:
    for file in ROOT.glob("app/*/**/__init__.py"):
        body = ast.parse(file.read_text("utf-8")).body
        assert len(body) == 1, file
        assert isinstance(body[0], ast.Expr), file


def test_nothing_hides_imports_or_swallows_errors() -> None:
    for file in modules("app"):
        source = file.read_text("utf-8")
        assert "TYPE_CHECKING" not in source, file
        assert not re.search(r"except (Base)?Exception[^\n]*:\n\s+(pass|\.\.\.)", source), file
        assert not re.search(r"\b(TODO|FIXME)\b", source), file


def test_the_top_level_is_what_the_readme_says() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.partition("/")[0] for line in listed.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {
        "app",
        "tests",
        "db",
        "docs",
        "Dockerfile",
        "compose.yaml",
        "justfile",
        "pyproject.toml",
        "uv.lock",
        "litestar.toml",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "AGENTS.md",
        "LICENSE",
    }


def test_migrations_are_one_chain_in_the_order_of_their_numbers() -> None:
    before = None
    for file in sorted((ROOT / "db/migrations/versions").glob("*.py")):
        number = file.name[:4]
        source = file.read_text("utf-8")
        assert f'revision = "{number}"' in source, file.name
        assert f"down_revision = {f'"{before}"' if before else None}" in source, f"{file.name} follows {before}"
        before = number


def test_what_the_docs_promise_is_tested() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text("utf-8")):
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{page.name}: {file}::{name}"


def test_key_rings_are_documented() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert all(f"DASHTAM_SECRET_{ring.upper()}" in example for ring in Ring)
