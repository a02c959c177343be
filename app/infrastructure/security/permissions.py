"""The permission matrix: who may do what, enforced by Casbin, decisions remembered."""

import logging
from functools import cache

import casbin
from casbin.model import Model

MODEL = """
[request_definition]
r = role, resource, action
[policy_definition]
p = role, resource, action
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.role, p.role) && r.resource == p.resource && r.action == p.action
"""
# admin > user > readonly: each role may what the next one may.
INHERITS = (("admin", "user"), ("user", "readonly"))
FINANCIAL = ("accounts", "transactions", "holdings", "balances", "connections", "providers", "imports", "syncs")
MATRIX: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("readonly", "read", (*FINANCIAL, "sessions", "users")),
    ("readonly", "write", ("sessions", "password")),
    ("user", "write", (*FINANCIAL, "users")),
    ("admin", "read", ("admin", "security", "audit")),
    ("admin", "write", ("admin", "security")),
)


class CasbinAuthorizer:
    """Implements `Authorizer`."""

    def __init__(self) -> None:
        logging.getLogger("casbin").setLevel(logging.WARNING)
        model = Model()
        model.load_model_from_text(MODEL)
        self._enforcer = casbin.Enforcer(model)
        for role, action, resources in MATRIX:
            self._enforcer.add_policies([(role, resource, action) for resource in resources])
        for role, inherited in INHERITS:
            self._enforcer.add_grouping_policy(role, inherited)
        self._decide = cache(self._enforced)

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return self._decide(roles, resource, action)

    def _enforced(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return any(self._enforcer.enforce(role, resource, action) for role in roles)
