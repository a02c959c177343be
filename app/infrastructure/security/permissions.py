"""The permission matrix: who may do what, enforced by Casbin, decisions remembered.

A user's roles are data and may change at any time; the matrix is code, so what was decided once stays true.
"""

import logging
from functools import cache
from itertools import pairwise

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
# Each role may what the next one may.
ROLES = ("admin", "user", "readonly")
# The least role that may.
TABLE = """
    resource      read      write
    accounts      readonly  user
    balances      readonly  user
    connections   readonly  user
    holdings      readonly  user
    imports       readonly  user
    providers     readonly  user
    syncs         readonly  user
    transactions  readonly  user
    users         readonly  user
    sessions      readonly  readonly
    password      nobody    readonly
    admin         admin     admin
    security      admin     admin
    audit         admin     nobody
"""
_, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
MATRIX = {
    (resource, action): role
    for resource, *roles in _ROWS
    for action, role in zip(("read", "write"), roles, strict=True)
    if role != "nobody"
}


class CasbinAuthorizer:
    """Implements `Authorizer`."""

    def __init__(self) -> None:
        logging.getLogger("casbin").setLevel(logging.WARNING)
        model = Model()
        model.load_model_from_text(MODEL)
        self._enforcer = casbin.Enforcer(model)
        self._enforcer.add_policies([(role, *right) for right, role in MATRIX.items()])
        self._enforcer.add_grouping_policies([*pairwise(ROLES)])
        self._decide = cache(self._enforced)

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return self._decide(roles, resource, action)

    def _enforced(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return any(self._enforcer.enforce(role, resource, action) for role in roles)
