"""Credit files: what is on record of an enterprise in a year, and the class it leads to (2.10)."""

from coordinator.services.credit_file.making import (
    latest_file,
    make_credit_file,
    make_if_known,
    objects_of,
    subjects_visited,
)
from coordinator.services.credit_file.public_now import as_public_now

__all__ = [
    "as_public_now",
    "latest_file",
    "make_credit_file",
    "make_if_known",
    "objects_of",
    "subjects_visited",
]
