"""Every domain event, declared where it is defined: nothing is listed twice.

A workflow has three events: attempted (durable before the work), succeeded (commits with the change) and failed. Its
success is declared; the other two follow from what the command was asked. What merely happens beside a workflow has one
event: occurred. The decorators make a class a frozen dataclass and enter it here with what reacts to it.

A text says what it is: `Personal` is kept where it can be erased, `Fact` may be shown to others in the audit trail.
What is neither, nor a number, an id, a date or an enumeration, stays in the log; no event holds a secret.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Annotated, Any, dataclass_transform, get_args, get_type_hints
from uuid import UUID

PERSONAL, FACT, UNSAID = "personal", "fact", "unsaid"
Personal = Annotated[str, PERSONAL]
Fact = Annotated[str, FACT]

HARMLESS = (UUID, int, Decimal, date, Enum, type(None))


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
    audit_action: str | None
    email: bool = False
    session: bool = False
    personal: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What the log calls it: `user_registration.succeeded`."""
        return f"{self.workflow}.{self.phase}"

    @property
    def reactions(self) -> frozenset[str]:
        """The names of those that follow from it."""
        wanted = {"log": True, "audit": bool(self.audit_action), "email": self.email, "session": self.session}
        return frozenset(name for name, wants in wanted.items() if wants)


EVENTS: dict[type, EventMetadata] = {}
WORKFLOWS: dict[tuple[str, Phase], EventMetadata] = {}
NAMES: dict[str, EventMetadata] = {}
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event[E](
    workflow: str, phase: Phase, *, audit_action: str | None, email: bool = False, session: bool = False
) -> Callable[[type[E]], type[E]]:
    """Make the class an event of the workflow; its module names the category.

    `email` sends a letter; `session` says that it ended the sessions in its field `session_ids`. Only what occurs may
    go without an audit action.
    """

    def register(cls: type[E]) -> type[E]:
        frozen = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        said = {name: {*meanings(hint)} for name, hint in get_type_hints(cls, include_extras=True).items()}
        meta = EventMetadata(
            event=frozen,
            category=cls.__module__.rpartition(".")[2],
            workflow=workflow,
            phase=phase,
            audit_action=audit_action,
            email=email,
            session=session,
            personal=frozenset(name for name, meaning in said.items() if PERSONAL in meaning),
            shown=frozenset(name for name, meaning in said.items() if meaning <= {FACT}),
        )
        if meta.name in NAMES:
            raise TypeError(f"{workflow} already has its {phase} event")
        EVENTS[frozen] = WORKFLOWS[workflow, phase] = NAMES[meta.name] = meta
        return frozen

    return register


@dataclass_transform(frozen_default=True, kw_only_default=True)
def workflow[E](
    name: str,
    asked: Mapping[str, Any] = NOTHING,
    *,
    audit_action: str,
    attempt_action: str = "",
    failure_action: str = "",
    **reactions: bool,
) -> Callable[[type[E]], type[E]]:
    """Make the class the success of a workflow, and with it the events of the attempt and the failure.

    The attempt says what was `asked`: fields of the command with their types. The failure says that and its `reason`.
    Both are audited by the workflow's name, unless another action is given; `reactions` are those to the success.
    """

    def register(cls: type[E]) -> type[E]:
        words = "".join(word.capitalize() for word in name.split("_"))

        def beside(phase: Phase, action: str, told: Mapping[str, Any]) -> None:
            body = {"__module__": cls.__module__, "__annotations__": {**told}}
            event(name, phase, audit_action=action or f"{name}_{phase}")(type(words + phase.capitalize(), (), body))

        beside(Phase.ATTEMPTED, attempt_action, asked)
        succeeded = event(name, Phase.SUCCEEDED, audit_action=audit_action, **reactions)(cls)
        beside(Phase.FAILED, failure_action, {**asked, "reason": Fact})
        return succeeded

    return register


def meanings(hint: Any) -> Iterator[str]:
    """What the parts of a field's type are: personal, facts, or unsaid."""
    if marks := {PERSONAL, FACT} & {*getattr(hint, "__metadata__", ())}:
        yield from marks
    elif parts := get_args(hint):
        yield from (meaning for part in parts if part is not ... for meaning in meanings(part))
    else:
        kind = getattr(hint, "__supertype__", hint)  # a NewType, as all ids are
        yield FACT if isinstance(kind, type) and issubclass(kind, HARMLESS) else UNSAID
