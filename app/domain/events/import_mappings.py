"""What happens to saved CSV mappings."""

from app.core.ids import ImportMappingId, UserId
from app.domain.events.registry import Personal, workflow


@workflow("import_mapping_saving", {"name": Personal}, audit_action="import_mapping_saved")
class ImportMappingSavingSucceeded:
    user_id: UserId
    mapping_id: ImportMappingId
    name: Personal


@workflow("import_mapping_removal", {"mapping_id": ImportMappingId}, audit_action="import_mapping_removed")
class ImportMappingRemovalSucceeded:
    user_id: UserId
    mapping_id: ImportMappingId
    name: Personal
