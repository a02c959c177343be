"""What happens to saved CSV mappings."""

from app.core.ids import ImportMappingId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

IMPORT_MAPPING_SAVING = "import_mapping_saving"
IMPORT_MAPPING_REMOVAL = "import_mapping_removal"


@event(IMPORT_MAPPING_SAVING, Phase.ATTEMPTED, audit_action="import_mapping_saving_attempted")
class ImportMappingSavingAttempted:
    name: Personal


@event(IMPORT_MAPPING_SAVING, Phase.SUCCEEDED, audit_action="import_mapping_saved")
class ImportMappingSavingSucceeded:
    user_id: UserId
    mapping_id: ImportMappingId
    name: Personal


@event(IMPORT_MAPPING_SAVING, Phase.FAILED, audit_action="import_mapping_saving_failed")
class ImportMappingSavingFailed:
    name: Personal
    reason: Fact


@event(IMPORT_MAPPING_REMOVAL, Phase.ATTEMPTED, audit_action="import_mapping_removal_attempted")
class ImportMappingRemovalAttempted:
    mapping_id: ImportMappingId


@event(IMPORT_MAPPING_REMOVAL, Phase.SUCCEEDED, audit_action="import_mapping_removed")
class ImportMappingRemovalSucceeded:
    user_id: UserId
    mapping_id: ImportMappingId
    name: Personal


@event(IMPORT_MAPPING_REMOVAL, Phase.FAILED, audit_action="import_mapping_removal_failed")
class ImportMappingRemovalFailed:
    mapping_id: ImportMappingId
    reason: Fact
