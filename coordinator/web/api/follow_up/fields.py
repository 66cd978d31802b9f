"""Fields that several acts of follow-up ask for."""

from typing import Annotated

from pydantic import Field, JsonValue

from coordinator.web.acts import AREA
from coordinator.web.language import later

TAG = "后续处置 follow-up"
LINES: dict[str, JsonValue] = {"widget": "list", "free_text": True}
LONG = 2000

Files = Annotated[
    tuple[str, ...],
    Field(
        title=later("证据文件的指纹"),
        description=later("每行一个：sha256sum 的输出。文件留在本部门，这里只存指纹。"),
        json_schema_extra=LINES,
        max_length=200,
    ),
]
Reason = Annotated[
    str, Field(title=later("理由"), min_length=1, max_length=LONG, json_schema_extra=AREA)
]
Person = Annotated[str, Field(title=later("办理人"), min_length=1, max_length=100)]
Number = Annotated[str, Field(title=later("决定书文号"), min_length=1, max_length=100)]


def choice(source: str) -> dict[str, JsonValue]:
    """Offer the choices of a source as a select."""
    return {"widget": "select", "choices": source}
