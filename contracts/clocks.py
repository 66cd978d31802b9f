"""Messages about clocks of every stage: what a department has to do, and is not done (2.5, 2.7)."""

from datetime import date

from pydantic import Field

from contracts.vocabulary import Wire


class ClockReminded(Wire):
    """Something that a department has to do is due or overdue.

    `clock` names what: `findings`, `feedback`, `disclosure`, `objection`, `hazard`, `repair`,
    `delisting`; `about` is the visit, publication, hazard, application or listing, and `name` whom
    it concerns, empty where that is not told. `days_over` counts the days since the due date,
    `number` the reminders of this deadline.
    """

    clock: str
    about: str
    department: str
    name: str = ""
    due_date: date
    days_over: int = Field(ge=0)
    number: int = Field(ge=1)
