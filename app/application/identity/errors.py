"""Refusals that several use cases of identity share."""

from app.core.errors import Conflict, Forbidden, Invalid, Unauthorized


class CredentialsWrong(Unauthorized):
    """E-mail and password do not match."""


class EmailInvalid(Invalid):
    """This is no e-mail address."""


class EmailUnknown(Conflict):
    """Nobody has this e-mail address."""


class ConfirmationRequired(Forbidden):
    """Confirm with your password first."""


class MailTokenInvalid(Invalid):
    """This token is unknown, used or expired."""
