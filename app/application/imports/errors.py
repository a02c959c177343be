"""What importing a statement refuses."""

from app.core.errors import Conflict, Invalid


class AccountUnnamed(Invalid):
    """The file does not say which account it belongs to."""


class ImportNotUndoable(Conflict):
    """Only a finished import can be undone, and only once."""


class AccountOther(Conflict):
    """The file belongs to another account."""


class MappingUnknown(Invalid):
    """There is no saved mapping of this name."""
