"""Registration never depends on a list: import a package's modules and they register themselves."""

import importlib
import pkgutil
from types import ModuleType


def load(package: str) -> list[ModuleType]:
    """Import every module below a package, and answer them."""
    found = pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
    return [importlib.import_module(module.name) for module in found]
