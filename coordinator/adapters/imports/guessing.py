"""Which column of a file holds which field, guessed from titles and samples."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from coordinator.adapters.imports.columns import Column
from coordinator.adapters.imports.csv_text import Record
from coordinator.adapters.imports.directories import Directory, directory_of
from coordinator.adapters.imports.finding import Headers, missing_fields
from coordinator.adapters.imports.sources import Sources
from coordinator.adapters.imports.tabular import header_candidates, recognised, sheet_records
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.mappings import ColumnGuess, MappingGuess, column_letter

_SAMPLES: Final = 5
_SURE: Final = 100
_LIKELY: Final = 60
"""Likeness of titles from which a field is proposed; below it the samples are asked."""
_BY_SAMPLES: Final = 50
_TELLING: Final = frozenset({"object_id", "regno", "kind", "region", "industry", "status", "sex"})
"""Fields whose values are so particular that samples alone give them away."""


def guess_mapping(kind: str, path: Path, sources: Sources) -> MappingGuess:
    """Guess the columns of a file from its first rows; nothing is refused but unreadable files."""
    directory = directory_of(kind)
    headers, limits = sources.tables.headers[directory.headers], sources.tables.limits
    sheets, best = [], None
    for sheet, records in sheet_records(path, limits):
        sheets.append(sheet)
        start = list(itertools.islice(records, limits.header_rows + _SAMPLES))
        for height, names in header_candidates([cells for _, cells in start]):
            found = recognised(names, headers)
            if height <= limits.header_rows and (best is None or len(found) > best[0]):
                best = (len(found), sheet, names, start[:height], start[height:])
    if best is None:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why="no row with text"
        )
    _, sheet, names, above, below = best
    columns = _columns(directory, names, below, sources)
    return MappingGuess(
        sheet=sheet,
        sheets=tuple(sheet for sheet in sheets if sheet),
        header_row=above[-1][0],
        columns=columns,
        missing=tuple(missing_fields((c.field for c in columns if c.field), directory.required)),
        titles={field: titles[0] for field, titles in headers.items()},
    )


def _columns(
    directory: Directory, names: Sequence[str], below: Sequence[Record], sources: Sources
) -> tuple[ColumnGuess, ...]:
    width = max([len(names), *(len(cells) for _, cells in below)])
    headers = sources.tables.headers[directory.headers]
    parsers = {column.field: column for column in directory.shape(sources).columns}
    titles = [names[position].strip() if position < len(names) else "" for position in range(width)]
    samples = [_samples(below, position) for position in range(width)]
    scores = [
        _scores(title, sample, headers, parsers)
        for title, sample in zip(titles, samples, strict=True)
    ]
    fields = _assigned(scores)
    return tuple(
        ColumnGuess(
            position=position,
            letter=column_letter(position),
            title=titles[position],
            samples=samples[position],
            field=fields.get(position),
            sure=scores[position].get(fields.get(position, ""), 0),
            alternatives=_alternatives(scores[position], fields.get(position)),
        )
        for position in range(width)
        if titles[position] or samples[position]
    )


def _samples(below: Iterable[Record], position: int) -> tuple[str, ...]:
    written = (cells[position].strip() for _, cells in below if position < len(cells))
    return tuple(itertools.islice((text[:60] for text in written if text), _SAMPLES))


def _scores(
    title: str, samples: Sequence[str], headers: Headers, columns: Mapping[str, Column]
) -> dict[str, int]:
    """Give field → likeness of its titles; a telling field may also be seen in the samples."""
    plain = plain_text(title).lower()
    scores = {}
    for field, writings in headers.items():
        likeness = max(_likeness(plain, plain_text(text).lower()) for text in writings)
        if likeness >= _LIKELY:
            scores[field] = likeness
        elif field in _TELLING and samples and all(_fits(columns[field], s) for s in samples):
            scores[field] = _BY_SAMPLES
    return scores


def _likeness(title: str, writing: str) -> int:
    if not title:
        return 0
    return _SURE if title == writing else min(_SURE - 1, int(fuzz.ratio(title, writing)))


def _fits(column: Column, sample: str) -> bool:
    try:
        column.parse(sample)
    except RuleBrokenError:
        return False
    return True


def _assigned(scores: Sequence[Mapping[str, int]]) -> dict[int, str]:
    """Give every field to one column, the surest pairs first, the leftmost column among equals."""
    pairs = [
        (-score, position, field)
        for position, fields in enumerate(scores)
        for field, score in fields.items()
    ]
    assigned: dict[int, str] = {}
    for _, position, field in sorted(pairs):
        if position not in assigned and field not in assigned.values():
            assigned[position] = field
    return assigned


def _alternatives(scores: Mapping[str, int], taken: str | None) -> tuple[str, ...]:
    others = sorted((field for field in scores if field != taken), key=lambda f: (-scores[f], f))
    return tuple(others)
