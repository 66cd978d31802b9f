"""The questions of a result with their answers: given here, recognised, or by another organ."""

from dataclasses import dataclass

from contracts.results import Answer
from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.registers import Checkpoint
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.services.visit_forms import form_of_visit


@dataclass(frozen=True)
class QuestionSeen:
    """One question: the organ that answered it, or whose answer is awaited; what is recognised."""

    question: str
    department: str
    answer: Answer | None
    recognised: Recognition | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody's answer is there yet."""
        return self.answer is None and self.recognised is None


async def questions_of(work: Work, result: Result) -> list[QuestionSeen]:
    """Give an item's questions in order; another organ's answer shows once it is approved."""
    item = (await items_by_code(work, [result.item])).get(result.item)
    if item is None or not result.checked:
        return []
    form = await form_of_visit(work, await work.visits.get(result.visit_id))
    own = await _answers(work, result)
    seen = []
    for point in item.checkpoints:
        place = (result.department, result.object_id, item.code, point.code)
        asker, known = form.asked_by.get(place, result.department), form.recognised.get(place)
        answer = own.get(point.code)
        if answer is not None or asker == result.department:
            recognised = None if answer else known
            seen.append(QuestionSeen(point.text, result.department, answer, recognised))
        else:
            told = await _told(work, result, (asker, point))
            seen.append(QuestionSeen(point.text, asker, told))
    return seen


async def _told(work: Work, result: Result, asked: tuple[str, Checkpoint]) -> Answer | None:
    """Give what another organ answered to a shared question on the same object."""
    asker, point = asked
    others = await work.results.where(
        visit_id=result.visit_id, department=asker, object_id=result.object_id, approved=True
    )
    items = await items_by_code(work, (other.item for other in others))
    for other in others:
        answers = await _answers(work, other)
        for theirs in items[other.item].checkpoints if other.item in items else ():
            if theirs.shared_code == point.shared_code and theirs.code in answers:
                return answers[theirs.code]
    return None


async def _answers(work: Work, result: Result) -> dict[str, Answer]:
    report = await work.reports.find(f"{result.visit_id}.{result.department}.{result.version}")
    return {
        answer.checkpoint: answer
        for finding in (report.findings if report else ())
        if (finding.object_id, finding.item) == (result.object_id, result.item)
        for answer in finding.answers
    }
