"""The form that says which column of a file holds which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.mappings import ColumnGuess, ColumnMapping, MappingGuess
from coordinator.web.console.registers.fields import field_label
from coordinator.web.language import _

_CERTAIN, _LIKELY = 100, 60


@dataclass(frozen=True)
class Choice:
    """One column of the file with the field that is chosen for it now."""

    column: ColumnGuess
    field: str

    @property
    def name(self) -> str:
        """Give the name of its select."""
        return f"column-{self.column.position}"

    @property
    def tone(self) -> str:
        """Give the tone that says how sure the guess is."""
        if not self.field or self.field != self.column.field:
            return ""
        return "good" if self.column.sure >= _CERTAIN else "warn"

    @property
    def words(self) -> str:
        """Say how the choice came about."""
        if not self.field:
            return _("不导入")
        if self.field != self.column.field:
            return _("人工选定")
        if self.column.sure >= _CERTAIN:
            return _("列名一致")
        return _("很可能，请核对") if self.column.sure >= _LIKELY else _("猜测，请核对")


def choices(guess: MappingGuess, mapping: ColumnMapping | None) -> list[Choice]:
    """Give every column with its field: of a saved mapping where one is chosen, else guessed."""
    if mapping is None:
        return [Choice(each, each.field or "") for each in guess.columns]
    fields = {title: field for field, title in mapping.columns.items()}
    return [
        Choice(each, fields.get(each.title) or fields.get(each.letter, ""))
        for each in guess.columns
    ]


def entered(guess: MappingGuess, form: FormData) -> list[Choice]:
    """Give every column with the field that was chosen on the form, unknown ones as none."""
    asked = [str(form.get(f"column-{each.position}", "")) for each in guess.columns]
    return [
        Choice(each, field if field in guess.titles else "")
        for each, field in zip(guess.columns, asked, strict=True)
    ]


def field_pairs(kind: RegisterKind, guess: MappingGuess) -> list[tuple[str, str]]:
    """Give (field, words) of everything that a column may hold."""
    return [(each, label(kind, guess, each)) for each in guess.titles]


def to_mapping(kind: RegisterKind, guess: MappingGuess, chosen: Sequence[Choice]) -> ColumnMapping:
    """Give the mapping that was chosen.

    IMPORT_COLUMN_TWICE when two columns claim a field, IMPORT_COLUMNS_MISSING without a needed one.
    """
    titles = [each.column.title for each in chosen]
    columns: dict[str, ColumnGuess] = {}
    for each in chosen:
        if not each.field:
            continue
        if each.field in columns:
            raise RuleBrokenError(
                Rule.IMPORT_COLUMN_TWICE,
                field=label(kind, guess, each.field),
                columns=(columns[each.field].letter, each.column.letter),
            )
        columns[each.field] = each.column
    _require_needed(kind, guess, columns)
    return ColumnMapping(
        columns={field: _address(column, titles) for field, column in columns.items()},
        sheet=guess.sheet or None,
        header_row=guess.header_row,
    )


def _require_needed(
    kind: RegisterKind, guess: MappingGuess, columns: Mapping[str, ColumnGuess]
) -> None:
    missing = [each for each in guess.missing if each not in columns]
    if missing or not columns:
        raise RuleBrokenError(
            Rule.IMPORT_COLUMNS_MISSING,
            file=guess.sheet,
            missing=[label(kind, guess, each) for each in missing or guess.titles],
            found=[each.title for each in columns.values()],
        )


def label(kind: RegisterKind, guess: MappingGuess, field: str) -> str:
    """Name a field; one that only files have is called as files call it."""
    known = field_label(kind, field)
    return known if known != field else guess.titles.get(field, field)


def _address(column: ColumnGuess, titles: Sequence[str]) -> str:
    unique = column.title and titles.count(column.title) == 1
    return column.title if unique else column.letter
