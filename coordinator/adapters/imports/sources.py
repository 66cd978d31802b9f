"""What reading a file needs beside the file: tables of words, names, regions and industries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from coordinator.adapters.imports.parsers import Parser, invalid, word
from coordinator.adapters.imports.shipped_tables import industry_table, shipped_regions
from coordinator.adapters.imports.tables import (
    AliasTable,
    ImportTables,
    load_aliases,
    load_import_tables,
    load_methods,
)
from coordinator.domain.errors import Rule
from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.industries import Industry, IndustryTable
from coordinator.domain.registers.organisation import Department, Region
from coordinator.domain.registers.regions import RegionTable


@dataclass(frozen=True)
class Sources:
    """The tables by which files are read; all of them travel to other processes."""

    tables: ImportTables
    aliases: AliasTable
    methods: Mapping[str, str]
    regions: RegionTable
    industries: IndustryTable

    def word(self, table: str) -> Parser:
        """Give the parser of the words of one word table."""
        writings = [names[0] for names in self.tables.words[table].values()]
        return word(self.tables.values_of(table), " | ".join(writings))

    def flag(self) -> Parser:
        """Give the parser of yes and no."""
        parse = self.word("flag")
        return lambda text: parse(text) == "yes"

    def department(self, written: str) -> str:
        """Give the code of a department by alias table or register, else DEPARTMENT_UNKNOWN."""
        code = self.aliases.departments.code_of(written)
        if code is None:
            raise invalid(self.aliases.departments.known(), Rule.DEPARTMENT_UNKNOWN)
        return code


def load_sources(
    columns: Path | None = None,
    aliases: Path | None = None,
    regions: Iterable[Region] = (),
    industries: Iterable[Industry] = (),
    departments: Iterable[Department] = (),
    day: date | None = None,
) -> Sources:
    """Load the shipped tables with an office's own; without regions the shipped ones are used.

    Rows may also call departments by the names of the office's own `departments`. On `day` region
    codes must be in use; None judges no validity.
    """
    stored = tuple(regions)
    placing = load_aliases(aliases)
    named = replace(placing.departments, registered=_names_of(departments))
    return Sources(
        tables=load_import_tables(columns),
        aliases=replace(placing, departments=named),
        methods=load_methods(),
        regions=RegionTable(stored or shipped_regions(), day),
        industries=industry_table(tuple(industries)),
    )


def _names_of(departments: Iterable[Department]) -> dict[str, str]:
    """Give the codes of departments by code and name; a name that two of them share means none."""
    names = [
        (plain_text(name), each.code) for each in departments for name in {each.code, each.name}
    ]
    bearers = Counter(name for name, _ in names)
    return {name: code for name, code in names if bearers[name] == 1}
