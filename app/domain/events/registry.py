"""Every domain event, declared where it is defined: nothing is listed twice.

A workflow has three events: attempted (durable before the work), succeeded (commits with the change) and failed.
What merely happens beside a workflow has one: occurred. Fields of type `Personal` are kept where they can be erased.
The decorator makes the class a frozen dataclass and enters it here with what reacts to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, dataclass_transform, get_type_hints

PERSONAL = "personal"
Personal = Annotated[str, PERSONAL]


class Phase(StrEnum):
    ATTEMPTED = "attempted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    OCCURRED = "occurred"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMetadata:
    event: type
    category: str
    workflow: str
    phase: Phase
    audit_action: str
    email: bool = False
    session: bool = False
    personal: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What the log calls it: `user_registration.succeeded`."""
        return f"{self.workflow}.{self.phase}"


EVENTS: dict[type, EventMetadata] = {}
WORKFLOWS: dict[tuple[str, Phase], EventMetadata] = {}
NAMES: dict[str, EventMetadata] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event[E](
    workflow: str, phase: Phase, *, audit_action: str, email: bool = False, session: bool = False
) -> Callable[[type[E]], type[E]]:
    """Make the class an event of the workflow; its module names the category.

    `email` sends a letter; `session` says that it ended the sessions in its field `session_ids`.
    """

    def register(cls: type[E]) -> type[E]:
        frozen = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        hints = get_type_hints(cls, include_extras=True)
        meta = EventMetadata(
            event=frozen,
            category=cls.__module__.rpartition(".")[2],
            workflow=workflow,
            phase=phase,
            audit_action=audit_action,
            email=email,
            session=session,
            personal=frozenset(name for name, hint in hints.items() if PERSONAL in getattr(hint, "__metadata__", ())),
        )
        if meta.name in NAMES:
            raise TypeError(f"{workflow} already has its {phase} event")
        EVENTS[frozen] = WORKFLOWS[workflow, phase] = NAMES[meta.name] = meta
        return frozen

    return register
