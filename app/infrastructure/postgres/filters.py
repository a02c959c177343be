"""Conditions of a statement that depend on what is asked for."""

from typing import Self


class Filters:
    """Collects conditions and numbers their arguments; one whose arguments are None is left out."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = [*arguments]
        self._conditions: list[str] = []

    def add(self, condition: str, *values: object) -> Self:
        """Each `{}` of the condition stands for one of the values."""
        if None not in values:
            first = len(self.arguments) + 1
            self._conditions.append(condition.format(*(f"${first + at}" for at in range(len(values)))))
            self.arguments += values
        return self

    @property
    def text(self) -> str:
        """The conditions, each after an AND."""
        return "".join(f" and {condition}" for condition in self._conditions)
