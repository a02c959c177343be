"""Every domain event, declared where it is defined: nothing is listed twice.

A workflow has three events: attempted (durable before the work), succeeded (commits with the change) and failed.
The decorator makes the class a frozen dataclass and enters it here with what reacts to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import dataclass_transform


class Phase(StrEnum):
    ATTEMPTED = "attempted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMetadata:
    event: type
    category: str
    workflow: str
    phase: Phase
    audit_action: str
    email: bool = False

    @property
    def name(self) -> str:
        """What the log calls it: `user_registration.succeeded`."""
        return f"{self.workflow}.{self.phase}"


EVENTS: dict[type, EventMetadata] = {}
WORKFLOWS: dict[tuple[str, Phase], EventMetadata] = {}
NAMES: dict[str, EventMetadata] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event[E](workflow: str, phase: Phase, *, audit_action: str, email: bool = False) -> Callable[[type[E]], type[E]]:
    """Make the class an event of the workflow; its module names the category."""

    def register(cls: type[E]) -> type[E]:
        frozen = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        meta = EventMetadata(
            event=frozen,
            category=cls.__module__.rpartition(".")[2],
            workflow=workflow,
            phase=phase,
            audit_action=audit_action,
            email=email,
        )
        if meta.name in NAMES:
            raise TypeError(f"{workflow} already has its {phase} event")
        EVENTS[frozen] = WORKFLOWS[workflow, phase] = NAMES[meta.name] = meta
        return frozen

    return register
