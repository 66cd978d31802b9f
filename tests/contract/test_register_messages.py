"""Rows in messages are the rows of files: same fields, same headers, no persons of objects."""

import pytest
from pydantic import BaseModel

from contracts.register_rows import Directory, columns_of
from coordinator.adapters.imports.tables import load_import_tables
from coordinator.domain.registers import Expert, InspectionObject, Inspector, Recusal

VALUES: dict[Directory, type[BaseModel]] = {
    Directory.INSPECTORS: Inspector,
    Directory.EXPERTS: Expert,
    Directory.RECUSALS: Recusal,
    Directory.OBJECTS: InspectionObject,
}
PERSONAL = {"responsible_person", "phone"}


@pytest.mark.parametrize("directory", Directory)
def test_rows_have_the_fields_of_the_register_but_no_persons_of_objects(
    directory: Directory,
) -> None:
    assert set(columns_of(directory)) == set(VALUES[directory].model_fields) - PERSONAL


@pytest.mark.parametrize("directory", Directory)
def test_titles_are_the_headers_that_exports_use(directory: Directory) -> None:
    headers = load_import_tables(None).headers[directory.value]

    written = {field: headers[field][0] for field in columns_of(directory)}

    assert written == dict(columns_of(directory))
