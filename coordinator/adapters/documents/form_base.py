"""What all forms share: their texts, their rows, the office that issues them."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Rows = tuple[tuple[int | str, ...], ...]


class Given(BaseModel):
    """Data of a document; what a form does not print is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


class Form(Given):
    """What every form has: the office that issues it, and whether it is a rehearsal."""

    office: Text
    rehearsal: bool = False

    @property
    def dated(self) -> date:
        """The day the document bears."""
        raise NotImplementedError

    @property
    def scanned(self) -> str | None:
        """What the form's QR says, where it has one."""
        return None
