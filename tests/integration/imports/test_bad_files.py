"""Whatever a file holds: an exit status and a sentence in both languages, never half of it in."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.integration.imports.command import HEADER, Console, a_row, new_console

KINDS = (
    "objects",
    "inspectors",
    "experts",
    "recusals",
    "item-list",
    "joint-list",
    "calendar",
    "regions",
    "industries",
)
HEAD = (",".join(HEADER) + "\n").encode()
CELLS = st.text(max_size=40) | st.sampled_from(
    [
        "",
        '"',
        "640221",
        "存续",
        "企业",
        "H6210",
        "premises:1",
        "91640221MA0000001X",
        "1e400",
        "=1+1",
    ]
)


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


def workbook(content: bytes) -> bytes:
    """Give a zip that calls itself a workbook."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", content)
    return target.getvalue()


HOPELESS = {
    "empty.csv": b"",
    "blank.csv": b"\n\n\n",
    "only-a-header.csv": HEAD,
    "binary.csv": bytes(range(256)) * 40,
    "nul.csv": HEAD + b"premises:a\x00b,,,,,,\n",
    "odd-bytes.csv": HEAD + b"\xff\xfe\xff,\n",
    "open-quote.csv": HEAD + b'"' + b"a" * 3_000_000,
    "huge-cell.csv": HEAD + b"a" * 5_000_000 + b"\n",
    "columns.csv": b"," * 50_000 + b"\n",
    "truncated.xlsx": workbook(b"<x>")[:60],
    "no-workbook.xlsx": workbook(b"<x>"),
    "bomb.xlsx": workbook(b"\0" * 40_000_000),
    "text.xlsx": b"objects,\n",
    "binary.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "broken.ods": b"PK\x03\x04",
    "unknown.docx": b"x",
}


@pytest.mark.parametrize("name", HOPELESS)
def test_a_hopeless_file_is_a_sentence_and_changes_nothing(console: Console, name: str) -> None:
    path = console.folder / name
    path.write_bytes(HOPELESS[name])

    done = console.run("objects", path, "--accept-valid")

    assert done.exit_code == 2
    assert "Traceback" not in done.output
    chinese, english = done.stderr.strip().splitlines()[-2:]
    assert re.search("[一-鿿]{4}.*[。，]", chinese)
    assert re.search("[A-Za-z]+ [a-z]+ [a-z]+ ", english)
    assert (console.count("inspection_object"), console.staged()) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_refuses_a_file_of_another(console: Console, kind: str) -> None:
    path = console.folder / "other.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")

    done = console.run(kind, path, "--accept-valid")

    assert (done.exit_code, console.staged()) == (2, 0)


def check(console: Console, content: bytes) -> None:
    """Import bytes as a directory; what is in the register is what the act says."""
    path = console.folder / "fuzz.csv"
    path.write_bytes(content)
    before = console.count("inspection_object")

    done = console.run("objects", path, "--accept-valid", "--json")

    assert done.exit_code in (0, 1, 2), done.output
    assert console.staged() == 0
    if done.exit_code == 2:
        assert console.count("inspection_object") == before


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(CELLS, max_size=len(HEADER) + 1), max_size=6))
@example(rows=[["x"], a_row(1), a_row(1, 名称="别名"), a_row(1)])  # type: ignore[list-item]
def test_no_row_leaves_half_of_a_file(console: Console, rows: list[list[str]]) -> None:
    lines = [",".join(str(cell) for cell in row) for row in rows]

    check(console, HEAD + "\n".join(lines).encode("utf-8", "replace"))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cut=st.integers(0, 400),
    noise=st.binary(max_size=30),
    encoding=st.sampled_from(["gb18030", "utf-8"]),
)
def test_no_bytes_leave_half_of_a_file(
    console: Console, cut: int, noise: bytes, encoding: str
) -> None:
    good = "\n".join(",".join(map(str, a_row(n))) for n in range(5))
    content = f"{','.join(HEADER)}\n{good}\n".encode(encoding)

    check(console, content[:cut] + noise + content[cut:])
