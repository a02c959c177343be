"""What Dashtam reads, as it is told to people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFormat:
    """`code` is the format in answers (`ofx`), `presets` are the layouts it recognises by themselves."""

    code: str
    name: str
    suffixes: tuple[str, ...]
    presets: tuple[str, ...] = ()
