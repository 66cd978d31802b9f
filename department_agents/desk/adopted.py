"""An adopted draft in the phone form: the officer chooses codes and may word it anew."""

from starlette.datastructures import FormData, UploadFile

from contracts.results import FindingsSubmitted
from contracts.tasks import CheckpointCard, TaskPublished
from contracts.vocabulary import CheckpointKind, YesNo
from department_agents.desk.forms import CHECKED, question_key
from department_agents.drafts import Draft
from department_agents.report_rules import is_open
from department_agents.store.draft_rows import DraftState


def with_adopted(
    task: TaskPublished,
    fields: FormData,
    drafts: tuple[Draft, ...],
    report: FindingsSubmitted | None,
) -> FormData:
    """Give the form's fields with what was adopted since the report that they come from."""
    told = {each.number for each in report.drafts if each.adopted} if report else set()
    entered = list(fields.multi_items())
    for each in drafts:
        if each.state is DraftState.ADOPTED and each.number not in told:
            entered = _merged(task, entered, each)
    return FormData(entered)


def number_of_check(task: TaskPublished, draft: Draft) -> int:
    """Give which check of the form a draft is about; a task never loses a check."""
    place = (draft.drafted.object_id, draft.drafted.item)
    return [(each.object_id, each.item) for each in task.checks].index(place)


def answered_by(task: TaskPublished, draft: Draft) -> str | None:
    """Name the field of the yes/no question that an adopted draft answers with no, if any."""
    number = number_of_check(task, draft)
    for point in task.checks[number].checkpoints:
        if point.code == draft.drafted.checkpoint and _is_yes_no(point):
            return f"a.{question_key(task, number, point)}"
    return None


def _is_yes_no(point: CheckpointCard) -> bool:
    return point.kind is CheckpointKind.YES_NO and is_open(point)


def _merged(
    task: TaskPublished, entered: list[tuple[str, str | UploadFile]], draft: Draft
) -> list[tuple[str, str | UploadFile]]:
    prefix, said = f"c{number_of_check(task, draft)}", dict(entered)
    wanted: dict[str, str] = {f"{prefix}.checked": CHECKED}
    for name, words in (
        ("problem", draft.drafted.problem),
        ("legal_basis", draft.drafted.legal_basis),
    ):
        former = str(said.get(f"{prefix}.{name}", ""))
        wanted[f"{prefix}.{name}"] = (
            former if words in former else "；".join(filter(None, (former, words)))
        )
    question = answered_by(task, draft)
    if question and not said.get(question):
        wanted[question] = YesNo.NO.value
    kept = [(f"{prefix}.kept", each.model_dump_json()) for each in draft.drafted.evidence]
    others = [each for each in entered if each[0] not in wanted]
    return [*others, *wanted.items(), *kept]
