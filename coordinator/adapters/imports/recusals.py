"""Recusals 回避: who must not check whom, declared by the person, the object or the office."""

from typing import Final

from coordinator.adapters.imports.columns import Column, Shape, finish_nothing
from coordinator.adapters.imports.objects import object_id
from coordinator.adapters.imports.parsers import code, one_line
from coordinator.adapters.imports.sources import Sources

REQUIRED: Final = ("person_id", "object_id", "reason", "declared_by")


def recusal_shape(sources: Sources) -> Shape:
    """Give the columns; an object id of an enterprise bars the person from all its places."""
    return Shape(
        columns=(
            Column("person_id", code, required=True),
            Column("object_id", object_id, required=True),
            Column("reason", one_line, required=True, repeats=True),
            Column("declared_by", sources.word("declared_by"), required=True, repeats=True),
        ),
        key=("person_id", "object_id"),
        finish=finish_nothing,
    )
