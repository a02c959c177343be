import pytest

from app.infrastructure.security.permissions import CasbinAuthorizer

AUTHORIZER = CasbinAuthorizer()
LEDGER = ("accounts", "transactions", "holdings", "balances", "connections", "providers", "imports", "syncs")


def allowed(role: str, resource: str) -> set[str]:
    return {action for action in ("read", "write") if AUTHORIZER.allows((role,), resource, action)}


@pytest.mark.parametrize("resource", [*LEDGER, "users"])
def test_readonly_reads_and_a_user_writes_too(resource: str) -> None:
    assert allowed("readonly", resource) == {"read"}
    assert allowed("user", resource) == allowed("admin", resource) == {"read", "write"}


def test_readonly_may_end_sessions_and_change_the_password() -> None:
    assert allowed("readonly", "sessions") == {"read", "write"}
    assert allowed("readonly", "password") == {"write"}


@pytest.mark.parametrize("resource", ["admin", "security"])
def test_administration_is_for_admins(resource: str) -> None:
    assert allowed("readonly", resource) == allowed("user", resource) == set()
    assert allowed("admin", resource) == {"read", "write"}


def test_the_audit_trail_is_read_by_admins_and_written_by_nobody() -> None:
    assert [allowed(role, "audit") for role in ("readonly", "user", "admin")] == [set(), set(), {"read"}]


@pytest.mark.parametrize("roles", [(), ("",), ("nobody",), ("Admin",), ("*",), ("accounts",), ("p", "g", "_")])
def test_unknown_roles_may_nothing(roles: tuple[str, ...]) -> None:
    assert not AUTHORIZER.allows(roles, "accounts", "read")


@pytest.mark.parametrize(("resource", "action"), [("nothing", "read"), ("accounts", "delete"), ("", ""), ("*", "*")])
def test_what_is_not_in_the_matrix_is_not_allowed(resource: str, action: str) -> None:
    assert not AUTHORIZER.allows(("admin",), resource, action)


def test_the_strongest_of_several_roles_counts() -> None:
    assert AUTHORIZER.allows(("readonly", "user"), "accounts", "write")
