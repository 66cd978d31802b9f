"""Credit files: what is on record of an enterprise in a year, and the class it leads to (2.10)."""

from coordinator.services.credit_file.making import (
    latest_file,
    make_credit_file,
    make_if_known,
    objects_of,
    subjects_visited,
)

__all__ = [
    "latest_file",
    "make_credit_file",
    "make_if_known",
    "objects_of",
    "subjects_visited",
]
