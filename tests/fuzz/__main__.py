"""`just fuzz-readers SECONDS`: atheris looks for bytes that no reader can answer, beginning with the tests' files.

What it finds new it keeps in `build/fuzz/found` and goes on from there the next time; bytes that fail are told, and
kept beside. Further arguments are libFuzzer's.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.infrastructure.statements"]):
    from tests.fuzz.target import one_input

from tests.fuzz.fragments import FRAGMENTS

DATA = Path(__file__).parents[1] / "data"
BUILD = Path("build") / "fuzz"
INPUT_BYTES_MAX = 4096
INPUT_SECONDS_MAX = 10  # a linear reader needs less than one for so few bytes, whatever else the machine does
MEMORY_MEBIBYTES_MAX = 1024


def dictionary() -> Path:
    """The fragments as libFuzzer reads them."""
    path = BUILD / "fragments.dict"
    words = {fragment[:64] for fragments in FRAGMENTS.values() for fragment in fragments}
    path.write_text("".join(f'"{"".join(f"\\x{byte:02x}" for byte in word)}"\n' for word in sorted(words)))
    return path


def main() -> None:
    found = BUILD / "found"
    found.mkdir(parents=True, exist_ok=True)
    limits = {"max_len": INPUT_BYTES_MAX, "timeout": INPUT_SECONDS_MAX, "rss_limit_mb": MEMORY_MEBIBYTES_MAX}
    options = [f"-{name}={value}" for name, value in limits.items()]
    places = [f"-dict={dictionary()}", f"-artifact_prefix={BUILD}/", str(found), *map(str, sorted(DATA.iterdir()))]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], *places], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
