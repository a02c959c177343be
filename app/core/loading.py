"""Registration never depends on a list: import a package's modules and they register themselves."""

import importlib
import pkgutil


def load(package: str) -> None:
    """Import every module below a package."""
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        importlib.import_module(module.name)
