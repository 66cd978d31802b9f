"""Archive: every task as signed packages of one chain, kept for their term, checked by anybody."""

from coordinator.services.archive.evidence import drop_files, files_to_drop
from coordinator.services.archive.keeping import (
    destroy_package,
    keep_package,
    propose_destruction,
    what_holds,
)
from coordinator.services.archive.packing import archive_task, packages_of
from coordinator.services.archive.sections import EXCLUDED, SECTIONS, Section
from coordinator.services.archive.sending import PackageFiles, package_files
from coordinator.services.archive.supplementing import supplement_changed
from coordinator.services.archive.terms import note_due_tasks, note_term_over, terms_over
from coordinator.services.archive.verifying import (
    ArchiveState,
    flaws_of,
    office_keys,
    verify_archive,
)

__all__ = [
    "EXCLUDED",
    "SECTIONS",
    "ArchiveState",
    "PackageFiles",
    "Section",
    "archive_task",
    "destroy_package",
    "drop_files",
    "files_to_drop",
    "flaws_of",
    "keep_package",
    "note_due_tasks",
    "note_term_over",
    "office_keys",
    "package_files",
    "packages_of",
    "propose_destruction",
    "supplement_changed",
    "terms_over",
    "verify_archive",
    "what_holds",
]
