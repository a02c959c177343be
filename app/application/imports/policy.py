"""The settings that imports' rules take as numbers."""

from dataclasses import dataclass

KEPT_ROWS_MAX = 100
PREVIEW_ROWS_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPolicy:
    row_faults_max: int
    upload_bytes_max: int
    at_once_bytes_max: int
    mappings_max: int
