"""From the form of a line to its value, and to the count of what it would draw."""

from pydantic import TypeAdapter, ValidationError

from coordinator.domain.annual_plan import Conditions, FrameCount, PlanLine, Share
from coordinator.domain.policy import PlanPolicy
from coordinator.services import annual_plan
from coordinator.services.ports import Work
from coordinator.web.console.annual_plan.changes import field_word
from coordinator.web.console.annual_plan.line_form import Fill, Problems, entered
from coordinator.web.console.annual_plan.weight_form import rules_entered
from coordinator.web.errors import field_problems
from coordinator.web.language import _

NEW = "new"
_LINE = TypeAdapter(PlanLine)
_CONDITIONS = TypeAdapter(Conditions)
_SHARE = TypeAdapter(Share)
_COUNTED = {"strata", "gradings", "number", "event_months", "weights", "weight_months"}


def read_line(plan_id: str, code: str, fill: Fill) -> tuple[PlanLine | None, Problems]:
    """Read a form as a line, or name every field that does not fit."""
    found = entered(fill)
    problems = list(found.problems)
    if code == NEW and fill.get("code") == [NEW]:
        problems.append(("code", _("任务编号：不能用“new”，请换一个。")))
    try:
        made = _LINE.validate_python({**found.values, "plan_id": plan_id})
    except ValidationError as error:
        problems += _worded(error)
        return None, problems
    if code not in (NEW, made.code):
        problems.append(("code", _("任务编号：保存后不能改。")))
    return (None if problems else made), problems


def _worded(error: ValidationError) -> Problems:
    """Word what does not fit by the field of the form it stands in."""
    found: Problems = []
    for place, text in field_problems([dict(each) for each in error.errors()]):
        steps = place.removeprefix("conditions.").split(".")
        name = next((step for step in steps if not step.isdigit()), place)
        found.append((name, _("：").join((field_word(name), text))))
    return found


async def count_form(work: Work, fill: Fill, policy: PlanPolicy) -> FrameCount | None:
    """Count what a form would draw under a profile; nothing where it can't be read yet."""
    found = entered(fill)
    if _COUNTED & {name for name, _said in found.problems}:
        return None
    values = dict(found.values)
    try:
        conditions = _CONDITIONS.validate_python(values["conditions"])
        share = _SHARE.validate_python({**values, "named": bool(conditions.objects)})
        weights = rules_entered(values, policy)
    except ValueError:
        return None
    return await annual_plan.frame_count(work, conditions, share, weights)
