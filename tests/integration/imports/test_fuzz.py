"""Whatever is uploaded ends in outcomes or in one refusal that can be worded, never in a crash."""

import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.adapters.imports.registers import (
    DIRECTORIES,
    RowOutcome,
    Sources,
    guess_mapping,
    load_sources,
    stream,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.unit.imports.files import write_ods, write_rows, write_xlsx
from tests.unit.imports.test_dirt import OBJECT

SOURCES = load_sources()
RULES = tomllib.loads((Path(__file__).parents[3] / "coordinator/web/rules.toml").read_text("utf-8"))
KINDS = sorted(DIRECTORIES)
LIMITS = {
    "file_bytes": 1 << 20,
    "unpacked_bytes": 1 << 20,
    "workbook_memory": 1 << 30,
    "line_characters": 5_000,
    "columns": 200,
}
BOUNDED = replace(
    SOURCES,
    tables=SOURCES.tables.model_copy(
        update={"limits": SOURCES.tables.limits.model_copy(update=LIMITS)}
    ),
)
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def require_worded(rule: Rule, facts: Mapping[str, object]) -> None:
    for language in ("zh", "en"):
        assert RULES[rule.value][language].format(**facts)


def read_all(kind: str, path: Path, sources: Sources = BOUNDED) -> list[RowOutcome[Any]]:
    """Read a file to its end; every problem must have what its sentence needs."""
    outcomes = list(stream(kind, path, sources))
    for outcome in outcomes:
        assert outcome.value is not None or outcome.problems or outcome.warnings
        for problem in (*outcome.problems, *outcome.warnings):
            require_worded(problem.rule, problem.facts())
    return outcomes


def refusal_of(path: Path, kind: str = "objects", sources: Sources = BOUNDED) -> Rule | None:
    """Give the rule by which a file is refused, None for one that is read to its end."""
    try:
        read_all(kind, path, sources)
    except RuleBrokenError as error:
        require_worded(error.rule, error.facts)
        rule: Rule | None = error.rule
    else:
        rule = None
    try:
        guess_mapping(kind, path, sources)
    except RuleBrokenError as error:
        require_worded(error.rule, error.facts)
    return rule


@pytest.fixture(scope="session")
def xlsx(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("fuzz") / "o.xlsx"
    return write_xlsx(path, [[*OBJECT], [*OBJECT.values()]], [(1, 2, 1, 3)]).read_bytes()


def with_part(content: bytes, path: Path, name: str, text: bytes) -> Path:
    """Write a workbook in which one part is replaced."""
    source = path.with_suffix(".source")
    source.write_bytes(content)
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w") as after:
        for entry in before.infolist():
            after.writestr(entry.filename, text if entry.filename == name else before.read(entry))
    return path


@settings(FUZZ, max_examples=12)
@given(content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".xlsx", ".xls", ".ods"]))
def test_any_bytes_are_refused_or_read(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)

    assert refusal_of(path) is not None


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "640221", "1.0E+14", "H6121", "2026-02-30", "9" * 40, "=1+1", "\ufeff", "uscc:"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


@FUZZ
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_any_cells_below_a_right_header_become_outcomes(
    tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    titles = [names[0] for names in SOURCES.tables.headers[kind].values()]
    rows = data.draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(titles, CELLS)), min_size=1, max_size=4)
    )

    rule = refusal_of(write_rows(tmp_path / "a.csv", *rows), kind)

    assert rule is None


@settings(FUZZ, max_examples=12)
@given(position=st.integers(0, 6000), length=st.integers(0, 40), byte=st.integers(0, 255))
def test_a_damaged_workbook_is_refused_or_read(
    tmp_path: Path, xlsx: bytes, position: int, length: int, byte: int
) -> None:
    path = tmp_path / "a.xlsx"
    damaged = xlsx[:position] + bytes([byte]) * length + xlsx[position + length :]
    path.write_bytes(damaged)

    refusal_of(path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(tmp_path: Path, xlsx: bytes, share: float) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx[: int(len(xlsx) * share)])

    assert refusal_of(path) == Rule.IMPORT_FILE_UNREADABLE


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, xlsx: bytes) -> None:
    bomb = with_part(xlsx, tmp_path / "a.xlsx", "xl/sharedStrings.xml", b" " * (2 << 20))

    assert refusal_of(bomb) == Rule.IMPORT_FILE_TOO_LARGE


def far_cell_of_xlsx(path: Path) -> Path:
    name, text = (
        "xl/worksheets/sheet1.xml",
        (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="A1" t="n"><v>1</v></c></row>'
            b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData></worksheet>'
        ),
    )
    whole = write_xlsx(path.with_name("whole.xlsx"), [["a"]]).read_bytes()
    return with_part(whole, path.with_suffix(".xlsx"), name, text)


def far_cell_of_ods(path: Path) -> Path:
    small = write_ods(path.with_name("small.ods"), [["a", "b"]])
    with zipfile.ZipFile(small) as archive:
        text = archive.read("content.xml").decode()
    wide = text.replace(
        "<table:table-cell office", '<table:table-cell table:number-columns-repeated="9999" office'
    ).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')
    return with_part(small.read_bytes(), path.with_suffix(".ods"), "content.xml", wide.encode())


@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (far_cell_of_xlsx, Rule.IMPORT_TOO_MANY_CELLS),
        (far_cell_of_ods, Rule.IMPORT_FILE_UNREADABLE),
    ],
)
def test_a_small_workbook_that_spans_a_huge_sheet_is_refused(
    tmp_path: Path, write: Callable[[Path], Path], rule: Rule
) -> None:
    assert refusal_of(write(tmp_path / "a"), sources=SOURCES) == rule


def head(*rest: str) -> str:
    return "\n".join([",".join(OBJECT), *rest])


CRAFTED: Iterable[tuple[str, str, bytes, Rule]] = [
    ("an empty file", "a.csv", b"", Rule.IMPORT_COLUMNS_MISSING),
    ("blank lines", "a.csv", b"\n\r\n\n", Rule.IMPORT_COLUMNS_MISSING),
    ("a picture", "a.png", b"\x89PNG\r\n", Rule.IMPORT_FORMAT_UNKNOWN),
    ("no extension", "a", b"a,b", Rule.IMPORT_FORMAT_UNKNOWN),
    ("text named xlsx", "a.xlsx", head().encode(), Rule.IMPORT_FILE_UNREADABLE),
    ("text named xls", "a.xls", head().encode(), Rule.IMPORT_FILE_UNREADABLE),
    ("a workbook named csv", "a.csv", b"PK\x03\x04\x14\x00\x08\x00", Rule.IMPORT_COLUMNS_MISSING),
    ("UTF-16", "a.csv", head().encode("utf-16"), Rule.IMPORT_ENCODING_UNKNOWN),
    (
        "mixed encodings",
        "a.csv",
        head().encode() + "\n云溪".encode("gb18030") + b"\xff",
        Rule.IMPORT_ENCODING_UNKNOWN,
    ),
    ("an open quote", "a.csv", head('1,"2', "3").encode(), Rule.IMPORT_FILE_UNREADABLE),
    ("text after a quote", "a.csv", head('"1"2,3').encode(), Rule.IMPORT_FILE_UNREADABLE),
    ("a huge cell", "a.csv", head("1," + "x" * 9000).encode(), Rule.IMPORT_LINE_TOO_LONG),
    ("a huge line", "a.csv", b"x" * 9000, Rule.IMPORT_LINE_TOO_LONG),
    ("too many columns", "a.csv", b"a," * 1000, Rule.IMPORT_TOO_MANY_COLUMNS),
    (
        "a huge quoted cell over many lines",
        "a.csv",
        head('1,"' + "x\n" * 6000 + '"').encode(),
        Rule.IMPORT_FILE_UNREADABLE,
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "rule"), [each[1:] for each in CRAFTED], ids=[each[0] for each in CRAFTED]
)
def test_a_crafted_file_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, rule: Rule
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal_of(path) == rule


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "a.csv") == Rule.IMPORT_FILE_UNREADABLE
    assert refusal_of(tmp_path / "a.xlsx") == Rule.IMPORT_FILE_UNREADABLE


def test_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a.csv"
    folder.mkdir()

    assert refusal_of(folder) == Rule.IMPORT_FILE_UNREADABLE


def test_a_header_alone_gives_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head(), "utf-8")

    assert read_all("objects", path) == []


def test_a_hundred_thousand_columns_are_refused_by_the_shipped_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a," * 100_000, "utf-8")

    assert refusal_of(path, sources=SOURCES) == Rule.IMPORT_TOO_MANY_COLUMNS
