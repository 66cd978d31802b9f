"""The questions of a check as its card carries them: open, recognised, or asked by another."""

from contracts.tasks import CheckpointCard, RecognisedCard
from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.checklist_merge.sharing import Form
from coordinator.domain.dispatch import VisitCheck
from coordinator.domain.registers import CheckItem


def question_cards(check: VisitCheck, item: CheckItem, form: Form) -> tuple[CheckpointCard, ...]:
    """Give an item's questions with what stands for an answer, and who asks one for others."""
    cards = []
    for point in item.checkpoints:
        place = (check.department, check.object_id, item.code, point.code)
        known, asker = form.recognised.get(place), form.asked_by.get(place)
        cards.append(
            CheckpointCard(
                code=point.code,
                text=point.text,
                kind=point.kind,
                shared_code=point.shared_code,
                choices=point.choices,
                recognised=None if known is None else _recognised(known),
                asked_by=None if asker == check.department else asker,
            )
        )
    return tuple(cards)


def _recognised(known: Recognition) -> RecognisedCard:
    return RecognisedCard(
        department=known.from_department,
        visited_date=known.visited_date,
        reference=known.result_id,
        value=known.value,
    )
