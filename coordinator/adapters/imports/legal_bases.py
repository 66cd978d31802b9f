"""Several legal bases in one cell taken apart: one entry per law, its articles kept together."""

import re
from typing import Final

_BETWEEN: Final = re.compile(
    r"""[\r\n]+            # a line each
    | [；;。]\s*           # or marked off
    | [、，,]?\s*(?=《)    # or the next title begins
    """,
    re.VERBOSE,
)
_NUMBERING: Final = re.compile(r"^[0-9]+[.、]\s*")
_ARTICLE: Final = re.compile(r"^(?:第|[0-9]+[、，,])")
_SUPPLEMENT: Final = re.compile(r"^[（(〈<等]")
_LEADS_ON: Final = re.compile(r"(?:[或和及与据按]|根据|依据)$")
_NAMES_A_TEXT: Final = re.compile(r"[《第法条〔]")


def split_legal_bases(cell: str) -> tuple[str, ...]:
    """Split a cell into its legal bases, in order, without repeats; empty for a blank cell."""
    bases: list[str] = []
    for piece in _BETWEEN.split(cell):
        text = _NUMBERING.sub("", re.sub(r"\s+", " ", piece).strip(" 、，,"))
        if not text:
            continue
        if not bases or _is_new(bases[-1], text):
            bases.append(text)
        else:
            bases[-1] += f"、{text}" if _is_further_article(bases[-1], text) else text
    return tuple(dict.fromkeys(bases))


def _is_new(former: str, text: str) -> bool:
    """Tell whether `text` begins another law, given that the former entry may be unfinished."""
    is_open = former.count("《") != former.count("》") or former.count("（") != former.count("）")
    is_issuer_only = not _NAMES_A_TEXT.search(former)
    if is_open or is_issuer_only or _LEADS_ON.search(former):
        return False
    return not (_ARTICLE.match(text) or _SUPPLEMENT.match(text))


def _is_further_article(former: str, text: str) -> bool:
    return bool(_ARTICLE.match(text)) and former.endswith(("条", "款", "项"))
