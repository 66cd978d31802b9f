"""The directory of experts 专家库: they are drawn by field, assist only, and never decide."""

from typing import Final

from coordinator.adapters.imports.columns import Column, Shape, finish_nothing
from coordinator.adapters.imports.parsers import code, name, one_line, texts
from coordinator.adapters.imports.sources import Sources

REQUIRED: Final = ("expert_id", "name", "field", "organisation")


def expert_shape(_sources: Sources) -> Shape:
    """Give the columns; the field becomes the roster `@field` of a draw and so must be a code."""
    return Shape(
        columns=(
            Column("expert_id", code, required=True),
            Column("name", name, required=True),
            Column("field", code, required=True, repeats=True),
            Column("organisation", one_line, required=True, repeats=True),
            Column("qualifications", texts, blank=(), repeats=True),
        ),
        key=("expert_id",),
        finish=finish_nothing,
    )
