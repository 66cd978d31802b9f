"""What says how to check a task's archive packages, and does: it lies beside them."""

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "package_guide"


def package_guide(visit_id: str) -> Mapping[str, bytes]:
    """Give the text for people and the script for their machine, by file name."""
    text = (_FOLDER / "README.txt").read_text(encoding="utf-8")
    return {
        "README.txt": text.format(visit_id=visit_id).encode(),
        "verify.sh": (_FOLDER / "verify.sh").read_bytes(),
    }
