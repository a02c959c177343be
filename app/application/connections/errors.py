"""What connecting refuses."""

from app.core.errors import Conflict, Invalid, Unavailable
from app.domain.connections.faults import (
    ConsentEnded,
    CredentialsRefused,
    InstitutionBusy,
    InstitutionUnavailable,
    InstitutionUnreadable,
    ProviderNotConfigured,
)

INSTITUTION = (
    ConsentEnded,
    CredentialsRefused,
    InstitutionBusy,
    InstitutionUnavailable,
    InstitutionUnreadable,
    ProviderNotConfigured,
)


class ProviderUnknown(Invalid):
    """There is no such provider here."""


class CredentialsIncomplete(Invalid):
    """These are not the credentials that this provider asks for."""


class ConnectionBusy(Unavailable):
    """The connection is being synced; try again when that is done."""


class RefreshNeedless(Conflict):
    """This provider's access does not run out, so there is nothing to refresh."""
