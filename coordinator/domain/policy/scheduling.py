"""How days are planned: the slots of a day, its minutes, travel, and what enterprises choose."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from coordinator.domain.policy.figures import PolicyPart, flawed, once

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class DaySlot(PolicyPart):
    """A part of the working day in which a visit may begin, with local times as `08:30`."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    name_en: str
    starts: str = Field(pattern=_CLOCK)
    ends: str = Field(pattern=_CLOCK)


class SchedulingPolicy(PolicyPart):
    """Days and slots of visits (2.5: schedule and vehicle by the liaison).

    slots: parts of the day in which a visit may begin; a longer visit goes on in the next.
    minutes_per_day: of a person's visits and travel on one day.
    travel_minutes_within, travel_minutes_between: from visit to visit inside a district, and from
    one district to another.
    choices_max: slots offered to the enterprise of an announced visit.
    choice_days: days after the notice in which it may choose; 0: nobody chooses.
    """

    slots: tuple[DaySlot, ...] = (
        DaySlot(code="am", name="上午", name_en="Morning", starts="08:00", ends="12:00"),
        DaySlot(code="pm", name="下午", name_en="Afternoon", starts="14:00", ends="18:00"),
    )
    minutes_per_day: int = Field(default=480, ge=1, le=1440)
    travel_minutes_within: int = Field(default=15, ge=0)
    travel_minutes_between: int = Field(default=45, ge=0)
    choices_max: Annotated[int, Field(ge=1)] = 6
    choice_days: int = Field(default=3, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.slots:
            raise flawed("slots", "at least one", "-")
        once((each.code for each in self.slots), "slots")
        before = ""
        for each in self.slots:
            if each.starts < before:
                raise flawed("slots", f"≥ {before}", each.starts)
            if each.ends <= each.starts:
                raise flawed("slots", f"> {each.starts}", each.ends)
            before = each.ends
        if self.travel_minutes_between < self.travel_minutes_within:
            at_least = f"≥ {self.travel_minutes_within}"
            raise flawed("travel_minutes_between", at_least, self.travel_minutes_between)
        return self
