"""An object's own proof that it stands in a drawn list whose root was published (3-draw.md 3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.draw_proof import canonical_json, leaves, merkle_path, merkle_root, salt


@dataclass(frozen=True)
class Opening:
    """One object's opening of one line; `document` is the file that verify_draw.py reads.

    Siblings on the path are salted hashes: the document tells nothing of anybody else.
    """

    line: str
    object: str
    document: bytes


def open_row(line: str, rows: Sequence[bytes], index: int, key: bytes, commit_hash: str) -> Opening:
    """Return the opening of one row of a drawn list; `rows` without header and LF, `key` its S."""
    row = rows[index]
    tree = list(leaves(rows, key))
    path = zip(_sides(index, len(rows)), merkle_path(tree, index), strict=True)
    fields = row.decode().split("\t")
    document = canonical_json(
        {
            "line": line,
            "record": row.decode(),
            "salt": salt(key, row).hex(),
            "ticket": fields[2],
            "path": [[side, sibling.hex()] for side, sibling in path],
            "root": merkle_root(tree).hex(),
            "commit_hash": commit_hash,
        }
    )
    return Opening(line, fields[0], document)


def _sides(index: int, count: int) -> list[str]:
    """Return on which side each sibling of an audit path stands, nearest first."""
    if count == 1:
        return []
    split = 1 << (count - 1).bit_length() - 1
    if index < split:
        return [*_sides(index, split), "right"]
    return [*_sides(index - split, count - split), "left"]
